"""Stored counts on members, kept by the rooms that write posts. Callers hold a transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from community.core.among import among
from community.core.prepared import Prepared, PreparedUpdate
from community.members.models import Member


def _counts(
    *, member_id: int, posts: int, threads: int, helped: int
) -> tuple[QuerySet[Member], dict[str, Any]]:
    return Member.objects.filter(pk=member_id), {
        "post_count": Greatest(F("post_count") + posts, 0),
        "thread_count": Greatest(F("thread_count") + threads, 0),
        "helped_count": Greatest(F("helped_count") + helped, 0),
    }


_counts_shifted = PreparedUpdate(_counts)


def shift_counts(*, member_id: int, posts: int = 0, threads: int = 0, helped: int = 0) -> None:
    """Add to a member's counts, never below zero. One statement."""
    _counts_shifted.run(member_id=member_id, posts=posts, threads=threads, helped=helped)


def shift_many(shifts: Mapping[int, tuple[int, int, int]]) -> None:
    """Add (posts, threads, helped) to each of these members. One statement for each different sum, and one more.

    Their rows are locked by rising id first, so that two such changes never wait for each other.
    """
    list(
        Member.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=shifts)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    alike: dict[tuple[int, int, int], list[int]] = {}
    for member_id, shift in shifts.items():
        alike.setdefault(shift, []).append(member_id)
    for (posts, threads, helped), members in alike.items():
        Member.objects.filter(pk__in=members).update(
            post_count=Greatest(F("post_count") + posts, 0),
            thread_count=Greatest(F("thread_count") + threads, 0),
            helped_count=Greatest(F("helped_count") + helped, 0),
        )


def set_counts(*, posts: Mapping[int, int], threads: Mapping[int, int], helped: Mapping[int, int]) -> int:
    """Set every member's counts to these; who is not named has none. Returns how many rows were wrong."""
    wrong = 0
    rows = Member.objects.values_list("pk", "post_count", "thread_count", "helped_count")
    for pk, *stored in rows.iterator():
        real = [posts.get(pk, 0), threads.get(pk, 0), helped.get(pk, 0)]
        if stored != real:
            Member.objects.filter(pk=pk).update(
                post_count=real[0], thread_count=real[1], helped_count=real[2]
            )
            wrong += 1
    return wrong


# What whoever tells many people at once asks about each: the rest of the row stays in the database.
_HELD = (
    "id", "email", "role", "is_verified_owner", "is_key_member", "is_active", "source", "claimed_at",
    "standing", "standing_until", "notice_count",
)  # fmt: skip


def hold(member_ids: Collection[int]) -> list[Member]:
    """These members' rows, locked by rising id until the caller's transaction ends; other columns are deferred."""
    rows = Member.objects.get_queryset().select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=member_ids).only(*_HELD).order_by("pk"))


class Held(NamedTuple):
    """As much of a locked row as whoever tells thousands asks about: no model instance is made for it."""

    pk: int
    email: str | None
    role: str
    is_verified_owner: bool
    is_key_member: bool
    is_active: bool
    source: str
    claimed_at: datetime | None
    standing: str
    standing_until: datetime | None

    @property
    def is_imported(self) -> bool:
        return bool(self.source) and self.claimed_at is None


def hold_many(member_ids: Collection[int]) -> list[Held]:
    """As `hold`, for thousands. One statement, none for nobody."""
    if not member_ids:
        return []
    return [Held._make(row) for row in _held.cells(ids=tuple(member_ids))]


_held = Prepared(
    lambda *, ids: (
        Member.objects.get_queryset()
        .select_for_update(of=("self",), no_key=True)
        .filter(pk__in=among(ids))
        .order_by("pk")
        .values_list(*Held._fields)
    )
)


def add_notices(member_ids: Collection[int]) -> None:
    """One more unread notice for each of these. Callers hold the rows, so that the sum is exact. One statement."""
    if member_ids:
        Member.objects.filter(pk__in=among(member_ids)).update(notice_count=F("notice_count") + 1)


def settle_notices(member_ids: Collection[int], counted: QuerySet[Any]) -> None:
    """Set these members' unread notices to what `counted` says for the outer member. Callers hold the rows.

    Counted anew, not added to: whoever writes notices holds the row, so that the sum is exact. One statement.
    """
    count = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    Member.objects.filter(pk__in=among(member_ids)).update(notice_count=count)
