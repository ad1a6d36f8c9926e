"""`make bench`: what the site costs, on data made for it, against the figures we set ourselves.

    make bench                                    # about 20,000 posts
    make bench ARGS="--questions 20000"           # about 100,000
    make bench ARGS="--json var/bench.json"

Ends with an error when an answer was wrong; a missed target is printed, not an error.
"""

import argparse
import gzip
import json
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.benchmarks.dump import CHINESE, canary, write_dump
from tests.benchmarks.load import HEADER, Ask, Client, measure, resident_mb
from tests.browser.site import ROOT, Site

FACTS = """
import json
from forum.models import Post, Thread
from community.members.models import Member
long = Thread.objects.order_by("-last_number").select_related("board").first()
print("FACTS" + json.dumps({
    "threads": Thread.objects.count(), "posts": Post.objects.count(),
    "accepted": Thread.objects.exclude(accepted_post=None).count(),
    "thread": long.get_absolute_url(), "last": long.last_number, "title": long.title,
    "board": long.board.slug, "member": Member.objects.order_by("pk").values_list("pk", flat=True).first(),
}))
"""


@dataclass(frozen=True)
class Result:
    """One figure beside its target; `most` is whether less is better."""

    what: str
    value: float
    unit: str
    target: float | None = None
    most: bool = True

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value <= self.target if self.most else self.value >= self.target

    def line(self) -> str:
        sign = "≤" if self.most else "≥"
        target = "" if self.target is None else f"{sign} {self.target:g} {self.unit}"
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        return f"{self.what:<52} {self.value:>10.1f} {self.unit:<8} {target:<16} {verdict}"


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="convoy-bench-") as folder:
        site = Site(Path(folder) / "var", demo=False)
        print(f"{platform.platform()}, Python {platform.python_version()}, {options.questions} questions\n")
        results = [*_sizes(), *_import(site, Path(folder), options.questions)]
        facts = _facts(site)
        results += _in_process(site, facts, options.questions)
        results += _served(site, facts)
    print()
    for result in results:
        print(result.line())
    if options.json:
        rows = [asdict(result) | {"met": result.met} for result in results]
        options.json.write_text(
            json.dumps({"machine": platform.platform(), "results": rows}, indent=1) + "\n"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--questions", type=int, default=4000, help="questions in the made-up dump (4000)")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    return parser.parse_args()


def _sizes() -> list[Result]:
    """What a first visit loads besides the page, compressed."""
    found = []
    for ending, target in ((".css", 40), (".js", 60)):
        shipped = (ROOT / "static" / "dist").glob(f"*{ending}")
        wire = sum(len(gzip.compress(path.read_bytes(), 6)) for path in shipped)
        found.append(Result(f"{ending[1:].upper()} of the bundle", wire / 1024, "KB gzip", target))
    return found


def _import(site: Site, folder: Path, questions: int) -> list[Result]:
    """Move the dump in twice; what arrived must be what was written."""
    written = write_dump(folder / "dump", questions=questions)
    site.var.mkdir(parents=True)
    site.manage("migrate", "--verbosity", "0")
    command = [
        sys.executable,
        "manage.py",
        "import_stackexchange",
        str(written.path.parent),
        "--site",
        "bench",
    ]
    seconds, peak = _run(command, site)
    facts = _facts(site)
    arrived = (facts["threads"], facts["posts"], facts["accepted"])
    assert arrived == (written.questions, written.posts, written.accepted), f"{arrived} of {written}"
    again, _ = _run(command, site)
    assert _facts(site)["posts"] == written.posts, "a second import added posts"
    return [
        Result("import", written.posts / seconds, "posts/s", 300, most=False),
        Result("import, peak memory", peak, "MB", 300),
        Result("import again, nothing to add", again, "s"),
    ]


def _run(command: list[str], site: Site) -> tuple[float, float]:
    """Seconds and peak resident MB of a command that must succeed."""
    log = site.var / "command.log"
    began = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=out, stderr=out)
        peak = 0.0
        while process.poll() is None:
            time.sleep(0.1)
            try:
                peak = max(peak, resident_mb(process.pid))
            except OSError:
                break
    assert process.wait() == 0, log.read_text()[-2000:]
    return time.perf_counter() - began, peak


def _facts(site: Site) -> dict[str, Any]:
    line = next(row for row in site.manage("shell", "-c", FACTS).splitlines() if row.startswith("FACTS"))
    facts: dict[str, Any] = json.loads(line.removeprefix("FACTS"))
    return facts


def _pages(facts: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    """Name, path, canary and statement budget of what is measured."""
    from forum.policy import POSTS_PER_PAGE

    last = (facts["last"] - 1) // POSTS_PER_PAGE + 1
    title = facts["title"].split()[-1]
    return [
        ("thread, page 1", facts["thread"], title, 6),
        (f"thread, page {last}", f"{facts['thread']}?page={last}", title, 6),
        ("board", f"/boards/{facts['board']}/", "<main", 5),
        ("boards", "/boards/", "<main", 5),
        ("home", "/", "<main", 5),
        ("latest", "/latest/", "zq", 5),
    ]


def _in_process(site: Site, facts: dict[str, Any], questions: int) -> list[Result]:
    """Statements, CPU and bytes of each page, signed in and as a guest; search on many words."""
    pages = _pages(facts)
    asks: list[dict[str, Any]] = [
        {"name": f"{name}, {who}", "asks": [[path, word]], "as": member}
        for name, path, word, _ in pages
        for who, member in (("member", facts["member"]), ("guest", None))
    ]
    rare = [canary(number) for number in range(1, questions, max(1, questions // 50))][:50]
    asks += [
        {"name": "search, one hit", "asks": [[f"/search/?q={word}", word] for word in rare], "as": None},
        {
            "name": "search, many hits",
            "asks": [[f"/search/?q={quote(w)}", "zq"] for w in CHINESE],
            "as": None,
        },
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.inprocess"],
        input="".join(json.dumps(ask) + "\n" for ask in asks),
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"name"')]
    assert len(answers) == len(asks)
    budgets = {name: budget for name, _, _, budget in pages}
    results = []
    for answer in answers:
        name = answer["name"]
        if name.startswith("search"):
            results.append(Result(f"{name}: p95", answer["p95_ms"], "ms", 50))
            continue
        budget = budgets[name.rpartition(", ")[0]]
        results.append(Result(f"{name}: statements", answer["statements"], "", budget))
        results.append(Result(f"{name}: CPU under WSGI", answer["cpu_ms"], "ms", 4))
        if name.startswith("thread"):
            results.append(Result(f"{name}: HTML", answer["wire"] / 1024, "KB gzip", 60))
    return results


def _served(site: Site, facts: dict[str, Any]) -> list[Result]:
    """A warm start, memory at rest, and what a guest waits for on the wire."""
    began = time.perf_counter()
    site.start()
    try:
        client = Client("localhost", site.port)
        client.get(Ask("/", "<main"))
        results = [Result("warm start to the first page", time.perf_counter() - began, "s", 6)]
        time.sleep(3)
        results.append(Result("memory at rest", resident_mb(site.pid), "MB", 180))
        print(HEADER)
        for name, path, word, _ in _pages(facts):
            print(measure(client, name, [Ask(path, word)], rounds=40, pid=site.pid).line())
        return results
    finally:
        site.stop()


if __name__ == "__main__":
    main()
