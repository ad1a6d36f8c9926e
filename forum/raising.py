"""The label of a raised thread, wherever it is shown: page, list, feed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock
from forum.models import Raised, Thread


def raised_of(thread: Thread) -> Raised | None:
    """What lifts a thread now, of a row that was fetched with it (`raised__by`); never asks for it. No statement."""
    row: Raised | None = thread._state.fields_cache.get("raised")
    return row if row is not None and row.is_up(clock.now()) else None


def said(thread: Thread) -> str:
    """ "Raised by Li (Moderator): needs an owner's experience", "" for a thread that stands where it stands."""
    row = raised_of(thread)
    if row is None:
        return ""
    if row.by is None:
        return _("Raised by a former member: %(reason)s") % {"reason": row.reason}
    role = row.by.get_role_display() if row.by.is_staff_role else _("moderator of this board")
    return _("Raised by %(name)s (%(role)s): %(reason)s") % {
        "name": row.by.name,
        "role": role,
        "reason": row.reason,
    }
