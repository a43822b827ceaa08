"""A headless Chromium, driven over its DevTools protocol.

Needs websocket-client, so it runs with the Python of ``.venv``.
"""

import base64
import itertools
import json
import subprocess
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import websocket

from .common import Problem, which

SWITCHES = (
    "--headless",
    "--no-sandbox",  # Chromium refuses to run as root otherwise
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--remote-debugging-port=0",
)


@contextmanager
def chromium(width=1280, height=800):
    """Give a :class:`Page` in a Chromium of its own."""
    program = which("chromium", "chromium-browser", "google-chrome")
    if not program:
        raise Problem("Chromium was not found: install the package chromium.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        size = f"--window-size={width},{height}"
        command = [program, *SWITCHES, size, f"--user-data-dir={profile}"]
        process = subprocess.Popen(
            [*command, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            page = Page(_page_address(Path(profile) / "DevToolsActivePort"))
            page.resize(width, height)
            yield page
        finally:
            process.terminate()
            process.wait(10)


def _page_address(port_file, seconds=30):
    """Return the address of the first tab, as soon as Chromium has one."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if port_file.exists() and "\n" in port_file.read_text():
            port = port_file.read_text().splitlines()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                tabs = json.loads(answer.read())
            for tab in tabs:
                if tab["type"] == "page":
                    return tab["webSocketDebuggerUrl"]
        time.sleep(0.1)
    raise Problem("Chromium did not start.")


class Page:
    """One tab."""

    def __init__(self, address):
        self.socket = websocket.create_connection(
            address, timeout=60, suppress_origin=True
        )
        self.numbers = itertools.count(1)

    def command(self, method, **parameters):
        """Send a DevTools command and return its result."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise Problem(f"Chromium: {answer['error']['message']}")
                return answer["result"]

    def resize(self, width, height):
        """Give the page another size."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def open(self, url):
        """Load a page from scratch, also when only what follows # differs."""
        self.command("Page.navigate", url="about:blank")
        self.wait_for("document.readyState == 'complete'")
        self.command("Page.navigate", url=url)
        self.wait_for(
            "location.href != 'about:blank' && document.readyState == 'complete'"
        )

    def evaluate(self, script):
        """Return the value of a JavaScript expression."""
        result = self.command("Runtime.evaluate", expression=script, returnByValue=True)
        return result["result"].get("value")

    def wait_for(self, condition, seconds=90):
        """Wait until a JavaScript condition holds.

        :raise Problem: it does not in time
        """
        deadline = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({condition})"):
            if time.monotonic() > deadline:
                raise Problem(f"The page never came to: {condition}")
            time.sleep(0.1)

    def save_picture(self, path, whole=False):
        """Save what is seen as PNG; ``whole`` takes in what one would scroll to."""
        options = {"captureBeyondViewport": True} if whole else {}
        if whole:
            size = self.command("Page.getLayoutMetrics")["cssContentSize"]
            options["clip"] = {**size, "scale": 1}
        shot = self.command("Page.captureScreenshot", format="png", **options)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))
