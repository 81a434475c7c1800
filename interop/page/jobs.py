"""Looks at the page of `smileid jobs run --metrics` in a real headless Chromium: the program; the sandbox by its variables."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request

from common import check, end
from driver import Driver

smileid = sys.argv[1]
folder = tempfile.TemporaryDirectory()
environment = os.environ | {"SMILEID_STORE": f"sqlite:{folder.name}/jobs.db"}
# Four questions a second: 60 jobs stay due for a while, so that there is a time left and an oldest one.
names = ["approved-1", "approved-2", "rejected-1", "not_found-1", *(f"pending-{number}" for number in range(60))]
jobs = "user_id,job_id\n" + "".join(f"canary-user,{name}\n" for name in names)
subprocess.run([smileid, "jobs", "import", "-"], env=environment, input=jobs, text=True, check=True, stdout=subprocess.DEVNULL)
arguments = [smileid, "jobs", "run", "--rate", "4/s", "--metrics", "127.0.0.1:0", "--output", "json"]
run = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
origin = json.loads(run.stderr.readline())["metrics"].removesuffix("/metrics")
driver = Driver()


def opened():
    driver.post("/url", url=origin + "/")
    driver.until("body[data-ready=yes]", "smileid jobs run")
    return driver.until("#said", "Running.")


def value(list_id, term):
    script = """return [...document.querySelectorAll(arguments[0] + ' div')]
        .find((row) => row.querySelector('dt').textContent === arguments[1])?.querySelector('dd').textContent"""
    return driver.run(script, f"#{list_id}", term)


def counted():
    driver.until("#kinds", "needs you: not_found")
    driver.until("#counts", "settled\n3", 30)
    states = {term: int(value("counts", term)) for term in ("waiting", "settled", "polls")}
    verdicts = {term: int(value("kinds", term)) for term in ("approved", "rejected", "needs you: not_found")}
    return (states["waiting"], states["settled"], states["polls"] >= 4, verdicts)


def rated():
    return re.fullmatch(r"\d+\.\d/s of 4/s", driver.text("#rate")) is not None


def left():
    """The oldest of 60 jobs at 4 a second is due for seconds, and so is the time that is left."""
    driver.until("#eta", " s")
    return [re.fullmatch(r"\d+ s", driver.text(f"#{name}")) is not None for name in ("eta", "oldest")]


def drawn():
    script = """return ['rate', 'eta', 'oldest'].map((name) => [...document.querySelectorAll(`#${name}-chart polyline`)]
        .map((line) => line.getAttribute('points').split(' ').filter((p) => /^[0-9.]+,[0-9.]+$/.test(p)).length))"""
    charts = driver.run(script)
    return [len(lines) for lines in charts], all(points >= 2 for lines in charts for points in lines)


def assets():
    urls = driver.run("return performance.getEntriesByType('resource').map((e) => e.name)")
    return len(urls) >= 3, f"{sum(not url.startswith(origin + '/') for url in urls)} from elsewhere"


def narrow(width):
    driver.cdp("Emulation.setDeviceMetricsOverride", width=width, height=640, deviceScaleFactor=1, mobile=True)
    script = """return [document.documentElement.scrollWidth, [...document.querySelectorAll('body *')]
        .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.id || e.tagName)]"""
    scroll, beyond = driver.run(script)
    driver.cdp("Emulation.clearDeviceMetricsOverride")
    return scroll <= width, beyond


def luminance(colour):
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def scheme(name):
    """Whether the ground is light, and whether all text has a contrast of 4.5 to what is behind it."""
    driver.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])
    script = """const ground = (e) => { const c = getComputedStyle(e).backgroundColor;
            return /, 0\\)$/.test(c) && e.parentElement ? ground(e.parentElement) : c; };
        const texts = [...document.querySelectorAll('h1, h2, h2 span, p, a, dt, dd, .key span')];
        return [getComputedStyle(document.body).backgroundColor, texts.map((e) => [getComputedStyle(e).color, ground(e)])]"""
    body, texts = driver.run(script)
    pairs = [sorted((luminance(ink), luminance(ground))) for ink, ground in texts]
    poor = sum((light + 0.05) / (dark + 0.05) < 4.5 for dark, light in pairs)
    return "light" if luminance(body) > 0.5 else "dark", len(texts) > 20, f"{poor} too faint"


def nothing_personal():
    found = [urllib.request.urlopen(origin + path).read() for path in ("/", "/metrics", "/status.json")]
    return any(b"canary" in text for text in found) or "canary" in driver.text("body")


def console():
    logged = driver.post("/se/log", type="browser")
    return f"{len(logged)} messages{': ' + logged[0]['message'] if logged else ''}"


def ended():
    run.send_signal(signal.SIGINT)
    driver.until("#said", "The run has ended")
    return run.wait(30)


try:
    check("the page opens and says that the run goes on", opened, "Running.")
    verdicts = {"approved": 2, "rejected": 1, "needs you: not_found": 1}
    check("it counts jobs, verdicts and polls", counted, (60, 3, True, verdicts))
    check("it shows the rate against the allowed one", rated, True)
    check("it shows the time left and the oldest due job", left, [True, True])
    check("it draws them over time", drawn, ([2, 1, 1], True))
    check("nothing is loaded from elsewhere", assets, (True, "0 from elsewhere"))
    for width in (320, 480):
        check(f"it fits a screen of {width} pixels", lambda width=width: narrow(width), (True, []))
    check("it is light where that is asked for", lambda: scheme("light"), ("light", True, "0 too faint"))
    check("and dark", lambda: scheme("dark"), ("dark", True, "0 too faint"))
    check("it shows no id", nothing_personal, False)
    check("the browser complains of nothing", console, "0 messages")
    check("it says when the run has ended", ended, 130)
finally:
    driver.close()
    run.kill()
    run.wait()
    folder.cleanup()
end()
