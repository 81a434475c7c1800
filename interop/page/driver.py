"""A headless Chromium, through as much of WebDriver as the pages' tests need."""

import json
import subprocess
import time
import urllib.error
import urllib.request

TAB, ENTER, SPACE = "\ue004", "\ue007", " "
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Driver:
    """As much of WebDriver as is needed here."""

    def __init__(self):
        self.process = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if "started successfully on port" in line:
                self.url = f"http://127.0.0.1:{line.rsplit(' ', 1)[1].strip().rstrip('.')}"
                break
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1280,1400"]
        wanted = {"browserName": "chrome", "goog:chromeOptions": {"args": arguments}, "goog:loggingPrefs": {"browser": "ALL"}}
        made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = f"/session/{made['sessionId']}"

    def call(self, method, path, body=None):
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"].split("\n")[0]) from None

    def post(self, path, **body):
        return self.call("POST", self.session + path, body)

    def cdp(self, command, **parameters):
        """A command of Chromium's own, for what WebDriver cannot set."""
        return self.post("/goog/cdp/execute", cmd=command, params=parameters)

    def get(self, path):
        return self.call("GET", self.session + path)

    def run(self, script, *arguments):
        return self.post("/execute/sync", script=script, args=list(arguments))

    def keys(self, *keys):
        """Keys as a person strikes them, to whatever has the focus."""
        actions = [{"type": kind, "value": k} for key in keys for k in key for kind in ("keyDown", "keyUp")]
        self.post("/actions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def find(self, selector):
        return self.post("/element", using="css selector", value=selector)[ELEMENT]

    def type_into(self, selector, text):
        element = self.find(selector)
        self.post(f"/element/{element}/clear")
        self.post(f"/element/{element}/value", text=text)

    def click(self, selector):
        self.post(f"/element/{self.find(selector)}/click")

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def until(self, selector, words, seconds=15):
        """Waits for words in an element; they are the outcome."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if words in self.text(selector):
                return words
            time.sleep(0.05)
        raise RuntimeError(f"{selector} says {self.text(selector)[:200]!r}")

    def focus_by_tab(self, label, most=400):
        """Goes from element to element by Tab until one with the label has the focus."""
        for _ in range(most):
            if self.run("return document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent") == label:
                return
            self.keys(TAB)
        raise RuntimeError(f"Tab never came to {label!r}")

    def close(self):
        try:
            self.call("DELETE", self.session)
        finally:
            self.process.terminate()
            self.process.wait()
