"""The rules of the house (docs/decisions.md): rooms, arrows and fences."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BASE = "o2c_base"
CONNECTORS = {"shopify_connector", "sendcloud_shipping", "mollie_reconcile"}
DASHBOARD = "o2c_dashboard"
ADDONS = {BASE, *CONNECTORS, DASHBOARD}
PROVIDERS = ("shopify", "sendcloud", "mollie")
#: the larger modules that o2c_base may not know a field of
FENCED_MODELS = ("sale.", "stock.", "account.", "product.", "delivery.")
#: lines that are not blank
MAX_BASE_LINES = 800
MAX_FUNCTION_LINES = 40
MAX_FILE_LINES = 400
#: their first argument is a sentence for a person
ERRORS_ON_SCREENS = {
    "RetryableError",
    "UnknownOutcomeError",
    "RejectedError",
    "UnauthorizedError",
    "ConflictError",
    "NotYetError",
}


def python_files(*rooms):
    for room in rooms:
        yield from (ROOT / room).rglob("*.py")


def product_files(*rooms):
    for path in python_files(*rooms):
        if "tests" not in path.relative_to(ROOT).parts:
            yield path


def imports(path):
    """Yield the dotted names that a file imports; relative ones made absolute."""
    package = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            prefix = ".".join(package[: -node.level]) if node.level else ""
            name = ".".join(filter(None, [prefix, node.module]))
            yield from (f"{name}.{alias.name}" for alias in node.names)


def addons_imported(path):
    """Return which of our addons a file imports."""
    names = {name.removeprefix("odoo.addons.").split(".")[0] for name in imports(path)}
    return names & ADDONS - {path.relative_to(ROOT).parts[0]}


def manifest(addon):
    return ast.literal_eval((ROOT / addon / "__manifest__.py").read_text())


def functions(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("addon", sorted(CONNECTORS))
def test_connectors_do_not_know_each_other(addon):
    others = ADDONS - {addon, BASE}
    assert not others & set(manifest(addon)["depends"])
    for path in python_files(addon):
        assert not addons_imported(path) & others, path


def test_base_depends_on_mail_and_jobs_only():
    assert set(manifest(BASE)["depends"]) == {"mail", "queue_job"}
    for path in python_files(BASE):
        assert not addons_imported(path), path


def test_dashboard_stands_on_the_connectors():
    assert CONNECTORS <= set(manifest(DASHBOARD)["depends"])


def test_base_names_no_provider():
    for path in (ROOT / BASE).rglob("*"):
        if path.suffix in (".py", ".xml", ".csv", ".js"):
            if "tests" in path.parts:
                continue
            text = path.read_text().lower().replace("for example ``sendcloud``", "")
            text = text.replace("for example ``shopify``", "")
            assert not [name for name in PROVIDERS if name in text], path


def test_base_has_no_field_of_the_larger_modules():
    for path in product_files(BASE):
        text = path.read_text()
        for model in FENCED_MODELS:
            assert f'"{model}' not in text, f"{path} names {model}"


def test_base_stays_small():
    lines = [
        line
        for path in product_files(BASE)
        for line in path.read_text().splitlines()
        if line.strip()
    ]
    assert len(lines) < MAX_BASE_LINES


@pytest.mark.parametrize("addon", sorted(ADDONS))
def test_lib_is_pure(addon):
    for path in (ROOT / addon / "lib").rglob("*.py"):
        for name in imports(path):
            if name.split(".")[0] == "odoo":
                assert name.startswith("odoo.addons.") and ".lib." in name, path


def errors_with_plain_words(path):
    """Yield lines of a lib where an error is given words that nobody translates."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            words = node.args[0]
            plain = isinstance(words, ast.JoinedStr) or (
                isinstance(words, ast.Constant) and isinstance(words.value, str)
            )
            if name in ERRORS_ON_SCREENS and plain:
                yield f"{path}:{node.lineno}"


def test_errors_on_screens_can_be_translated():
    in_libs = [path for addon in ADDONS for path in (ROOT / addon / "lib").glob("*.py")]
    found = [line for path in in_libs for line in errors_with_plain_words(path)]
    for path in product_files(*ADDONS):
        if "lib" not in path.parts and "str(error)" in path.read_text():
            found.append(f"{path}: o2c_base.words.said(self.env, error)")
    assert not found, "\n".join(found)


def test_sandbox_imports_no_odoo_and_no_addon():
    for path in python_files("sandbox"):
        names = {name.split(".")[0] for name in imports(path)}
        assert not names & ({"odoo"} | ADDONS), path


def test_addons_import_the_sandbox_in_tests_only():
    for path in product_files(*ADDONS):
        assert "sandbox" not in {n.split(".")[0] for n in imports(path)}, path


def test_controllers_are_doors():
    for path in product_files(*ADDONS):
        if "controllers" in path.parts:
            for function in functions(path):
                size = function.end_lineno - function.lineno + 1
                assert size <= 25, f"{path}:{function.name}"


def test_functions_and_files_are_small():
    large = []
    for path in product_files(*ADDONS, "sandbox", "tools"):
        if len(path.read_text().splitlines()) > MAX_FILE_LINES:
            large.append(str(path))
        for function in functions(path):
            if function.end_lineno - function.lineno + 1 > MAX_FUNCTION_LINES:
                large.append(f"{path}:{function.lineno} {function.name}")
    assert not large, "\n".join(large)


def test_a_copied_database_is_neutralised():
    for addon in CONNECTORS | {BASE}:
        assert (ROOT / addon / "data" / "neutralize.sql").exists(), addon


@pytest.mark.parametrize("addon", sorted(ADDONS))
def test_manifest_is_complete(addon):
    values = manifest(addon)
    assert values["license"] == "LGPL-3"
    assert values["version"].startswith("17.0.")
    for name in values["data"]:
        assert (ROOT / addon / name).exists(), name
    assert (ROOT / addon / "README.md").exists()


@pytest.mark.parametrize("addon", sorted(ADDONS))
def test_apps_screen_has_a_page_of_its_own(addon):
    # Without one Odoo reads README.md as reStructuredText, shows its marks and warns.
    page = (ROOT / addon / "static" / "description" / "index.html").read_text()
    assert f">{manifest(addon)['name']}</h1>" in page
    assert "<script" not in page
