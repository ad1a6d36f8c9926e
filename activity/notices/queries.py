"""Page-shaped reads about notices. Each says how many statements it costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from activity.notices import budget
from activity.notices.kinds import Kind, Ways
from activity.notices.models import (
    OPEN,
    Delivery,
    NoticeSettings,
    Notification,
    NotificationQuerySet,
    Preference,
)
from community.core import clock
from community.core.pagination import KeysetPage, keyset
from community.members.models import Member, all_but_face

PER_PAGE = 30
LOG_PER_PAGE = 50
MOST_LYING = 50  # on one device
ORDER = ("-at", "-pk")

# Sections of the list: what names me, what concerns my words, what I asked to hear of.
TO_ME = frozenset(
    {
        Kind.MESSAGE,
        Kind.MENTION,
        Kind.QUOTE,
        Kind.REPLY,
        Kind.CALLED,
        Kind.ASKED,
        Kind.DUTY,
        Kind.HOUSE,
        Kind.FOLLOWER,
    }
)
MINE = (Kind.ACCEPTED, Kind.KNOWN, Kind.REACTION)
_BOARD = [f"thread__board__{name}" for name in ("rights", "about_en", "about_zh", "lane_counts")]


@dataclass(slots=True)
class Section:
    name: str
    rows: list[Notification] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Noise:
    """A member's budget as the list shows it: what of today's number is spent, on whom, and what is left."""

    settings: NoticeSettings
    limit: int | None
    spent: list[tuple[datetime, str]]
    is_quiet: bool

    @property
    def left(self) -> int:
        return max(0, (self.limit or 0) - len(self.spent))

    @property
    def empty_stones(self) -> range:
        return range(min(self.left, 6))


def with_faces(rows: NotificationQuerySet) -> NotificationQuerySet:
    """Everything their sentences need, in the same statement."""
    return rows.select_related("actor", "thread__board").defer(
        "thread__excerpt", "thread__days", "thread__tag_list", *_BOARD, *all_but_face("actor")
    )


def notices(
    member: Member, *, unread: bool = False, kind: str = "", cursor: str | None = None
) -> KeysetPage[Notification]:
    """A page of the member's list, the latest first. One statement."""
    rows = Notification.objects.shown_to(member)
    if unread:
        rows = rows.filter(read_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    return keyset(with_faces(rows), order=ORDER, cursor=cursor, size=PER_PAGE)


def sections(rows: list[Notification]) -> list[Section]:
    """The rows of a page by what they are to the member; empty sections are left out. No statement."""
    found = [Section("to_me"), Section("mine"), Section("watched")]
    for row in rows:
        is_mine = row.kind in MINE or (row.kind == Kind.WATCHED and row.why == "started")
        place = 0 if row.kind in TO_ME else 1 if is_mine else 2
        found[place].rows.append(row)
    return [section for section in found if section.rows]


def settings_of(member: Member) -> NoticeSettings:
    """What the member set, or the usual. One statement."""
    return NoticeSettings.objects.filter(member=member).first() or NoticeSettings(member=member)


def noise(member: Member, settings: NoticeSettings | None = None) -> Noise:
    """The member's budget today. One statement, none with their settings."""
    row = settings or settings_of(member)
    rules, now = row.rules(member.time_zone), clock.now()
    today = budget.day_of(now, rules)
    spent = [(datetime.fromisoformat(at), name) for at, _delivery, name in row.spent]
    return Noise(
        row,
        row.limit,
        [(at, name) for at, name in spent if budget.day_of(at, rules) == today],
        budget.is_quiet(now, rules),
    )


def mine(member: Member, notification_id: int) -> Notification | None:
    """One of the member's own. One statement."""
    return with_faces(Notification.objects.filter(recipient=member, pk=notification_id)).first()


def open_among(member: Member, ids: list[int]) -> list[int]:
    """Those of the member's that still wait to be read. One statement."""
    rows = Notification.objects.filter(OPEN, recipient=member, pk__in=ids)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def log(member: Member, cursor: str | None = None) -> KeysetPage[Delivery]:
    """Everything that was sent to the member, or was to be, the latest first. One statement."""
    of_thread = [f"notification__thread__{name}" for name in ("excerpt", "days", "tag_list", "board__rights")]
    rows = Delivery.objects.with_sight(member).select_related(
        "notification__actor", "notification__thread__board"
    )
    rows = rows.defer("contents", "notification__items", *of_thread, *all_but_face("notification__actor"))
    return keyset(rows, order=("-made_at", "-pk"), cursor=cursor, size=LOG_PER_PAGE)


def own_ways(member: Member) -> dict[str, Ways]:
    """Kind → ways, where the member chose otherwise than usual. One statement."""
    return {row.kind: row.ways for row in Preference.objects.filter(member=member)}
