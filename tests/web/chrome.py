"""A real browser, driven over the WebDriver protocol: Chromium and its driver if they are installed, nothing else needed."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars"
).split()


def installed() -> bool:
    """Whether there is a browser with its driver."""
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


class Chrome:
    """One window. Elements are CSS selectors; everything that may take a moment is waited for."""

    def __init__(self, address: str, *, dark: bool = False) -> None:
        flags = [*FLAGS, *(["--force-dark-mode"] if dark else [])]
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": shutil.which("chromium"), "args": flags},
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        self._driver = address
        session = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._base = f"/session/{session['sessionId']}"

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = Request(
            self._driver + path, data=content, method=method, headers={"Content-Type": "application/json"}
        )
        try:
            with urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from error

    def go(self, url: str) -> None:
        """Loads a page."""
        self._call("POST", f"{self._base}/url", {"url": url})

    @property
    def url(self) -> str:
        """Where we are."""
        return str(self._call("GET", f"{self._base}/url"))

    def resize(self, width: int, height: int) -> None:
        """Sets the size of what is seen, also narrower than a window can be."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)

    def devtools(self, command: str, parameters: dict[str, Any]) -> Any:
        """A command of the browser's own tools."""
        return self._call("POST", f"{self._base}/goog/cdp/execute", {"cmd": command, "params": parameters})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page gives back."""
        return self._call("POST", f"{self._base}/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector: str) -> str:
        """An element that is there, or comes within a few seconds."""
        return self.wait(lambda: self._find(selector), f"no {selector} on {self.url}")

    def _find(self, selector: str) -> str:
        try:
            element = self._call("POST", f"{self._base}/element", {"using": "css selector", "value": selector})
        except AssertionError:
            return ""
        return str(element[ELEMENT])

    def wait(self, ready: Callable[[], Any], otherwise: str) -> Any:
        """What `ready` gives as soon as it gives something."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if result := ready():
                return result
            time.sleep(0.05)
        raise AssertionError(otherwise)

    def click(self, selector: str) -> None:
        """Clicks."""
        self._call("POST", f"{self._base}/element/{self.find(selector)}/click", {})

    def write(self, selector: str, text: str) -> None:
        """Writes into a field."""
        self._call("POST", f"{self._base}/element/{self.find(selector)}/value", {"text": text})

    def press(self, keys: str) -> None:
        """Presses keys, wherever the focus is."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": strokes}]
        self._call("POST", f"{self._base}/actions", {"actions": actions})

    def text(self, selector: str = "body") -> str:
        """The words that are seen."""
        # in one step: between finding and reading, a part of the page may be replaced
        script = "const found = document.querySelector(arguments[0]); return found && found.innerText"
        return str(self.wait(lambda: self.run(script, selector), f"no {selector} on {self.url}"))

    def complaints(self) -> list[str]:
        """What the browser has complained of since the last time: refused scripts and styles, errors."""
        entries = self._call("POST", f"{self._base}/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] in {"SEVERE", "WARNING"}]

    def picture(self, *, whole: bool = False) -> bytes:
        """A PNG of what is seen, or of the whole page."""
        shot = self.devtools("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": whole})
        return base64.b64decode(shot["data"])

    def close(self) -> None:
        """Ends the window."""
        self._call("DELETE", self._base)


@contextmanager
def driver() -> Iterator[str]:
    """A driver on a free port; its address. Its browsers keep nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        command = [shutil.which("chromedriver") or "chromedriver", f"--port={port}"]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"HOME": home, "PATH": "/usr/bin:/bin", "TMPDIR": home}
        )  # fmt: skip
        try:
            _await(f"http://127.0.0.1:{port}/status")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def _await(url: str) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the browser's driver did not start")
