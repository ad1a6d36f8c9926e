"""Where Wagtail's signals become our actions, and what runs by the clock."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from community.core.facts import reacts, records
from community.core.pagecache import SHELL, changed
from community.core.tasks import cron
from community.editorial import actions
from community.editorial.context import forget_busy_boards
from community.editorial.facts import ArticlePublished
from community.editorial.models import ArticlePage, BrandSettings, HomePage, MagazineIndexPage, PlainPage
from forum.facts import BoardArranged, BoardRightsChanged

TEXTS = (HomePage, MagazineIndexPage, PlainPage)


@receiver(page_published, sender=ArticlePage)
def note_published(instance: ArticlePage, **_kwargs: Any) -> None:
    actions.article_published(page=instance)


@reacts(ArticlePublished, name="editorial.make_pictures")
def make_pictures(fact: ArticlePublished) -> None:
    actions.make_pictures(page_id=fact.page_id)


@receiver([page_unpublished, post_delete], sender=ArticlePage)
def note_withdrawn(instance: ArticlePage, **_kwargs: Any) -> None:
    actions.article_withdrawn(page_id=instance.pk)


@receiver([page_published, page_unpublished, page_slug_changed, post_page_move, post_delete])
def note_tree_change(sender: type, **_kwargs: Any) -> None:
    if sender in TEXTS or sender is ArticlePage:
        actions.refresh_pages()


@receiver(post_save, sender=BrandSettings)
def note_brand(**_kwargs: Any) -> None:
    actions.brand_saved()


@receiver([post_save, post_delete], sender=PageViewRestriction)
def note_restriction(raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        actions.refresh_pages()


@receiver(post_save, sender=Site)
def note_site(raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        actions.refresh_pages()


@records(BoardArranged, BoardRightsChanged)
def forget_shared_lists(_fact: BoardArranged | BoardRightsChanged) -> None:
    """A board that became private is not named for another minute."""
    transaction.on_commit(forget_busy_boards)
    changed(SHELL)


@cron("*/5 * * * *", name="editorial.publish_scheduled")
def publish_scheduled() -> None:
    """Publish what waited for its hour and take down what expired."""
    from django.core.management import call_command

    call_command("publish_scheduled", verbosity=0)
