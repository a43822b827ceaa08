"""The real process: ports, disk, signals, cut lines."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

import pytest

from sandbox import settings

ROOT = Path(__file__).parents[2]
PORTS = [
    part for service in settings.PORTS for part in (f"--{service}-port", "0")
]  # fmt: skip
DAY = 24 * 60 * 60
CART = [{"sku": "TW-CAN-01", "quantity": 2}]


class Process:
    """``python -m sandbox`` on free ports."""

    def __init__(self, state, *more):
        command = [sys.executable, "-m", "sandbox", "--state", str(state), *PORTS]
        command += more
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        lines = [self.process.stdout.readline() for _service in settings.PORTS]
        self.urls = dict(line.split() for line in lines)

    def post(self, path, **data):
        """Call the control page."""
        body = json.dumps(data).encode()
        with urllib.request.urlopen(self.urls["shop"] + path, body, 20) as answer:
            return json.load(answer)

    def get(self, service, path):
        """Return a status code and a body."""
        try:
            with urllib.request.urlopen(
                self.urls[service] + path, timeout=20
            ) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def stop(self, number=signal.SIGTERM):
        """Stop and return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(20)
        self.process.stdout.close()
        return code


@pytest.fixture
def start(tmp_path):
    running = []

    def start_process(*more):
        running.append(Process(tmp_path / "deep" / "world.json", *more))
        return running[-1]

    yield start_process
    for process in running:
        if process.process.poll() is None:
            process.stop(signal.SIGKILL)


def test_four_servers_answer_keep_their_world_and_stop_cleanly(start):
    first = start()
    assert first.get("shop", "/healthz") == (200, b"ok\n")
    assert first.get("shopify", "/")[0] == 404
    assert first.get("sendcloud", "/api/v3/contracts")[0] == 401
    assert first.get("mollie", "/v2/balances")[0] == 401
    order = first.post("/control/api/checkout", cart=CART)["order"]
    moved = first.post("/control/api/advance", days=3)["now"]
    first.post("/control/api/break", service="mollie", kind="answer_lost", times=1)
    with pytest.raises((ConnectionError, urllib.error.URLError)):
        first.get("mollie", "/v2/balances")
    assert first.get("mollie", "/v2/balances")[0] == 401
    assert first.stop() == 0

    second = start()
    summary = json.loads(second.get("shop", "/control/api/summary")[1])
    assert summary["orders"] == [order]
    assert summary["now"] >= moved
    assert second.stop(signal.SIGINT) == 0


def test_new_world_begins_in_the_past_and_an_old_one_goes_on(start):
    def days_back(sandbox):
        summary = json.loads(sandbox.get("shop", "/control/api/summary")[1])
        now = datetime.now(timezone.utc)
        return round(
            (now - datetime.fromisoformat(summary["now"])).total_seconds() / DAY
        )

    first = start("--days-ago", "50")
    assert days_back(first) == 50
    first.post("/control/api/advance", days=20)
    assert days_back(first) == 30
    assert first.stop() == 0
    assert days_back(start("--days-ago", "50")) == 30


def test_payment_that_a_server_began_is_paid_where_the_shop_is(start):
    sandbox = start()
    payment = {
        "amount": {"currency": "EUR", "value": "10.00"},
        "description": "INV/2026/00001",
        "redirectUrl": "http://odoo.example/back",
    }
    request = urllib.request.Request(
        f"{sandbox.urls['mollie']}/v2/payments",
        json.dumps(payment).encode(),
        {"Authorization": "Bearer live_0123456789", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        checkout = json.load(answer)["_links"]["checkout"]["href"]
    shop, page = sandbox.urls["shop"], checkout.removeprefix(sandbox.urls["shop"])
    assert checkout == f"{shop}{page}"
    status, body = sandbox.get("shop", page)
    assert status == 200 and "€ 10.00".encode() in body
    assert sandbox.stop() == 0
