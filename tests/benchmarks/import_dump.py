"""What moving a whole community in costs: every file of a dump, at two sizes, in a process of its own.

    python -m tests.benchmarks.import_dump                     # about 5,000 and 20,000 posts
    python -m tests.benchmarks.import_dump --questions 40000   # … and about 200,000

Memory must not follow the size. Ends with an error when a row is missing afterwards, or a second run adds one.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from tests.benchmarks.dump import ENGLISH, Written, write_dump
from tests.benchmarks.load import resident_mb
from tests.benchmarks.results import Result, Run
from tests.browser.site import ROOT, Site


@dataclass(frozen=True)
class Cost:
    items: int  # posts and comments
    seconds: float
    peak_mb: float


def write_all(folder: Path, *, questions: int, seed: int = 11) -> tuple[Written, int]:
    """`Posts.xml` with people, comments, votes, edits and links beside it; (posts, comments). Rows at a time."""
    written = write_dump(folder, questions=questions)
    chance = random.Random(seed)
    with (folder / "Users.xml").open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<users>\n')
        for number in range(1, max(3, questions // 4)):
            name = f"{chance.choice(ENGLISH)} {number}"
            file.write(_row(Id=number, DisplayName=name, CreationDate="2023-12-01T00:00:00.000"))
        file.write("</users>\n")
    comments = 0
    with (folder / "Comments.xml").open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<comments>\n')
        for post in range(1, written.posts + 1):
            if chance.random() < 0.4:
                comments += 1
                words = " ".join(chance.choices(ENGLISH, k=15))
                author = chance.randrange(1, max(3, questions // 4))
                at = "2025-01-01T00:00:00.000"
                file.write(
                    _row(Id=comments, PostId=post, Text=words, CreationDate=at, UserId=author, Score=1)
                )
        file.write("</comments>\n")
    with (folder / "Votes.xml").open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<votes>\n')
        for number in range(1, 3 * written.posts):
            post = chance.randrange(1, written.posts + 1)
            file.write(_row(Id=number, PostId=post, VoteTypeId=2, CreationDate="2025-01-01T00:00:00.000"))
        file.write("</votes>\n")
    _write_past(folder, written.posts, chance)
    return written, comments


def _write_past(folder: Path, posts: int, chance: random.Random) -> None:
    """Every post's first words; a third were edited once or more often; some questions ask what others asked."""
    with (folder / "PostHistory.xml").open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<posthistory>\n')
        for post in range(1, posts + 1):
            edits = int(chance.paretovariate(1.3)) if chance.random() < 0.33 else 0
            for edit in range(min(edits, 20) + 1):
                words = "\n\n".join(" ".join(chance.choices(ENGLISH, k=40)) for _paragraph in range(3))
                file.write(
                    _row(
                        Id=post * 32 + edit,
                        PostId=post,
                        PostHistoryTypeId=5 if edit else 2,
                        CreationDate=f"2025-01-{edit + 1:02}T00:00:00.000",
                        UserId=chance.randrange(1, 9),
                        Text=f"{words}\n\n- *{words[:20]}*\n- [here](/q/{post})",
                    )
                )
        file.write("</posthistory>\n")
    with (folder / "PostLinks.xml").open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<postlinks>\n')
        for number in range(1, posts // 10):
            post, other = chance.randrange(1, posts + 1), chance.randrange(1, posts + 1)
            file.write(_row(Id=number, PostId=post, RelatedPostId=other, LinkTypeId=chance.choice([1, 3])))
        file.write("</postlinks>\n")


def move_in(folder: Path, questions: int) -> Cost:
    """A dump of that size into an empty site, twice."""
    written, comments = write_all(folder / "dump", questions=questions)
    site = Site(folder / "var", demo=False)
    site.var.mkdir(parents=True)
    site.manage("migrate", "--verbosity", "0")
    said, seconds, peak = _run(site, folder / "dump")
    replies = written.answers + comments
    assert f"Added {written.questions:,} threads, {replies:,} replies" in said, said
    again, _seconds, _peak = _run(site, folder / "dump")
    assert "Added 0 threads, 0 replies and 0 members" in again, again
    assert "every counter was right" in site.manage("rebuild_counters")
    return Cost(written.posts + comments, seconds, peak)


def _run(site: Site, dump: Path) -> tuple[str, float, float]:
    """What the command said, its seconds and its peak resident MB."""
    log = site.var / "import.log"
    began = time.perf_counter()
    command = [sys.executable, "manage.py", "import_stackexchange", str(dump), "--site", "bench"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=out, stderr=out)
        peak = 0.0
        while process.poll() is None:
            time.sleep(0.05)
            try:
                peak = max(peak, resident_mb(process.pid))
            except OSError:
                break
    said = log.read_text()
    assert process.wait() == 0, said[-2000:]
    return said, time.perf_counter() - began, peak


def _row(**fields: object) -> str:
    return f"  <row {' '.join(f'{name}={quoteattr(str(value))}' for name, value in fields.items())} />\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--questions", type=int, default=4000, help="questions in the larger dump (4000)")
    parser.add_argument("--json", type=Path, help="keep the figures for docs/benchmarks.md")
    options = parser.parse_args()
    run = Run("a community moves in, embedded")
    for questions in (options.questions // 4, options.questions):
        with tempfile.TemporaryDirectory(prefix="convoy-import-") as folder:
            cost = move_in(Path(folder), questions)
        what = f"{cost.items:,} posts and comments"
        run.add(
            Result(
                f"{what}: speed, start and index included", cost.items / cost.seconds, "/s", 300, most=False
            ),
            Result(f"{what}: most memory", cost.peak_mb, "MB", 300),
        )
    if options.json:
        run.write(options.json)


if __name__ == "__main__":
    main()
