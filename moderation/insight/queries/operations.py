"""What everybody may know of how the site is run. Boards that guests may not read are in no figure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from community.core import clock
from community.core.near import near
from community.members.models import Role
from forum.models import Board, Post, PostState, ThreadState
from moderation.insight.queries.gone import BY_STAFF, Gone, gone_of, in_window, told_reasons
from moderation.insight.queries.light import POST_HEAVY, light
from moderation.insight.window import LENGTHS, Window
from moderation.promises.models import Clock
from moderation.promises.queries.boards import Line, lines
from moderation.promises.queries.clocks import told_clocks
from moderation.raises.models import Raise
from moderation.raises.policy import Effect, Share
from moderation.raises.queries import compared, effect_on

STAFF = (Role.EDITOR, Role.MODERATOR, Role.ADMIN)
SECONDS = 600
VOICES = ("members", "staff", "partners")


@dataclass(frozen=True, slots=True)
class Said:
    """Visible posts by who wrote them, by what they are now."""

    members: int = 0
    staff: int = 0
    partners: int = 0

    @property
    def total(self) -> int:
        return self.members + self.staff + self.partners

    @property
    def staff_share(self) -> Share:
        return Share(self.staff, self.total)


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted once for everybody, as the rows were `at` that moment. Keys of `said` and `raised` are boards, of
    `why` kinds of reasons."""

    at: datetime
    said: Mapping[int, Said]
    by_day: Mapping[date, Said]
    gone: Sequence[Gone]
    why: Mapping[str, int]
    raised: Mapping[int, int]
    left_out: Mapping[int, int]
    effect: Effect


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One board on the page."""

    board: Board
    said: Said
    promise: Line | None
    raised: int
    left_out: int

    @property
    def is_still(self) -> bool:
        """Whether there is nothing to tell of it."""
        return not (self.said.total or self.raised or self.left_out or self.promise)


@dataclass(frozen=True, slots=True)
class Operations:
    """The page. Its boards are those that guests may read, whoever looks."""

    window: Window
    counted_at: datetime  # all but the promises, which the boards' records count
    boards: Sequence[BoardLine]
    by_day: Sequence[tuple[date, Said]]
    gone: Sequence[Gone]
    why: Sequence[tuple[str, int]]  # posts and threads by kind of reason; they sum to `gone_by_staff`
    effect: Effect

    @property
    def lively(self) -> list[BoardLine]:
        return [line for line in self.boards if not line.is_still]

    @property
    def still(self) -> int:
        return len(self.boards) - len(self.lively)

    @property
    def said(self) -> Said:
        return _sum(line.said for line in self.boards)

    @property
    def kept(self) -> Share:
        """Promises of the last thirty days, as the boards' own records have them: counted by themselves."""
        told = [line.promise.record for line in self.boards if line.promise is not None]
        return Share(sum(one.kept for one in told), sum(one.asked for one in told))

    @property
    def kept_counted_at(self) -> datetime | None:
        """When these were counted; None where nobody promises anything."""
        return min(
            (line.promise.counted_at for line in self.boards if line.promise is not None), default=None
        )

    @property
    def raised(self) -> int:
        return sum(line.raised for line in self.boards)

    @property
    def gone_by_staff(self) -> int:
        return sum(one.posts + one.threads for one in self.gone if one.way in BY_STAFF)


def keys(last: date) -> list[str]:
    """Where the counts up to this day lie, for whoever changes one."""
    return [_key(length, last) for length in LENGTHS]


def _key(length: int, last: date) -> str:
    return f"insight.operations.3.{length}.{last.isoformat()}"


def operations(window: Window) -> Operations:
    """One statement, and five more once in ten minutes."""
    places = list(public_boards().order_by("group__position", "group_id", "position", "id"))
    ids = [board.pk for board in places]
    counted = near(_key(window.days, window.last), lambda: count(window, ids), SECONDS)
    promised = lines()
    return Operations(
        window=window,
        counted_at=counted.at,
        boards=[
            BoardLine(
                board=board,
                said=counted.said.get(board.pk, Said()),
                promise=promised.get(board.pk),
                raised=counted.raised.get(board.pk, 0),
                left_out=counted.left_out.get(board.pk, 0),
            )
            for board in places
        ],
        by_day=[(day, counted.by_day.get(day, Said())) for day in window],
        gone=counted.gone,
        why=told_reasons(counted.why),
        effect=counted.effect,
    )


