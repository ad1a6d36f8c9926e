"""One run from a folder to a board: read, sort, move in, index, and say what became of every row."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from itertools import count as counted
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import slugify

from community.core import clock
from community.core.access import Invalid
from community.core.progress import Progress
from community.interchange.models import ImportedItem, ImportSource
from community.interchange.stackexchange.loading import load
from community.interchange.stackexchange.moving import Moving
from community.interchange.stackexchange.reader import BrokenFile, Dump
from community.interchange.stackexchange.report import Report
from community.interchange.stackexchange.staging import Staging
from community.members.models import Member
from community.search import indexing
from community.search.models import SearchEntry
from forum import actions
from forum.models import Board, BoardGroup

GROUP = ("moved-here", "Moved here", "迁入的社区")
Bars = Callable[[str, int], AbstractContextManager[Progress]]


class Busy(Exception):
    """The same community is being moved in by another process."""


@dataclass(frozen=True, slots=True)
class Outcome:
    report: Report
    board: Board | None
    people: int  # moved in by this run
    broken: BrokenFile | None

    def added(self, what: str) -> int:
        return sum(one.here[what] for kind, one in self.report.files.items() if kind in ("Posts", "Comments"))


def run(dump: Dump, *, group: str = "", bars: Bars, index: bool = True) -> Outcome:
    """Move a dump in. Safe to repeat, to kill and to run beside the site; BrokenFile before anything is written.

    A break in `Posts.xml` is not raised but returned: what stood before it has moved in.
    """
    _spare_memory()
    source = f"stackexchange:{dump.site}"
    folder = Path(settings.VAR_DIR) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        _alone(folder / f"{dump.site}.lock"),
        closing(Staging(folder / f"{dump.site}.staging")) as staging,
        Report(folder / f"{dump.site}-left-out.txt") as report,
    ):
        size = sum(path.stat().st_size for path in dump.files.values())
        with bars("reading (KB)", size >> 10) as bar:
            broken = load(dump, staging, report, _in_kilobytes(bar))
        staging.sort()
        _account(staging, report)
        board, people = None, 0
        if staging.size():
            origin = _origin(source, dump, group)
            moving = Moving(
                dump=dump, source=source, board_id=origin.board_id or 0, staging=staging, report=report
            )
            with bars("moving in", staging.size()) as bar:
                moving.run(bar.advance)
            moving.connect()
            board, people = origin.board, moving.people.moved_in
            origin.ended_at, origin.summary = clock.now(), report.as_json()
            origin.save(update_fields=["ended_at", "summary"])
        if index:
            _index(source, bars)
    return Outcome(report, board, people, broken)


def _account(staging: Staging, report: Report) -> None:
    """Count what was read and cannot move in because what it belongs to does not."""
    for kind, reason, line, ident in staging.orphans():
        report.bad(kind, line, reason, str(ident))
    for (kind, what), count in staging.stray().items():
        if count:
            report.of(kind).here[what] -= count
            report.of(kind).left_out[f"{what} of posts that do not move in"] += count
    if untouched := staging.untouched():
        report.of("PostHistory").here["lines of edited posts"] -= untouched
        report.of("PostHistory").left_out["first words of posts that nobody edited"] += untouched
    if "Users" in report.files:
        users = report.of("Users")
        users.left_out["people who wrote nothing that moves in"] += staging.silent_users()
        users.here["authors"] = users.read - users.left_out.total()


def _origin(source: str, dump: Dump, group: str) -> ImportSource:
    """The row of this community, with its board; both made on the first run."""
    with transaction.atomic():
        origin, _new = ImportSource.objects.select_for_update().get_or_create(
            source=source, defaults={"began_at": clock.now()}
        )
        origin.began_at, origin.ended_at = clock.now(), None
        if origin.board is None:
            origin.board = _new_board(dump, group)
        origin.save()
    return origin


def _new_board(dump: Dump, group_name: str) -> Board:
    name = dump.site.replace("-", " ").capitalize()
    group = _group(group_name)
    last = Board.objects.filter(group=group).order_by("-position").first()
    for slug in (dump.site, f"{dump.site}-questions", *(f"{dump.site}-{n}" for n in range(2, 100))):
        if Board.objects.filter(slug=slug).exists():
            continue
        return actions.create_board(
            actor=None,
            group_id=group.pk,
            slug=slug,
            title_en=name,
            title_zh=f"{name} 问答",
            about_en=f"Questions and answers of the Stack Exchange site {name}, with their authors and dates.",
            about_zh=f"来自 Stack Exchange 站点 {name} 的问答，作者和日期均予保留。",
            position=last.position + 1 if last else 0,
        )
    raise Invalid(f"No free address was found for the board of {dump.site}.", field="slug")


def _group(name: str) -> BoardGroup:
    """The group of that title or address, whatever its case; a new one where there is none."""
    slug, title_en, title_zh = GROUP
    groups = list(BoardGroup.objects.order_by("position"))
    if name := " ".join(name.split()):
        # An address says the whole name, or it is no sign that both are the same: of Chinese letters it keeps none.
        whole = slugify(name)[:60] if slugify(name) == slugify(name, allow_unicode=True) else ""
        said = {name.casefold()[:80], whole} - {""}
        slug, title_en, title_zh = whole[:50] or "imported", name[:80], ""
    else:
        said = {slug}
    for group in groups:
        if said & {group.slug, group.title_en.casefold(), group.title_zh.casefold()}:
            return group
    taken = {group.slug for group in groups}
    numbered = (f"{slug}-{n}" for n in counted(2))
    slug = next(free for free in chain([slug], numbered) if free not in taken)
    last = groups[-1] if groups else None
    return actions.create_group(
        actor=None,
        slug=slug,
        title_en=title_en,
        title_zh=title_zh,
        position=last.position + 1 if last else 0,
    )


def _index(source: str, bars: Bars) -> None:
    """Make everything of this source searchable now. The queued tasks do the same later, harmlessly."""
    missing = _unindexed(source)
    with bars("indexing", missing.count()) as bar:
        last = 0
        while found := list(missing.filter(pk__gt=last).values_list("pk", "post_id")[: indexing.BATCH]):
            indexing.index_posts([post for _pk, post in found])
            last = found[-1][0]
            bar.advance(len(found))
    indexed = SearchEntry.objects.filter(member_id=OuterRef("pk"))
    people = Member.objects.listed().filter(~Exists(indexed), source=source).values_list("pk", flat=True)
    while batch := list(people[: indexing.BATCH]):
        indexing.index_members(batch)


def _unindexed(source: str) -> QuerySet[ImportedItem]:
    entries = SearchEntry.objects.filter(post_id=OuterRef("post_id"))
    return ImportedItem.objects.filter(~Exists(entries), source=source).order_by("pk")


def _spare_memory() -> None:
    """Read the database by pages instead of mapping it: mapped pages would count against this process."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size = 0")


def _in_kilobytes(bar: Progress) -> Callable[[int], None]:
    left = 0

    def advance(read: int) -> None:
        nonlocal left
        left += read
        bar.advance(left >> 10)
        left &= 1023

    return advance


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One run a community at a time; the lock goes with the process, however it ends."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield
