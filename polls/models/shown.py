"""Who may know of a poll, a quiz or a survey, wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from forum.roles import Viewer


def shown_to(viewer: Viewer, published: Q) -> Q:
    """What is published is everybody's; the rest is its author's and the team's, until it is removed."""
    if not viewer.is_authenticated:
        return published
    is_there = ~Q(state="removed")
    shown = published | (Q(author_id=viewer.pk) & is_there)
    return shown | is_there if viewer.role in ("moderator", "admin") else shown
