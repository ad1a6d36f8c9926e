"""The texts that count now, and what a member has still to be asked. Without a published text nobody is asked."""

from __future__ import annotations

from typing import Any

from community.core.near import forget as near_forget
from community.core.near import near
from community.core.whole import whole
from community.members.models import Member
from community.privacy.models import Consent, Paper

KEY = "privacy:versions:1"
SECONDS = 600
SESSION = "privacy.agreed"  # what this session knows to be agreed: no statement a page


def versions() -> dict[str, int]:
    """kind → the version that counts. No statement when warm."""
    return near(KEY, _read, SECONDS)


def _read() -> dict[str, int]:
    found: dict[str, int] = {}
    for kind, version in Paper.objects.order_by("kind", "version").values_list("kind", "version"):
        found[kind] = version
    return found


def forget() -> None:
    """A text was published: the next page asks again."""
    from django.db import transaction

    near_forget(KEY)
    transaction.on_commit(lambda: near_forget(KEY))


def current() -> list[Paper]:
    """The texts that count now, needed ones first. One statement."""
    wanted = versions()
    rows = [row for row in Paper.objects.order_by("-version") if wanted.get(row.kind) == row.version]
    order = list(Paper.Kind)
    return sorted(rows, key=lambda row: order.index(Paper.Kind(row.kind)))


def version(kind: str, wanted: str = "") -> Paper | None:
    """One version of a text (its number in words), or without one the version that counts. One statement."""
    number = whole(wanted, 8)
    if number is None:
        number = versions().get(kind)
    return Paper.objects.filter(kind=kind, version=number).first() if number else None


def agreed(member: Member) -> dict[str, int]:
    """kind → the version the member agreed to last and did not take back. One statement."""
    rows = Consent.objects.filter(member=member, withdrawn_at=None).order_by("version")
    return dict(rows.values_list("kind", "version"))


def missing(member: Member, session: Any) -> bool:
    """Whether a needed text waits for the member's yes. No statement once the session knows."""
    needed = {kind: version for kind, version in versions().items() if kind in Paper.NEEDED}
    if not needed or session.get(SESSION) == needed:
        return False
    held = agreed(member)
    if any(held.get(kind) != version for kind, version in needed.items()):
        return True
    session[SESSION] = needed
    return False
