"""WebKit and Firefox as their makers ship them, each driven by the standard that it knows: WebDriver, and WebDriver BiDi."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import subprocess
import time
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from websockets.sync.client import connect

from benchmarks.serving import free_port

WEBKIT_DRIVER, SCREEN = Path("/usr/bin/WebKitWebDriver"), Path("/usr/bin/Xvfb")
FIREFOX = Path("/usr/bin/firefox-esr")
SIZE = (390, 844)
START_WITHIN_S = 60

# Elements of our components too, which stand in roots of their own; those that are shown and say this.
FIND = """(css, says) => {
    const all = root => [...root.querySelectorAll('*')].flatMap(e => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
    const found = all(document).find(e => e.matches(css) && e.innerText.includes(says) && e.getClientRects().length);
    found?.scrollIntoView({block: 'center'});
    return found ?? null;
}"""


class WebKit:
    """WebKitGTK, the nearest to Safari to be had, by WebDriver."""

    def __init__(self, stack, folder):
        options = Options()
        # Debian puts it in a folder named after the machine's kind.
        options.binary_location = str(next(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser")))
        options.add_argument("--automation")
        screen = stack.enter_context(_screen())
        environment = os.environ | {"DISPLAY": screen, "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
        service = Service(str(WEBKIT_DRIVER), log_output=str(folder / "webkit.log"), env=environment)
        self._driver = webdriver.WebKitGTK(options=options, service=service)
        stack.callback(self._driver.quit)
        self._driver.set_window_size(*SIZE)

    def open(self, address):
        self._driver.get(address)

    def run(self, script):
        """Return what an expression is worth in the page."""
        return self._driver.execute_script(f"return {script}")

    def find(self, css, says=""):
        return self._driver.execute_script(f"return ({FIND})(arguments[0], arguments[1])", css, says)

    def click(self, found):
        found.click()

    def choose(self, found, path):
        found.send_keys(str(path))

    def keep_picture(self, path):
        self._driver.save_screenshot(str(path))


class Firefox:
    """Firefox, by WebDriver BiDi over its own socket."""

    def __init__(self, stack, folder):
        port, self._number = free_port(), itertools.count()
        command = [FIREFOX, "--headless", "--no-remote", "--profile", folder, f"--remote-debugging-port={port}"]
        log = stack.enter_context((folder / "firefox.log").open("w"))
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"HOME": str(folder)})
        stack.callback(process.wait, 20)
        stack.callback(process.terminate)
        self._socket = stack.enter_context(_connected(f"ws://127.0.0.1:{port}/session", process))
        self._ask("session.new", capabilities={})
        self._page = self._ask("browsingContext.getTree")["contexts"][0]["context"]
        wide, tall = SIZE
        self._ask("browsingContext.setViewport", context=self._page, viewport={"width": wide, "height": tall})

    def _ask(self, method, **params):
        number = next(self._number)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(START_WITHIN_S))
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def _call(self, function, *arguments):
        given = [{"type": "string", "value": argument} for argument in arguments]
        answer = self._ask(
            "script.callFunction",
            functionDeclaration=function,
            arguments=given,
            target={"context": self._page},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return answer["result"]

    def open(self, address):
        self._ask("browsingContext.navigate", context=self._page, url=address, wait="complete")

    def run(self, script):
        """Return what an expression is worth in the page."""
        return self._call(f"() => {script}").get("value")

    def find(self, css, says=""):
        found = self._call(FIND, css, says)
        return {"sharedId": found["sharedId"]} if found["type"] == "node" else None

    def click(self, found):
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": found}}
        press = [{"type": f"pointer{way}", "button": 0} for way in ("Down", "Up")]
        finger = {"type": "pointer", "id": "finger", "actions": [move, *press]}
        self._ask("input.performActions", context=self._page, actions=[finger])

    def choose(self, found, path):
        self._ask("input.setFiles", context=self._page, element=found, files=[str(path)])

    def keep_picture(self, path):
        picture = self._ask("browsingContext.captureScreenshot", context=self._page)["data"]
        path.write_bytes(base64.b64decode(picture))


@contextlib.contextmanager
def _screen():
    """Run a screen that nobody sees; yield its name."""
    told, tells = os.pipe()
    command = [str(SCREEN), "-displayfd", str(tells), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]
    screen = subprocess.Popen(command, pass_fds=[tells], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(tells)
    try:
        with os.fdopen(told) as line:
            yield f":{line.readline().strip()}"
    finally:
        screen.terminate()
        screen.wait(20)


def _connected(address, process):
    deadline_s = time.monotonic() + START_WITHIN_S
    while True:
        try:
            return connect(address, max_size=None)
        except OSError:
            assert process.poll() is None, "Firefox ended at once"
            assert time.monotonic() < deadline_s, "Firefox does not answer"
            time.sleep(0.2)
