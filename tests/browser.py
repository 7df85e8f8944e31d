"""A headless Chromium that tests drive: WebDriver is JSON over HTTP, so nothing else is needed."""

from __future__ import annotations

import base64
import http.client
import json
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM, DRIVER = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"),
    shutil.which("chromedriver"),
)
AXE = next(Path(sysconfig.get_path("purelib")).glob("axe_*python/axe.min.js"), None)
needs_chromium = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="Chromium and chromedriver are not installed"
)
needs_axe = pytest.mark.skipif(
    not (CHROMIUM and DRIVER and AXE), reason="Chromium, chromedriver or axe-core are not installed"
)
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name that WebDriver gives a reference
_ARGUMENTS = (
    "--headless",
    "--no-sandbox",  # a container of CI runs as root
    "--disable-gpu",
    "--disable-dev-shm-usage",  # small in a container
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
)


class Browser:
    """A window of the browser."""

    def __init__(self, port: int) -> None:
        self._driver = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._session = ""
        options = {"binary": CHROMIUM, "args": list(_ARGUMENTS)}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{made['sessionId']}"

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        text = json.dumps(body if body is not None else {}) if method == "POST" else None
        self._driver.request(method, self._session + path, text)
        value = json.loads(self._driver.getresponse().read())["value"]
        if isinstance(value, dict) and "error" in value:
            raise AssertionError(f"{value['error']}: {value['message']}")
        return value

    def open(self, path: Path, at: str = "") -> None:
        self._ask("POST", "/url", {"url": f"{path.resolve().as_uri()}{at}"})

    def run(self, script: str, *arguments: object) -> Any:
        """Return what a script of the test, not of the page, returns."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": arguments})

    def run_async(self, script: str) -> Any:
        return self._ask("POST", "/execute/async", {"script": script, "args": []})

    def click(self, selector: str) -> None:
        """Click what a selector finds first, as a hand does: it has to be seen, and uncovered."""
        found = self._ask("POST", "/element", {"using": "css selector", "value": selector})
        self._ask("POST", f"/element/{found[_ELEMENT]}/click")

    def text(self, selector: str) -> str:
        found = self._ask("POST", "/element", {"using": "css selector", "value": selector})
        return str(self._ask("GET", f"/element/{found[_ELEMENT]}/text"))

    def devtools(self, command: str, **parameters: object) -> Any:
        told = {"cmd": command, "params": parameters}
        return self._ask("POST", "/goog/cdp/execute", told)

    def resize(self, width: int, height: int, *, dark: bool = False) -> None:
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.devtools("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self) -> bytes:
        return base64.b64decode(self._ask("GET", "/screenshot"))

    def printed(self) -> bytes:
        return base64.b64decode(self._ask("POST", "/print", {"background": True}))

    def log(self, kind: str) -> list[dict[str, Any]]:
        return list(self._ask("POST", "/se/log", {"type": kind}))

    def asked_for(self) -> list[str]:
        """Return every address that the page asked for since the last call."""
        told = [json.loads(one["message"])["message"] for one in self.log("performance")]
        sent = [one for one in told if one["method"] == "Network.requestWillBeSent"]
        return [one["params"]["request"]["url"] for one in sent]

    def close(self) -> None:
        self._ask("DELETE", "")
        self._driver.close()


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start the driver and a window; both are gone afterwards."""
    assert DRIVER
    with tempfile.TemporaryFile("w+") as said:
        driver = subprocess.Popen([DRIVER, "--port=0"], stdout=said, stderr=subprocess.STDOUT)
        try:
            browser = Browser(_port(driver, said))
            try:
                yield browser
            finally:
                browser.close()
        finally:
            driver.terminate()
            driver.wait(timeout=20)


def _port(driver: subprocess.Popen[bytes], said: Any) -> int:
    while driver.poll() is None:
        said.seek(0)
        found = re.search(r"started successfully on port (\d+)", said.read())
        if found:
            return int(found[1])
    said.seek(0)
    raise AssertionError(f"chromedriver did not start: {said.read()}")
