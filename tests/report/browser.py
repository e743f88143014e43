"""Debian's Chromium, headless, spoken to over a pair of pipes (Chrome DevTools Protocol, `--remote-debugging-pipe`)."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-extensions", "--disable-background-networking", "--disable-component-update"),
)
PATIENCE = 120  # seconds for one answer on a machine that is busy with other things
KEYS = {"ArrowDown": 40, "ArrowUp": 38, "Enter": 13, "Escape": 27, "Tab": 9, "/": 191}


class Page:
    """One open page. `requests` are the addresses that it asked for, `complaints` what its console says."""

    def __init__(self, into: int, out: int) -> None:
        self._into, self._out = into, out
        self._number = 0
        self._waiting = b""
        self._session: str | None = None
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def open(self, url: str) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=url)
        while self.run("document.readyState") != "complete" or self.run("location.href") == "about:blank":
            time.sleep(0.05)

    def run(self, script: str) -> Any:
        """The value of a script's expression."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def press(self, key: str) -> None:
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        code = KEYS.get(key) or ord(key.upper())
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=text, windowsVirtualKeyCode=code)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def look(self, width: int, scheme: str = "light") -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def call(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._into, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self._note(answer)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._waiting:
            ready, _, _ = select.select([self._out], [], [], PATIENCE)
            block = os.read(self._out, 1 << 20) if ready else b""
            assert block, "the browser does not answer"
            self._waiting += block
        first, _, self._waiting = self._waiting.partition(b"\0")
        found: dict[str, Any] = json.loads(first)
        return found

    def _note(self, event: dict[str, Any]) -> None:
        said = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(said["request"]["url"])
        elif event.get("method") == "Log.entryAdded":
            self.complaints.append(said["entry"]["text"])
        elif event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(said["exceptionDetails"]["text"])


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """A running browser with a profile of its own; gone at the end."""
    assert PROGRAM
    their_in, ours_out = os.pipe()
    ours_in, their_out = os.pipe()

    def pipes() -> None:
        """The browser reads at 3 and writes at 4; the first two duplicates keep one from closing the other."""
        read, write = os.dup(their_in), os.dup(their_out)
        os.dup2(read, 3)
        os.dup2(write, 4)

    command = [PROGRAM, *_FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command,
        close_fds=False,
        preexec_fn=pipes,  # noqa: PLW1509 no threads here
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        start_new_session=True,
    ) as running:
        os.close(their_in)
        os.close(their_out)
        page = Page(ours_out, ours_in)
        try:
            yield page
        finally:
            with suppress(AssertionError, OSError):
                page._session = None
                page.call("Browser.close")
            os.close(ours_out)
            os.close(ours_in)
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()
