"""What the editors' first page lists: what waits, what is planned, what readers see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from wagtail.models import Page, Revision

from community.editorial.models import ArticlePage

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Planned:
    """A page that publishes itself."""

    page: Page
    at: datetime


def waiting_pages() -> list[Page]:
    """Words that no reader sees yet: drafts and changes to published pages, the last touched first.

    One statement, and one for each type of page among them. What has a date of its own is not in it.
    """
    unseen = Q(live=False) | Q(has_unpublished_changes=True)
    rows = Page.objects.filter(unseen, depth__gt=1).annotate_approved_schedule()
    rows = (
        rows.filter(_approved_schedule=False)
        .select_related("owner")
        .order_by("-latest_revision_created_at", "-pk")
    )
    return list(rows.specific(defer=True)[:SHOWN])


def planned_pages() -> list[Planned]:
    """Pages with a date on which they appear, the next first. Two statements."""
    due = Revision.page_revisions.filter(approved_go_live_at__isnull=False)
    dates = list(due.order_by("approved_go_live_at").values_list("object_id", "approved_go_live_at")[:SHOWN])
    pages = Page.objects.in_bulk([int(pk) for pk, _at in dates])
    return [Planned(pages[int(pk)], at) for pk, at in dates if int(pk) in pages]


def latest_articles() -> list[ArticlePage]:
    """What readers see in the magazine, newest first. One statement."""
    rows = ArticlePage.objects.live().select_related("author").defer("body", "author__bio")
    return list(rows.order_by("-date", "-page_ptr_id")[:SHOWN])
