"""What each kind of question costs on a made-up community: CPU of the query alone and of the whole page.

    python -m tests.benchmarks.search_kinds                          # about 20,000 posts, embedded
    python -m tests.benchmarks.search_kinds --questions 20000        # about 106,000
    python -m tests.benchmarks.search_kinds --keep /tmp/corpus       # made once, used again

Every page is checked: status, what must stand on it, and whether it may be empty. A wrong one ends the run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks.dump import CHINESE, ENGLISH, canary, write_dump
from tests.benchmarks.results import Result, Run
from tests.browser.site import ROOT, Site

TARGET_MS = 50
SOME = 12


def kinds(board: str, authors: list[str], questions: int) -> dict[str, list[dict[str, str]]]:
    """Kind → questions as an address has them."""
    pairs_en = list(zip(ENGLISH[:SOME], ENGLISH[20:], strict=False))
    pairs_zh = list(zip(CHINESE[:SOME], CHINESE[20:], strict=False))
    return {
        "one hit": [{"q": canary(n)} for n in range(1, questions, max(1, questions // SOME))],
        "common, Chinese": [{"q": word} for word in CHINESE[:SOME]],
        "common, English": [{"q": word} for word in ENGLISH[:SOME]],
        "one character": [{"q": word[0]} for word in CHINESE[:SOME]],
        "two words, English": [{"q": f"{a} {b}"} for a, b in pairs_en],
        "two words, Chinese": [{"q": f"{a} {b}"} for a, b in pairs_zh],
        "a run, Chinese": [{"q": f"{a}{b}"} for a, b in pairs_zh],
        "close only, Chinese": [{"q": f"{a}的{b}怎么样"} for a, b in pairs_zh],
        "close only, English": [{"q": f"{a} {b} zeppelin saxophone"} for a, b in pairs_en],
        "a quotation": [{"q": f'"{a} {b}"'} for a, b in pairs_en],
        "something left out": [{"q": f"{a} -{b}"} for a, b in pairs_en],
        "on one board": [{"q": word, "board": board} for word in CHINESE[:SOME]],
        "by one author": [{"q": ENGLISH[n], "author": name} for n, name in enumerate(authors)],
        "with a tag": [{"q": word, "tag": "battery"} for word in CHINESE[:SOME]],
        "answered": [{"q": word, "answered": "yes"} for word in ENGLISH[:SOME]],
        "between two days": [
            {"q": word, "from": "2024-01-02", "to": "2024-01-12"} for word in ENGLISH[:SOME]
        ],
        "threads": [{"q": word, "type": "thread"} for word in ENGLISH[:SOME]],
        "newest first": [{"q": word, "sort": "newest"} for word in CHINESE[:SOME]],
        "a filter alone": [{"tag": word} for word in ENGLISH[:SOME]],
    }


MAY_BE_EMPTY = {"by one author"}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--questions", type=int, default=4000)
    parser.add_argument("--keep", type=Path, help="where the corpus lies or is to be made")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, help="keep the figures for docs/benchmarks.md")
    options = parser.parse_args()
    if options.inside:
        kept = _measure_all(options.questions)
        if options.json:
            kept.write(options.json)
        return
    with tempfile.TemporaryDirectory(prefix="convoy-search-") as folder:
        var = (options.keep or Path(folder)) / "site"
        site = Site(var, demo=False)
        if not (var / "convoy.sqlite3").exists():
            var.mkdir(parents=True)
            written = write_dump(var.parent / "dump", questions=options.questions)
            site.manage("migrate", "--verbosity", "0")
            site.manage("import_stackexchange", str(written.path.parent), "--site", "bench")
        command = [sys.executable, "-m", "tests.benchmarks.search_kinds", "--inside"]
        command += ["--questions", str(options.questions)]
        command += ["--json", str(options.json.resolve())] if options.json else []
        subprocess.run(command, cwd=ROOT, env=site.environment, check=True)


def _measure_all(questions: int) -> Run:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.embedded")
    import django

    django.setup()
    import logging

    from django.contrib.auth.models import AnonymousUser
    from django.test import Client

    from community.members.models import Member
    from community.search import queries
    from community.search.asking import parse
    from forum.models import Board, Post

    logging.disable(logging.CRITICAL)
    board = Board.objects.order_by("-thread_count").values_list("slug", flat=True)[0]
    authors = list(
        Member.objects.filter(post_count__gt=2).order_by("pk").values_list("name", flat=True)[:SOME]
    )
    client, asked_so_far = Client(SERVER_NAME="localhost"), 0

    def page(params: dict[str, str], must: str) -> None:
        nonlocal asked_so_far
        asked_so_far += 1  # from an address of its own each time: limits are another benchmark's
        address = f"10.{asked_so_far >> 16}.{asked_so_far >> 8 & 255}.{asked_so_far & 255}"
        response = client.get(f"/search/?{urlencode(params)}", REMOTE_ADDR=address)
        if response.status_code != 200 or must not in response.content.decode():
            sys.exit(f"{params}: {response.status_code}, or {must!r} is not there")

    run = Run("search, embedded", Post.objects.count())
    asked: list[float] = []
    drawn: list[float] = []
    for kind, asks in kinds(board, authors, questions).items():
        for params in asks:
            must = params["q"] if kind == "one hit" else 'class="result'
            page(params, "" if kind in MAY_BE_EMPTY else must)
        query = _cpu(asks, lambda params: queries.search(AnonymousUser(), parse(params)))
        whole = _cpu(asks, lambda params: page(params, ""))
        asked += query
        drawn += whole
        run.add(
            Result(f"{kind}: question, p95 of CPU", _p95(query), "ms", TARGET_MS),
            Result(f"{kind}: whole page, p95 of CPU", _p95(whole), "ms"),
        )
    run.add(
        Result("all kinds together: question, p95 of CPU", _p95(asked), "ms", TARGET_MS),
        Result("all kinds together: whole page, p95 of CPU", _p95(drawn), "ms", TARGET_MS),
    )
    return run


def _cpu(asks: list[dict[str, str]], ask: Callable[[dict[str, str]], Any]) -> list[float]:
    """Milliseconds of processor time, each asked twice."""
    spent = []
    for params in asks * 2:
        began = time.process_time()
        ask(params)
        spent.append((time.process_time() - began) * 1000)
    return spent


def _p95(spent: list[float]) -> float:
    return sorted(spent)[min(len(spent) - 1, int(len(spent) * 0.95))]


if __name__ == "__main__":
    main()
