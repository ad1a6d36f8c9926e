"""The label of a raised thread, wherever it is shown: page, list, feed."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from community.core import clock
from community.members.models import Member
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


def raised_columns() -> dict[str, Any]:
    """What `put_raised` asks of a row whose `thread_id` is a thread's: for statements that join many tables already. One
    table more, and PostgreSQL looks for their best order no longer (`join_collapse_limit`)."""
    rows = Raised.objects.filter(thread=OuterRef("thread_id")).order_by()
    columns = {
        "raised_reason": "reason",
        "raised_until": "until",
        "raised_by": "by__name",
        "raised_as": "by__role",
    }
    return {name: Subquery(rows.values(column)) for name, column in columns.items()}


def put_raised(thread: Thread, row: Any) -> None:
    """Let the thread know what lifts it, from a row that was asked for `raised_columns`. No statement."""
    if getattr(row, "raised_reason", None) is not None:
        by = Member(name=row.raised_by, role=row.raised_as) if row.raised_by is not None else None
        thread._state.fields_cache["raised"] = Raised(reason=row.raised_reason, until=row.raised_until, by=by)