def public_boards() -> QuerySet[Board]:
    """Boards that everybody may read."""
    return Board.objects.readable_by(AnonymousUser()).defer("rights", "form", "about_en", "about_zh")


def count(window: Window, board_ids: Collection[int]) -> Counted:
    """Five statements, whatever there is to count."""
    now = clock.now()
    said: dict[int, Said] = {}
    by_day: dict[date, Said] = {}
    rows = (
        _written(window, board_ids)
        .annotate(day=TruncDate("posted_at", tzinfo=window.wall), voice=_voice())
        .values_list("thread__board_id", "day", "voice")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for board_id, day, voice, n in rows:
        said[board_id] = _sum([said.get(board_id, Said()), Said(**{voice: n})])
        by_day[day] = _sum([by_day.get(day, Said()), Said(**{voice: n})])
    raised: dict[int, int] = {}
    left_out: dict[int, int] = {}
    asked = raises_asked(window, board_ids)
    for state, board_id, n in asked.values_list("state", "board_id").annotate(n=Count("pk")).order_by():
        (raised if state == Raise.State.RAISED else left_out)[board_id] = n
    gone, why = gone_of(window, board_ids)
    return Counted(
        at=now,
        said=said,
        by_day=by_day,
        gone=gone,
        why=why,
        raised=raised,
        left_out=left_out,
        effect=effect_on(board_ids),
    )


def _sum(parts: Iterable[Said]) -> Said:
    told = list(parts)
    return Said(
        sum(one.members for one in told), sum(one.staff for one in told), sum(one.partners for one in told)
    )


def _voice() -> Case:
    return Case(
        When(author__role__in=STAFF, then=Value("staff")),
        When(author__role=Role.PARTNER, then=Value("partners")),
        default=Value("members"),
        output_field=CharField(),
    )


def _written(window: Window, board_ids: Collection[int]) -> QuerySet[Post]:
    return in_window(window, board_ids).filter(state=PostState.VISIBLE, thread__state=ThreadState.VISIBLE)


def posts(window: Window, board_ids: Collection[int], who: str) -> QuerySet[Post]:
    """What one voice wrote on these boards, or all of them for "all"."""
    rows = _written(window, board_ids)
    if who != "all":
        rows = rows.annotate(voice=_voice()).filter(voice=who)
    return light(rows, "thread", "author").defer(*POST_HEAVY)


def raises(window: Window, board_ids: Collection[int], lot: str) -> QuerySet[Raise]:
    """What was raised in these days; with `lot` those that are compared, since the site began."""
    rows = (
        compared(board_ids).filter(state=lot)
        if lot
        else raises_asked(window, board_ids).filter(state=Raise.State.RAISED)
    )
    return light(rows, "thread", "by")


def raises_asked(window: Window, board_ids: Collection[int]) -> QuerySet[Raise]:
    """What was asked to be raised in these days, by lot or in any case."""
    return Raise.objects.filter(board_id__in=board_ids, at__gte=window.since, at__lt=window.until)


def promises(board: Board | None, only: str) -> QuerySet[Clock]:
    """The questions that the boards' records speak of, as they stood when these were counted: on one board or all that
    everybody may read; `only`: kept or missed. No statement most of the time."""
    told = lines()
    ids = [one.pk for one in public_boards() if one.pk in told] if board is None else [board.pk]
    now = min((told[pk].counted_at for pk in ids if pk in told), default=clock.now())
    kept = Q(broken_at=None, answered_at__isnull=False)
    rows = told_clocks([pk for pk in ids if pk in told], now)
    if only:
        rows = rows.filter(kept if only == "kept" else ~kept)
    return light(rows, "thread", "thread__author").select_related("terms")
