"""A headless Chromium, spoken to over a pipe in its DevTools protocol, by Python alone.

The browser reads commands from file descriptor 3 and writes answers to 4: JSON, then a zero byte.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio", "--remote-debugging-pipe",
)  # fmt: skip
SECONDS = 120.0
SETTLED = "document.fonts.ready.then(() => new Promise(requestAnimationFrame))"
# Moves the two ends of the pipes to the descriptors that the browser expects.
LAUNCH = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
    "os.execv(sys.argv[3], sys.argv[3:])"
)


def find_browser():
    """Return the path of an installed Chromium or Chrome; None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Chromium:
    """A running browser with one page."""

    def __init__(self, path):
        self._profile = tempfile.TemporaryDirectory(prefix="profile-", ignore_cleanup_errors=True)
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        # Out of the way of 3 and 4, which they are copied to.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (theirs_in, theirs_out)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, *map(str, ends), path, *FLAGS,
             f"--user-data-dir={self._profile.name}", "about:blank"],
            pass_fds=ends, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for end in (theirs_in, theirs_out, *ends):
            os.close(end)
        self._in, self._out, self._buffer, self._number = ours_in, ours_out, b"", 0
        self.events = []
        self._session = None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the browser and remove its profile."""
        os.close(self._out)
        os.close(self._in)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._profile.cleanup()

    def send(self, method, **parameters):
        """Send a command and return its result; what else arrives is kept in `events`."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        while True:
            answer = self._next(method)
            if answer.get("id") != self._number:
                self.events.append(answer)
            elif "error" in answer:
                raise RuntimeError(f"{method}: {answer['error'].get('message')}")
            else:
                return answer["result"]

    def wait_for(self, event):
        """Wait for an event."""
        while not any(one.get("method") == event for one in self.events):
            self.events.append(self._next(event))

    def evaluate(self, expression):
        """Evaluate JavaScript, waiting for a promise; return its value."""
        found = self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in found:
            raise RuntimeError(str(found["exceptionDetails"].get("exception", found))[:400])
        return found["result"].get("value")

    def open(self, url, width, height=900, *, dark=False, medium="screen"):
        """Open a page as `show` says."""
        self.events.clear()
        self._emulate(width, height, dark=dark, medium=medium)
        self.send("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired")
        self.evaluate(SETTLED)

    def show(self, width, height=900, *, dark=False, medium="screen"):
        """Lay the open page out at a width and height in px, light or dark, or as printed."""
        self._emulate(width, height, dark=dark, medium=medium)
        self.evaluate(SETTLED)

    def _emulate(self, width, height, *, dark, medium):
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 500,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media=medium, features=[scheme])

    def screenshot(self, whole=False):
        """Return a picture of what is on the screen, or of the whole page, as PNG."""
        options = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self.send("Page.getLayoutMetrics")["cssContentSize"]
            options["clip"] = {**size, "scale": 1}
        return base64.b64decode(self.send("Page.captureScreenshot", **options)["data"])

    def pdf(self, width, height, pages=""):
        """Return the printed page, or some of its pages, as PDF on paper of a size in inches.

        Whatever was emulated before, as a printer has it.
        """
        light = {"name": "prefers-color-scheme", "value": "light"}
        self.send("Emulation.setEmulatedMedia", media="print", features=[light])
        found = self.send(
            "Page.printToPDF", paperWidth=width, paperHeight=height, pageRanges=pages,
            preferCSSPageSize=False,
        )  # fmt: skip
        return base64.b64decode(found["data"])

    def _next(self, waiting):
        """Return the next message of the browser."""
        end = time.monotonic() + SECONDS
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, end - time.monotonic()))
            segment = os.read(self._in, 1 << 20) if ready else b""
            if not segment:
                raise RuntimeError(f"the browser does not answer; it was asked for {waiting}")
            self._buffer += segment
        line, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(line)
