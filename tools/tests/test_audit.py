import json
import sys
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tools import audit
from tools.common import Problem

KNOWN = {
    "asked_on": "2026-11-01",
    "versions": {"jinja2": "3.1.2", "six": "1.16.0"},
    "advisories": {"jinja2": ["GHSA-1"]},
    "accepted": {},
}


@pytest.fixture
def service():
    """Answer as https://osv.dev is documented to: an advisory for old Jinja2."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            size = int(self.headers["Content-Length"])
            queries = json.loads(self.rfile.read(size))["queries"]
            results = [
                {"vulns": [{"id": "GHSA-1"}]}
                if (q["package"]["name"], q["version"]) == ("jinja2", "3.1.2")
                else {}
                for q in queries
            ]
            assert all(q["package"]["ecosystem"] == "PyPI" for q in queries)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"results": results}).encode())

        def log_message(self, *_arguments):
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_answer_is_kept_with_its_day_and_what_was_judged(service, tmp_path):
    kept = tmp_path / "advisories.json"
    kept.write_text(json.dumps({**KNOWN, "accepted": {"GHSA-2": "not reached"}}))
    audit.update({"jinja2": "3.1.2", "six": "1.16.0"}, service, kept)
    content = json.loads(kept.read_text())
    assert content["asked_on"] == date.today().isoformat()
    assert content["advisories"] == {"jinja2": ["GHSA-1"]}
    assert content["accepted"] == {"GHSA-2": "not reached"}


def test_no_answer_is_a_problem_and_keeps_the_former(tmp_path):
    kept = tmp_path / "advisories.json"
    kept.write_text("{}")
    with pytest.raises(Problem):
        audit.update({"six": "1"}, "http://127.0.0.1:9/", kept)
    assert kept.read_text() == "{}"


def test_an_advisory_is_found_until_somebody_judges_it():
    packages = {"jinja2": "3.1.2", "six": "1.16.0"}
    assert audit.compare(packages, KNOWN) == (["jinja2 3.1.2: GHSA-1"], [])
    accepted = {**KNOWN, "accepted": {"GHSA-1": "no templates from outside"}}
    assert audit.compare(packages, accepted) == ([], [])


def test_another_version_is_not_called_good():
    assert audit.compare({"jinja2": "3.1.6"}, KNOWN) == ([], ["jinja2 3.1.6"])


def test_what_was_not_asked_is_said(tmp_path, capsys):
    assert audit.look(sys.executable, tmp_path / "none.json")
    assert "not checked" in capsys.readouterr().out
    kept = tmp_path / "advisories.json"
    kept.write_text(json.dumps({**KNOWN, "versions": {}, "advisories": {}}))
    assert audit.look(sys.executable, kept, today=date(2027, 11, 1))
    said = capsys.readouterr().out
    assert "which is old" in said and "not checked: " in said


def test_lint_fails_for_an_installed_package(tmp_path, capsys):
    name, version = next(iter(audit.installed(sys.executable).items()))
    kept = tmp_path / "advisories.json"
    known = {"versions": {name: version}, "advisories": {name: ["GHSA-9"]}}
    kept.write_text(json.dumps({**KNOWN, **known}))
    assert not audit.look(sys.executable, kept)
    assert "GHSA-9" in capsys.readouterr().out
