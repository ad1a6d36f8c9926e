"""Articles: who sees which, in what order, and what they say to other rooms."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation

from community.core import clock
from community.core.tasks.testing import run_reactors
from community.editorial import actions
from community.editorial.models import ArticlePage, HomePage, MagazineIndexPage, PictureRendition, PlainPage
from community.editorial.queries import article_documents, front_articles, published_articles
from community.editorial.queries.articles import CARD_SPECS
from community.editorial.queries.pages import BODY_SPECS, HERO_SPECS
from tests.builders.editorial import a_picture, an_article
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


def test_a_fresh_site_has_its_tree() -> None:
    home = HomePage.objects.get()
    assert [page.slug for page in home.get_children()] == ["magazine", "about", "privacy", "guidelines"]
    assert home.get_site().is_default_site


def test_the_tree_cannot_be_built_wrongly() -> None:
    assert not HomePage.can_create_at(HomePage.objects.get().get_parent())  # only one
    assert not MagazineIndexPage.can_create_at(HomePage.objects.get())
    assert ArticlePage.can_create_at(MagazineIndexPage.objects.get())
    assert not ArticlePage.can_create_at(HomePage.objects.get())
    assert PlainPage.can_create_at(HomePage.objects.get())
    assert not PlainPage.can_create_at(MagazineIndexPage.objects.get())


def test_a_published_article_is_read_by_everybody(client: Client) -> None:
    article = an_article(title="Round the lake")
    page = client.get(article.url)
    assert article.url == f"/magazine/{article.slug}/"
    assert page.status_code == 200
    assert "Round the lake" in page.content.decode() and "<b>cold</b>" in page.content.decode()


def test_no_reader_waits_for_the_sizes_of_a_picture(client: Client, media_root: Path) -> None:
    figure = {"type": "figure", "value": {"image": {"image": a_picture().pk, "alt_text": "A lake"}}}
    article = an_article(hero=a_picture(), hero_alt="A road", body=[figure])
    run_reactors()
    made = PictureRendition.objects.count()
    assert made == len({*CARD_SPECS, *HERO_SPECS}) + len(BODY_SPECS)
    actions.make_pictures(page_id=article.pk)
    for address in ("/", "/magazine/", article.url):
        assert client.get(address).status_code == 200
    assert PictureRendition.objects.count() == made


def test_drafts_and_articles_waiting_for_their_hour_do_not_exist_for_the_public(client: Client) -> None:
    draft = an_article(live=False, title="Draft of dawn")
    waiting = an_article(live=False, title="Waits for noon")
    waiting.go_live_at = timezone.now() + timedelta(hours=1)
    waiting.save_revision().publish()
    for page in (draft, waiting):
        assert client.get(f"/magazine/{page.slug}/").status_code == 404
    for address in ("/", "/magazine/?language=all", "/magazine/feed/", "/sitemap-articles.xml"):
        body = client.get(address).content.decode()
        assert "Draft of dawn" not in body and "Waits for noon" not in body
        assert draft.slug not in body and waiting.slug not in body
    assert list(published_articles()) == [] == list(article_documents())


def test_the_hour_comes_and_goes(client: Client, facts: Any) -> None:
    article = an_article(live=False)
    article.go_live_at = timezone.now() - timedelta(minutes=2)
    article.expire_at = timezone.now() + timedelta(minutes=5)
    revision = article.save_revision()
    revision.approved_go_live_at = article.go_live_at
    revision.save()
    call_command("publish_scheduled", verbosity=0)
    assert client.get(f"/magazine/{article.slug}/").status_code == 200
    assert facts.only("ArticlePublished").page_id == article.pk

    ArticlePage.objects.filter(pk=article.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled", verbosity=0)
    assert client.get(f"/magazine/{article.slug}/").status_code == 404
    assert facts.only("ArticleWithdrawn").page_id == article.pk


def test_publishing_states_a_fact_each_time_and_a_draft_none(facts: Any) -> None:
    an_article(live=False)
    assert facts.of("ArticlePublished") == []
    article = an_article()
    assert facts.only("ArticlePublished").first is True
    article.save_revision().publish()
    assert [fact.first for fact in facts.of("ArticlePublished")] == [True, False]


def test_an_article_that_waits_states_nothing_yet(facts: Any) -> None:
    article = an_article(live=False)
    article.go_live_at = timezone.now() + timedelta(days=1)
    article.save_revision().publish()
    assert facts.of("ArticlePublished") == []


def test_taking_down_and_deleting_are_stated(facts: Any) -> None:
    first, second = an_article(), an_article()
    first.unpublish()
    second_id = second.pk
    second.delete()
    assert {fact.page_id for fact in facts.of("ArticleWithdrawn")} == {first.pk, second_id}


def test_an_author_and_a_described_picture_are_needed(media_root: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        an_article(author_name=" ", hero=a_picture(), hero_alt="", slug="feed")
    assert set(refused.value.message_dict) == {"author_name", "hero_alt", "slug"}


def test_minutes_follow_the_words_in_both_languages() -> None:
    long_english = [{"type": "paragraph", "value": "<p>" + "word " * 1150 + "</p>"}]
    long_chinese = [{"type": "paragraph", "value": "<p>" + "路" * 1200 + "</p>"}]
    assert an_article(body=long_english).reading_minutes == 5
    assert an_article(body=long_chinese, language="zh-hans").reading_minutes == 3


def test_staff_authors_are_labelled_wherever_they_are_named(client: Client) -> None:
    author = a_member(name="Mo Rator", role="moderator")
    article = an_article(author=author, author_name="")
    for address in (article.url, "/magazine/", "/"):
        page = client.get(address).content.decode()
        assert "Mo Rator" in page
        assert 'class="role role-staff">Moderator<' in page


def test_newest_first_and_readers_see_their_own_language_while_there_is_any() -> None:
    old = an_article(date=date(2026, 1, 1))
    new = an_article(date=date(2026, 2, 1))
    assert [page.pk for page in published_articles()] == [new.pk, old.pk]
    with translation.override("zh-hans"):
        assert [card.title for card in front_articles()] == [new.title, old.title]
    from django.core.cache import cache

    cache.clear()
    chinese = an_article(title="环湖", language="zh-hans", date=date(2025, 1, 1))
    with translation.override("zh-hans"):
        assert [card.title for card in front_articles()] == [chinese.title]
    assert [card.title for card in front_articles()] == [new.title, old.title]


def test_an_article_leaves_the_home_page_when_it_is_no_news_and_stays_in_the_magazine(
    client: Client, frozen_clock: Any
) -> None:
    article = an_article(title="Still new", date=timezone.localdate(clock.now()))
    frozen_clock.move(timedelta(days=90))
    assert "Still new" in client.get("/").content.decode()
    frozen_clock.move(timedelta(days=1))
    home = client.get("/").content.decode()
    assert "Still new" not in home and "From the magazine" not in home
    assert "Still new" in client.get("/magazine/").content.decode() and article.live


def test_lists_cost_the_same_however_many(media_root: Any, django_assert_num_queries: Any) -> None:
    from community.editorial.queries.articles import card

    def read() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            assert [card(page) for page in published_articles()]
        return len(caught)

    for _ in range(2):
        an_article(author=a_member(), hero=a_picture(), hero_alt="A lake")
    read()  # renditions are made on first sight
    few = read()
    for _ in range(6):
        an_article(author=a_member(), hero=a_picture(), hero_alt="A lake")
    read()
    assert read() == few <= 5


def test_the_front_is_free_when_warm_and_fresh_after_publishing(
    django_assert_num_queries: Any, django_capture_on_commit_callbacks: Any
) -> None:
    an_article()
    front_articles()
    with django_assert_num_queries(0):
        assert len(front_articles()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        an_article()
    assert len(front_articles()) == 2


def test_documents_carry_plain_words_and_the_author() -> None:
    author = a_member(name="Zhou Mingyuan")
    hostile = [{"type": "paragraph", "value": "<p>Range &amp; reach<script>alert(1)</script></p><p>Next</p>"}]
    an_article(author=author, author_name="", body=hostile)
    (document,) = article_documents()
    assert document.author_name == "Zhou Mingyuan" and document.author_id == author.pk
    assert document.text.endswith("Range & reach Next")


def test_a_picture_whose_file_is_gone_breaks_no_page(client: Client, media_root: Any) -> None:
    article = an_article(hero=a_picture(), hero_alt="A lake")
    (media_root / article.hero.file.name).unlink()
    assert client.get(article.url).status_code == 200
    assert client.get("/magazine/").status_code == 200
    assert client.get("/").status_code == 200
