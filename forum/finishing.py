"""What higher rooms want of a reply before it is sent: the forum asks, whoever registered answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from community.core.access import Invalid

if TYPE_CHECKING:
    from community.members.models import Member

# By whom, and the words as typed: why they cannot be sent yet, or "". No statement: every reply is asked.
Check = Callable[["Member", str], str]
_checks: list[Check] = []


def before_reply(check: Check) -> Check:
    """Ask this of every reply."""
    _checks.append(check)
    return check


def require_finished(author: Member, body: str) -> None:
    """Invalid, on the words, with what the first check says."""
    for check in _checks:
        if why := check(author, body):
            raise Invalid(why, field="body")
