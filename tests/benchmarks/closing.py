"""How soon open pages fall silent and close when their right ends: `python -m tests.benchmarks.closing --sockets 5000`.

Serves a site of its own (embedded, empty), opens that many sockets to one thread, each with a member and a session of
its own, and makes the thread's board private from another process, so that no hint arrives and the site must find the
note itself. Counted from the note until each socket is closed. Every socket must be closed with 4403, and hear nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path

from tests.benchmarks.fanout import AT_ONCE, Ear, event_moments
from tests.benchmarks.load import cpu_seconds
from tests.benchmarks.results import Result, Run
from tests.browser.people import Stage, prepare
from tests.browser.site import Site, serving

REFUSED = 4403
MANY = """
import json
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from community.core import clock
from community.members.models import Member
now, store = clock.now(), SessionStore()
rows = [
    Member(email=f"ear{{n}}@example.org", name=f"Ear {{n}}", name_key=f"ear{{n}}", password="!", joined_at=now)
    for n in range({count})
]
Member.objects.bulk_create(rows, batch_size=500)
def data(member):
    return {{SESSION_KEY: str(member.pk), BACKEND_SESSION_KEY: "", HASH_SESSION_KEY: member.get_session_auth_hash()}}
told = [(f"ear{{m.pk:028d}}", store.encode(data(m))) for m in Member.objects.filter(name__startswith="Ear ")]
until = now + timedelta(days=1)
rows = [Session(session_key=key, session_data=text, expire_date=until) for key, text in told]
Session.objects.bulk_create(rows, batch_size=500)
print("KEYS" + json.dumps([k for k, _d in told]))
"""


class Listener(Ear):
    """A socket with a session, that notes when and how it was closed."""

    def __init__(self, host: str, topic: str, after: int, cookie: str) -> None:
        super().__init__(host, topic, after)
        self.hello = self.hello[:-2] + f"Cookie: {cookie}\r\n\r\n".encode()
        self.closed: asyncio.Future[tuple[int, float]] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        """Frames as in `Ear`; a goodbye is four bytes of its own."""
        if self.joined.done() and data[:1] == b"\x88":
            self._say(int.from_bytes(data[2:4], "big"))
            return
        place = data.find(b"\x88\x02") if self.joined.done() else -1
        if place >= 0:
            self._say(int.from_bytes(data[place + 2 : place + 4], "big"))
            data = data[:place]
        if data:
            super().data_received(data)
            if self.joined.done():
                self.heard_so_far()  # and with it, pings are answered: a socket that is silent is given up

    def _say(self, code: int) -> None:
        if not self.closed.done():
            self.closed.set_result((code, time.time()))

    def connection_lost(self, _error: Exception | None) -> None:
        self._say(1006)


async def listen(site: Site, topic: str, after: int, cookies: list[str]) -> list[Listener]:
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)
    host = f"localhost:{site.port}"

    async def one(cookie: str) -> Listener:
        async with gate:
            _transport, ear = await loop.create_connection(
                lambda: Listener(host, topic, after, cookie), "127.0.0.1", site.port
            )
            await asyncio.wait_for(ear.joined, 120)
            return ear

    return list(await asyncio.gather(*(one(cookie) for cookie in cookies)))


def make_private(site: Site, slug: str) -> None:
    site.run(
        "manage.py",
        "shell",
        "-c",
        "from forum import actions, rights; from forum.models import Board; "
        f"actions.set_rights(actor=None, board_id=Board.objects.get(slug={slug!r}).pk, rights=rights.CIRCLE)",
    )


async def run(site: Site, stage: Stage, thread_id: int, cookies: list[str]) -> Run:
    after = max(event_moments(site, thread_id), default=0)
    topic, slug = f"thread:{thread_id}", stage.places["board"].strip("/").split("/")[-1]
    ears = await listen(site, topic, after, cookies)
    cpu = cpu_seconds(site.pid)
    await asyncio.to_thread(make_private, site, slug)
    told = await asyncio.to_thread(_noted_at, site)
    done = await asyncio.wait_for(asyncio.gather(*(ear.closed for ear in ears)), 120)
    wrong = sum(code != REFUSED for code, _at in done) + sum(bool(ear.heard_so_far()) for ear in ears)
    if wrong:
        raise SystemExit(
            f"{wrong} of {len(ears)} sockets were closed otherwise, or heard something: no figures"
        )
    lags = sorted(at - told for _code, at in done)
    kept = Run(f"rights withdrawn: {len(ears):,} sockets on one thread")
    kept.add(
        Result("half of them closed", lags[len(lags) // 2], "s"),
        Result("the last closed", lags[-1], "s", 5),
        Result("all of it: CPU", cpu_seconds(site.pid) - cpu, "s"),
        Result("frames heard after the change", 0, "", 0),  # otherwise there were no figures
    )
    return kept


def _noted_at(site: Site) -> float:
    """When the change of rights was written."""
    import sqlite3
    from datetime import UTC, datetime

    with sqlite3.connect(site.var / "convoy.sqlite3") as rows:
        (at,) = rows.execute("SELECT max(at) FROM live_rightsnote").fetchone()
    return datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=5000)
    parser.add_argument("--json", type=Path, help="keep the figures for docs/benchmarks.md")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), demo=False)
        site.manage("migrate", "--verbosity", "0")
        stage = prepare(site, "stage")
        said = site.run("manage.py", "shell", "-c", MANY.format(count=wanted.sockets))
        keys = json.loads(said.rpartition("KEYS")[2])
        thread_id = int(stage.places["thread"].split("/")[2])
        with serving(site):
            kept = asyncio.run(run(site, stage, thread_id, [f"{stage.cookie}={key}" for key in keys]))
    if wanted.json:
        kept.write(wanted.json)


if __name__ == "__main__":
    main()
