"""Every public verb of members, each on people of its own: what the fault tests run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from community.core import clock
from community.members import actions as people
from community.members.models import Ignore, Member
from tests.builders.members import a_member, an_imported_member
from tests.faults.forum_verbs import Act, World

AT = datetime(2020, 5, 1, tzinfo=UTC)
MEMBERS: dict[str, Callable[[World], Act]] = {}
_serial = count(1)


def members(prepare: Callable[[World], Act]) -> Callable[[World], Act]:
    MEMBERS[prepare.__name__] = prepare
    return prepare


@members
def register_member(w: World) -> Act:
    n = next(_serial)
    return partial(
        people.register_member,
        name=f"Newcomer {n}",
        email=f"newcomer{n}@example.org",
        password="a-road-through-the-birches",
        verified=True,
    )


@members
def confirm_address(w: World) -> Act:
    return partial(people.confirm_address, member=a_member(), by_opener=False)  # its fact is queued


@members
def enrol_totp(w: World) -> Act:
    return partial(people.enrol_totp, member=a_member())


@members
def erase_unproven(w: World) -> Act:
    n = next(_serial)
    people.register_member(name=f"Silent {n}", email=f"nobody{n}@example.org", joined_at=AT)
    return people.erase_unproven


@members
def erase_unproven_account(w: World) -> Act:
    n = next(_serial)
    member = people.register_member(name=f"Silent {n}", email=f"nobody{n}@example.org")
    return partial(people.erase_unproven_account, member=member)


@members
def rename_member(w: World) -> Act:
    return partial(people.rename_member, member=a_member(), name=f"Renamed {next(_serial)}")


@members
def update_profile(w: World) -> Act:
    return partial(people.update_profile, member=a_member(), city="Graz", bio="Drives.")


@members
def set_preferences(w: World) -> Act:
    return partial(people.set_preferences, member=a_member(), language="zh-hans", theme="dark")


@members
def remove_avatar(w: World) -> Act:
    return partial(people.remove_avatar, member=a_member(avatar="ab/cdef.webp"))


@members
def ignore_member(w: World) -> Act:
    return partial(people.ignore_member, member=a_member(), target=w.helper)


@members
def unignore(w: World) -> Act:
    member = a_member()
    people.ignore_member(member=member, target=w.helper)
    return partial(people.unignore, member=member, target=w.helper)


@members
def block(w: World) -> Act:
    return partial(people.block, member=a_member(), target=w.helper)


@members
def unblock(w: World) -> Act:
    member = a_member()
    row = people.block(member=member, target=w.helper)

    def act() -> Ignore:
        people.unblock(member=member, target=w.helper)
        return row

    return act


@members
def set_role(w: World) -> Act:
    return partial(people.set_role, actor=w.admin, member=a_member(), role="editor")


@members
def mark_key_member(w: World) -> Act:
    return partial(people.mark_key_member, actor=w.moderator, member_id=a_member().pk, is_key_member=True)


@members
def set_standing(w: World) -> Act:
    return partial(
        people.set_standing, actor=w.moderator, member=a_member(), standing="muted", reason="Shouting"
    )


@members
def end_sessions(w: World) -> Act:
    member = a_member()
    session = Session.objects.create(
        session_key=f"s{next(_serial)}", session_data="", expire_date=clock.now()
    )
    UserSession.objects.create(
        user=member, session_key=session.session_key, ip="127.0.0.1", user_agent="", created_at=clock.now()
    )
    return partial(people.end_sessions, member=member)


def _claim(w: World) -> tuple[Member, Member]:
    return a_member(), an_imported_member(name=f"Old Hand {next(_serial)}")


@members
def claim_member(w: World) -> Act:
    claimant, imported = _claim(w)
    return partial(people.claim_member, claimant=claimant, imported=imported, evidence="My address.")


def _open_claim(w: World) -> Any:
    return claim_member(w)()


@members
def withdraw_claim(w: World) -> Act:
    claim = _open_claim(w)

    def act() -> Any:
        people.withdraw_claim(claimant=claim.claimant, claim=claim)
        return claim

    return act


@members
def decline_claim(w: World) -> Act:
    return partial(people.decline_claim, actor=w.moderator, claim=_open_claim(w), reason="No proof")


@members
def approve_claim(w: World) -> Act:
    return partial(people.approve_claim, actor=w.moderator, claim=_open_claim(w))


@members
def import_members(w: World) -> Act:
    n = next(_serial)
    someone = people.ImportedPerson(f"x{n}", f"Somebody {n}", AT)
    return partial(people.import_members, source="stackexchange:beer", people=[someone])
