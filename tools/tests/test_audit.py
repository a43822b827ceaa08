import json
import sys
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tools import audit
from tools.common import Problem

KNOWN = {
    "source": "https://osv.dev",
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


def write(kept, **changes):
    kept.write_text(json.dumps({"17": {**KNOWN, **changes}}))


def test_answer_is_kept_with_its_day_and_what_was_judged(service, tmp_path):
    kept = tmp_path / "advisories.json"
    write(kept, accepted={"GHSA-2": "not reached"})
    answer = audit.ask({"jinja2": "3.1.2", "six": "1.16.0"}, service)
    audit.keep("17", answer, kept)
    content = audit.read("17", kept)
    assert content["asked_on"] == date.today().isoformat()
    assert content["advisories"] == {"jinja2": ["GHSA-1"]}
    assert content["accepted"] == {"GHSA-2": "not reached"}


def test_one_series_does_not_overwrite_the_other(tmp_path):
    kept = tmp_path / "advisories.json"
    write(kept, accepted={"GHSA-1": "only true of Odoo 17"})
    former = audit.read("17", kept)
    audit.keep("19", {**KNOWN, "versions": {"jinja2": "3.1.6"}}, kept)
    assert audit.read("17", kept) == former
    assert audit.read("19", kept)["accepted"] == {}


def test_no_answer_is_a_problem():
    with pytest.raises(Problem):
        audit.ask({"six": "1"}, "http://127.0.0.1:9/")


def test_an_advisory_is_found_until_somebody_judges_it():
    packages = {"jinja2": "3.1.2", "six": "1.16.0"}
    assert audit.compare(packages, KNOWN) == (["jinja2 3.1.2: GHSA-1"], [])
    accepted = {**KNOWN, "accepted": {"GHSA-1": "no templates from outside"}}
    assert audit.compare(packages, accepted) == ([], [])


def test_another_version_is_not_called_good():
    assert audit.compare({"jinja2": "3.1.6"}, KNOWN) == ([], ["jinja2 3.1.6"])


def test_what_was_not_asked_is_said(tmp_path, capsys):
    assert audit.look(sys.executable, "17", tmp_path / "none.json")
    assert "not checked" in capsys.readouterr().out
    kept = tmp_path / "advisories.json"
    write(kept, versions={}, advisories={})
    assert audit.look(sys.executable, "17", kept, today=date(2026, 11, 2))
    assert "not checked: " in capsys.readouterr().out
    assert audit.look(sys.executable, "19", kept)
    assert "not checked: nobody has asked" in capsys.readouterr().out


def test_old_data_is_never_called_good():
    fresh = audit.verdict([], [], KNOWN, date(2026, 11, 22))
    assert fresh == "good (as of 2026-11-01, 21 days ago; https://osv.dev)"
    judged = {**KNOWN, "accepted": {"GHSA-1": "not reached"}}
    old = audit.verdict([], [], judged, date(2027, 11, 1))
    assert "good" not in old and "the data is old" in old
    assert "2026-11-01, 365 days ago" in old and "1 accepted" in old


def test_lint_fails_for_an_installed_package(tmp_path, capsys):
    name, version = next(iter(audit.installed(sys.executable).items()))
    kept = tmp_path / "advisories.json"
    write(kept, versions={name: version}, advisories={name: ["GHSA-9"]})
    assert not audit.look(sys.executable, "17", kept)
    assert "GHSA-9" in capsys.readouterr().out


ADVISORY = """\
id: {id}
details: Made up for this test.
affected:
- package:
    name: {name}
    ecosystem: {ecosystem}
  ranges:
  - type: GIT
    repo: https://example.com/repo
    events:
    - introduced: "0"
  - type: ECOSYSTEM
    events: {events}
  versions: {versions}
modified: "{day}T17:25:13.946374Z"
{more}
"""


@pytest.fixture
def database(tmp_path):
    """Return a function that adds an advisory to a made-up database, and its folder."""

    def add(number, events, **changes):
        values = {"name": "Zope.Event", "ecosystem": "PyPI", "versions": [], "more": ""}
        values |= {"id": f"PYSEC-{number}", "events": json.dumps(events)}
        text = ADVISORY.format(**{"day": "2024-01-31", **values, **changes})
        folder = tmp_path / "vulns" / "zope-event"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"PYSEC-{number}.yaml").write_text(text)
        return tmp_path

    return add


def look_up(folder, version):
    answer = audit.read_folder(sys.executable, {"zope-event": version}, folder)
    return answer["advisories"].get("zope-event", [])


def test_a_folder_tells_hits_from_fixed_and_withdrawn_ones(database):
    database(1, [{"introduced": "0"}, {"fixed": "5.1"}])
    database(2, [{"introduced": "0"}, {"fixed": "4.10"}], day="2024-09-30")
    more = 'withdrawn: "2024-02-01T00:00:00Z"'
    folder = database(3, [{"introduced": "0"}], more=more)
    packages = {"zope-event": "5.0", "six": "1.16.0"}
    answer = audit.read_folder(sys.executable, packages, folder)
    assert answer == {
        "source": audit.DATABASE,
        "asked_on": "2024-09-30",
        "versions": packages,
        "advisories": {"zope-event": ["PYSEC-1"]},
    }


def test_a_folder_is_asked_by_range_and_by_list(database):
    events = [{"fixed": "2.3.8"}, {"introduced": "3.0"}, {"introduced": "2.0rc1"}]
    folder = database(1, [*events, {"last_affected": "3.0.1"}])
    for version in ("2.0rc1", "2.3.7", "3.0", "3.0.1"):
        assert look_up(folder, version) == ["PYSEC-1"], version
    for version in ("2.0b1", "2.3.8", "2.10", "3.0.2"):
        assert look_up(folder, version) == [], version
    database(1, [{"introduced": "9"}], versions=["2004d", "5.0"])
    assert look_up(folder, "5") == ["PYSEC-1"]
    assert look_up(folder, "5.0.1") == []


def test_what_a_folder_says_of_others_is_not_ours(database):
    database(1, [{"introduced": "0"}], name="zope.eventlog")
    folder = database(2, [{"introduced": "0"}], ecosystem="npm")
    assert look_up(folder, "5.0") == []


def test_an_advisory_without_any_version_is_not_ruled_out(database):
    folder = database(1, [])
    path = folder / "vulns" / "zope-event" / "PYSEC-1.yaml"
    path.write_text(path.read_text().replace("type: ECOSYSTEM", "type: GIT"))
    assert look_up(folder, "5.0") == ["PYSEC-1"]


def test_a_folder_that_cannot_be_read_is_a_problem(database, tmp_path):
    with pytest.raises(Problem, match="no advisory database"):
        look_up(tmp_path / "elsewhere", "5.0")
    folder = database(1, [{"introduced": "0"}, {"fixed": "0.2.0-n653"}])
    with pytest.raises(Problem, match="PYSEC-1.yaml: Invalid version"):
        look_up(folder, "5.0")


def test_a_folder_is_only_read_for_an_update(capsys):
    with pytest.raises(SystemExit):
        audit.main("audit", ["--from", "somewhere"])
    assert "--from goes with --update" in capsys.readouterr().err
