"""How soon one can write on a slow phone, and how soon a photo is there: `python -m tests.benchmarks.composing`.

Serves a site of its own (embedded). The phone is Chromium with a processor slowed four times, on a line of 1.6 Mbit/s
and 150 ms: the writing page from the press until names are completed in it, with nothing of the site kept and with its
bundles kept; and the box beside a thread from the touch until it is drawn with the focus in it, on a line of
400 kbit/s and 2 s, which it needs nothing of. A photo of twelve million pixels is sent whole, and asked about until its
sizes are ready. Times are on the wall of a shared machine; the processor's time stands beside them.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
import time
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from statistics import median

from PIL import Image
from playwright.sync_api import CDPSession, sync_playwright

from tests.benchmarks.load import cpu_seconds
from tests.benchmarks.results import Result, Run
from tests.browser.people import Stage, prepare
from tests.browser.site import Site, serving
from tests.browser.visitor import ARGUMENTS, Visitor, chromium

ROUNDS = 5
PHONE = {"latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWEST = {"latency": 2000, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
TOKEN = "a" * 32  # of a form that nobody else sends
WIDE, HIGH = 4000, 3000
PATIENCE = 30  # seconds

READY = """new MutationObserver((_seen, watcher) => {
  if (!document.querySelector("[data-composer] textarea[aria-autocomplete]")) return;
  watcher.disconnect();
  window.readyAt = performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });"""
TOUCHED = """() => {
  const area = document.querySelector(".dock textarea");
  window.drawn = new Promise((done) => {
    let began = 0;
    addEventListener("touchstart", () => { began = performance.now(); }, { capture: true, once: true });
    const drawn = () => done(performance.now() - began);
    area.addEventListener("focus", () => requestAnimationFrame(() => requestAnimationFrame(drawn)), { once: true });
  });
}"""


def slowed(visitor: Visitor, line: dict[str, float]) -> CDPSession:
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, **line})
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return session


def on_a_phone(stage: Stage) -> list[Result]:
    first, again, touched = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for _ in range(ROUNDS):
            visitor = Visitor(browser, stage.site.address, width="phone")
            stage.enter(visitor, "owner")
            visitor.context.add_init_script(READY)
            session = slowed(visitor, PHONE)
            for kept in (first, again):
                visitor.open(stage.places["write"])
                visitor.page.wait_for_function("() => window.readyAt")
                kept.append(visitor.page.evaluate("() => window.readyAt"))
            visitor.open(stage.places["thread"])
            session.send("Network.emulateNetworkConditions", {"offline": False, **SLOWEST})
            visitor.page.evaluate(TOUCHED)
            visitor.page.locator(".dock textarea").tap()
            touched.append(visitor.page.evaluate("() => window.drawn"))
            visitor.close()
        browser.close()
    return [
        Result("writing page on a slow phone, bundles kept: ready", median(again), "ms", 1000),
        Result("writing page on a slow phone, nothing kept: ready", median(first), "ms", 1000),
        Result("box beside a thread on a slow phone: drawn", median(touched), "ms", 1000),
    ]


def a_photo() -> bytes:
    """As large as phones make them, with as much in it that does not compress."""
    grain = [Image.effect_noise((WIDE, HIGH), 30 + 10 * n) for n in range(3)]
    out = BytesIO()
    Image.merge("RGB", grain).save(out, "JPEG", quality=60)
    return out.getvalue()


def a_form(photo: bytes) -> tuple[str, bytes]:
    edge = "photo-edge"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    body = f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + photo + f"\r\n--{edge}--\r\n".encode()
    return f"multipart/form-data; boundary={edge}", body


def of_photos(stage: Stage, kept: Run) -> list[Result]:
    photo = a_photo()
    kept.notes["photo"] = f"{WIDE * HIGH:,} pixels, {len(photo):,} bytes"
    kind, body = a_form(photo)
    cookies = f"{stage.cookie}={stage.people['owner'].session}; csrftoken={TOKEN}"
    headers = {"Cookie": cookies, "X-CSRFToken": TOKEN, "Content-Type": kind}
    answered, ready, used = [], [], []
    for _ in range(ROUNDS):
        before = cpu_seconds(stage.site.pid, with_ended=True)
        line = HTTPConnection("localhost", stage.site.port)
        line.putrequest("POST", "/files/")
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            line.putheader(name, value)
        line.endheaders()
        line.send(body[:-1])
        line.send(body[-1:])
        sent = time.perf_counter()
        response = line.getresponse()
        told = response.read()
        answered.append(1000 * (time.perf_counter() - sent))
        assert response.status == 201, told
        while not _is_ready(stage.site, json.loads(told)["id"]):
            assert time.perf_counter() - sent < PATIENCE, "no sizes"
            time.sleep(0.02)
        ready.append(time.perf_counter() - sent)
        used.append(cpu_seconds(stage.site.pid, with_ended=True) - before)
    return [
        Result("photo of 12 million pixels: answered after the last byte", median(answered), "ms", 300),
        Result("photo of 12 million pixels: its sizes are ready", median(ready), "s", 3),
        Result("photo of 12 million pixels: CPU of all processes", median(used), "s"),
    ]


def _is_ready(site: Site, upload_id: int) -> bool:
    with sqlite3.connect(f"file:{site.var / 'convoy.sqlite3'}?mode=ro", uri=True) as rows:
        ready = rows.execute("SELECT state FROM files_upload WHERE id = ?", [upload_id]).fetchone()
    return bool(ready and ready[0] == "ready")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="keep the figures for docs/benchmarks.md")
    wanted = parser.parse_args()
    kept = Run("writing, embedded")
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), demo=False)
        site.manage("migrate", "--verbosity", "0")
        stage = prepare(site, "stage")
        with serving(site):
            kept.add(*of_photos(stage, kept))
            if chromium():
                kept.add(*on_a_phone(stage))
    if wanted.json:
        kept.write(wanted.json)


if __name__ == "__main__":
    main()
