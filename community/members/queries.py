"""Page-shaped reads about people, also for other rooms. Each says how many statements it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.core import clock
from community.core.among import among
from community.core.prepared import Prepared
from community.members.access import VISIBLE_TO, Viewer, audience_of, may_see_field
from community.members.models import (
    Follow,
    Ignore,
    ImportClaim,
    Member,
    NameHistory,
    Role,
    Standing,
    all_but_face,
)
from community.members.names import look_alike_key, part_keys

HERE_MINUTES = 10
PER_PAGE = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A member found by a name; `current` is False when the address bears an old or another spelling."""

    member: Member
    current: bool


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One line of a profile: what it says, and who else sees it."""

    name: str
    value: str
    audience: str


def find_member(name: str) -> Found | None:
    """The listed member who has this name, a spelling of it, or had it. One to three statements."""
    listed = Member.objects.listed()
    member = listed.filter(name=name).first()
    if member is not None:
        return Found(member, current=True)
    key = look_alike_key(name)
    if not key:
        return None
    member = listed.filter(name_key=key).first()
    if member is None:
        owner = (
            NameHistory.objects.filter(name_key=key)
            .order_by("-until")
            .values_list("member", flat=True)
            .first()
        )
        member = listed.filter(pk=owner).first() if owner is not None else None
    return Found(member, current=False) if member is not None else None


def meant_by(typed: str) -> Member | None:
    """Whom staff mean who typed this name: "@", capitals and spelling do not matter. One to four statements."""
    name = " ".join(typed.split()).removeprefix("@")
    exact = Member.objects.filter(name=name).first()  # also who never proved an address
    found = None if exact else find_member(name)
    return found.member if found else exact


def names_of(member_id: int) -> list[str]:
    """Every name the member has or had, the present one first. Two statements."""
    now = Member.objects.filter(pk=member_id).values_list("name", flat=True)
    past = NameHistory.objects.filter(member_id=member_id).exclude(name="").values_list("name", flat=True)
    return list(dict.fromkeys([*now, *past]))


def shown_fields(viewer: Viewer, member: Member, names: Sequence[str]) -> list[FieldShown]:
    """The member's own words that this viewer may read, empty ones left out. No statement."""
    return [
        FieldShown(name, str(getattr(member, name)), audience_of(member, name))
        for name in names
        if getattr(member, name) and may_see_field(viewer, member, name)
    ]


def is_here(member: Member) -> bool:
    """Whether the member looked at a page in the last ten minutes. No statement."""
    since = clock.now() - timedelta(minutes=HERE_MINUTES)
    return member.last_seen_at is not None and member.last_seen_at > since


def named(text: str, *, at_start: bool = False) -> Q:
    """Members, or past names, with this in their name, however it is spelt; `at_start`: in front. None for no letters."""
    how = "startswith" if at_start else "contains"
    wanted = Q(pk=None)
    for key, letters in part_keys(text, at_start=at_start).items():
        wanted |= (
            Q((f"name_key__{how}", key), ("name__icontains", letters))
            if letters
            else Q((f"name_key__{how}", key))
        )
    return wanted


def directory(*, search: str = "", role: str = "") -> QuerySet[Member]:
    """Listed members for the people page, to be paged by `name_key, id`."""
    people = Member.objects.listed()
    if search:
        people = people.filter(named(search))
    if role == "staff":
        people = people.filter(role__in=[Role.EDITOR, Role.MODERATOR, Role.ADMIN])
    elif role == "owner":
        people = people.filter(is_verified_owner=True)
    return people


def callable_by(viewer: Member) -> QuerySet[Member]:
    """Whom the viewer may call by name: listed, not suspended, no contact refused on either side, not themselves.

    Who only ignores the viewer stays in: they are not told of it, and the viewer does not learn that either.
    """
    mine = Ignore.objects.filter(member=viewer).values("target_id")
    theirs = Ignore.objects.filter(target=viewer, blocks=True).values("member_id")
    return (
        Member.objects.listed()
        .of_standing(Standing.GOOD, Standing.WARNED, Standing.MUTED)
        .exclude(pk=viewer.pk)
        .exclude(pk__in=mine)
        .exclude(pk__in=theirs)
    )


def names_beginning(viewer: Member, text: str, *, limit: int = 8) -> list[Member]:
    """Members the viewer may call whose name begins with this, for completion while writing. One statement."""
    if not look_alike_key(text):
        return []
    found = callable_by(viewer).filter(named(text, at_start=True), source="")
    return list(found.order_by("-last_seen_at", "name_key")[:limit])


