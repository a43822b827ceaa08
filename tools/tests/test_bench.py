import sys

import pytest

from tools import bench
from tools.common import ROOT, Problem


def test_every_benchmark_is_run():
    files = (ROOT / "benchmarks").glob("*.py")
    started = {
        path.stem
        for path in files
        if '__name__ == "__main__"' in path.read_text()
        and not path.stem.endswith("_worker")
    }
    assert started == set(bench.there())


def made(folder, **texts):
    (folder / "benchmarks").mkdir()
    (folder / "benchmarks" / "__init__.py").touch()
    for name, text in texts.items():
        (folder / "benchmarks" / f"{name}.py").write_text(text)


def test_result_is_the_last_line_of_json(tmp_path):
    made(tmp_path, good="import sys\nprint('x')\nprint('{\"name\": 1}', sys.argv[1])")
    assert bench.run(sys.executable, "good", ["--few"], tmp_path) == '{"name": 1} --few'


@pytest.mark.parametrize("text", ["print('x')", "print('{\"name\": 1}'); 1 / 0"])
def test_no_result_or_a_failure_is_none(tmp_path, text):
    made(tmp_path, bad=text)
    assert bench.run(sys.executable, "bad", [], tmp_path) is None


def test_goes_on_after_a_failure_and_says_which(monkeypatch, capsys):
    class Choice:
        home = series = None

    answers = {"ledger": None, "dashboard": '{"name": "dashboard"}'}
    monkeypatch.setattr(bench.series, "choose", Choice)
    monkeypatch.setattr(bench.venv, "ensure", lambda *_given: "python")
    monkeypatch.setattr(bench, "run", lambda python, name, few: answers[name])
    with pytest.raises(Problem, match="No result: ledger"):
        bench.main("bench", ["ledger", "dashboard"])
    assert capsys.readouterr().out.endswith('{"name": "dashboard"}\n')