def ignored_ids(viewer: Viewer) -> frozenset[int]:
    """Whom the viewer ignores or blocks. One statement, none for guests."""
    if not isinstance(viewer, Member):
        return frozenset()
    return frozenset(Ignore.objects.filter(member=viewer).values_list("target_id", flat=True))


def unreachable_ids(member: Member, candidates: Iterable[int]) -> frozenset[int]:
    """Those of the candidates whom the member may not address, or who ignore the member. At most one statement.

    For notices: whoever ignores or blocks the writer is not told, and whoever the writer blocked neither.
    """
    wanted = set(candidates)
    if not wanted:
        return frozenset()
    rows = _between.cells(member_id=member.pk, ids=tuple(wanted))
    return frozenset(one if one != member.pk else other for one, other in rows)


_between = Prepared(
    lambda *, member_id, ids: Ignore.objects.filter(
        Q(target=member_id, member_id__in=among(ids))
        | Q(member=member_id, target_id__in=among(ids), blocks=True)
    ).values_list("member_id", "target_id")
)


def ignores_of(member: Member) -> QuerySet[Ignore]:
    """The member's list of ignored and blocked people, newest first. One statement when read."""
    return Ignore.objects.filter(member=member).select_related("target").order_by("-since", "-pk")


@dataclass(frozen=True, slots=True)
class Relation:
    """What a viewer chose about a member."""

    ignores: bool = False
    blocks: bool = False
    follows: bool = False


def relation(viewer: Viewer, member: Member) -> Relation:
    """What the viewer chose about a member. One statement, none for guests."""
    if not isinstance(viewer, Member) or viewer.pk == member.pk:
        return Relation()
    mine = Ignore.objects.filter(member=viewer, target=member)
    follows = Exists(Follow.objects.filter(member=viewer, target=member))
    rows = Member.objects.filter(pk=member.pk).annotate(
        is_ignored=Exists(mine), is_blocked=Exists(mine.filter(blocks=True)), is_followed=follows
    )
    found = rows.values_list("is_ignored", "is_blocked", "is_followed").first()
    return Relation(*found) if found else Relation()


def following(viewer: Viewer, member: Member) -> QuerySet[Follow]:
    """Whom the member follows, to be paged by `-since, -pk`. One statement when read."""
    return _with_faces(Follow.objects.filter(member=member), "target")


def followers(viewer: Viewer, member: Member) -> QuerySet[Follow]:
    """Who follows the member and lets this viewer know, to be paged by `-since, -pk`. One statement when read."""
    rows = Follow.objects.filter(target=member)
    audiences = ["everyone", "members"] if isinstance(viewer, Member) else ["everyone"]
    said = Q(member__visibility__following__in=audiences)
    if VISIBLE_TO["following"] in audiences:
        said |= Q(member__visibility__following__isnull=True)
    if isinstance(viewer, Member):
        said |= Q(member=viewer)
    return _with_faces(rows.filter(said), "member")


def follower_ids(member_id: int, *, after: int, most: int) -> list[int]:
    """The next members after this id who follow the member, for whoever tells them all. One statement."""
    rows = Follow.objects.filter(target=member_id, member__gt=after).order_by("member_id")
    return list(rows.values_list("member_id", flat=True)[:most])


def _with_faces(rows: QuerySet[Follow], side: str) -> QuerySet[Follow]:
    listed = Member.objects.listed().filter(pk=OuterRef(f"{side}_id"))
    return rows.filter(Exists(listed)).select_related(side).defer(*all_but_face(side, also=("post_count",)))


def for_staff(
    *, search: str = "", standing: str = "", role: str = "", by_address: bool = False
) -> QuerySet[Member]:
    """Everybody, for the members' desk, paged by `-joined_at, -pk`. `by_address`: for administrators."""
    people = Member.objects.get_queryset() if search else Member.objects.listed()
    if standing in Standing.values:
        people = people.of_standing(standing)
    if search:
        past = NameHistory.objects.filter(named(search)).values("member")
        address = Q(email=search.strip().lower()) if by_address else Q(pk=None)
        people = people.filter(address | named(search) | Q(pk__in=past))
    if role in Role.values:
        people = people.filter(role=role)
    return people


def open_claims() -> QuerySet[ImportClaim]:
    """Claims that wait for staff, oldest first. One statement when read."""
    return (
        ImportClaim.objects.filter(state=ImportClaim.State.OPEN)
        .select_related("imported", "claimant")
        .order_by("asked_at", "pk")
    )
