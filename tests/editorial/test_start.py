"""The editors' first page: what can be begun, what waits, what is planned, what readers see, in both languages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import wagtail
from django.conf import settings
from django.test import Client
from django.urls import reverse

from community.core import catalogs, clock
from community.editorial.models import HomePage
from community.editorial.queries import room
from community.members.models import Member
from tests.builders.editorial import an_article
from tests.builders.members import a_member, signed_in

WORDS = Path(settings.BASE_DIR) / "community/editorial/words/zh_Hans/LC_MESSAGES/django.po"


def first_page(client: Client, language: str = "en") -> str:
    answer = client.get(reverse("wagtailadmin_home"), headers={"accept-language": language})
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def test_drafts_and_unpublished_changes_wait_and_the_rest_does_not(editor: Member) -> None:
    published, draft = an_article(title="Round the lake"), an_article(title="Half a thought", live=False)
    draft.save_revision()
    changed = an_article(title="Said too early")
    changed.title = "Said better"
    changed.save_revision()
    waiting = [page.pk for page in room.waiting_pages()]
    assert waiting == [changed.pk, draft.pk]
    assert published.pk in {page.pk for page in room.latest_articles()}


def test_what_has_a_date_is_planned_and_does_not_wait(editor: Member) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    page = an_article(live=False)
    page.go_live_at = tomorrow
    page.save_revision(approved_go_live_at=tomorrow).publish()
    assert [(one.page.pk, one.at) for one in room.planned_pages()] == [(page.pk, tomorrow)]
    assert not room.waiting_pages()


def test_the_page_leads_to_the_work_and_tells_how_things_stand(at_the_desk: Client, editor: Member) -> None:
    assert "Nothing waits" in first_page(at_the_desk)
    draft = an_article(title="Half a thought", live=False)
    draft.save_revision()
    article = an_article(title="Round the lake", author=editor)
    page = first_page(at_the_desk)
    assert "Write an article" in page and "/cms/pages/add/editorial/articlepage/" in page
    assert reverse("wagtailadmin_pages:edit", args=[HomePage.objects.get().pk]) in page
    assert "Half a thought" in page and "A draft" in page
    assert "Round the lake" in page and f'href="{article.url}"' in page
    assert "Change the brand" not in page, "the brand is the administrators'"
    # The side bar calls the editor by name, not by address.
    assert '"name": "Erin Editor"' in page and editor.email not in page


def test_an_administrator_finds_the_brand(as_admin: Client) -> None:
    assert "Change the brand" in first_page(as_admin)


@pytest.mark.parametrize("words", ["写一篇文章", "个页面", "搜索所有页面…", "没有待发布的内容"])
def test_the_room_speaks_chinese(client: Client, db: None, words: str) -> None:
    signed_in(client, a_member(role="editor", language="zh-hans"), strongly=True)
    page = first_page(client)
    assert words in page and "Search all pages" not in page and "分页" not in page


def test_our_words_for_the_cms_are_words_of_the_cms() -> None:
    home = Path(wagtail.__file__).parent
    known = {
        entry.msgid
        for source in home.glob("**/locale/en/LC_MESSAGES/django.po")
        for entry in catalogs.parse(source.read_text(encoding="utf-8"), source.name)
    }
    ours = [entry for entry in catalogs.parse(WORDS.read_text(encoding="utf-8"), WORDS.name) if entry.msgid]
    assert len(ours) > 50 and all(entry.is_translated for entry in ours)
    assert {entry.msgid for entry in ours} - known == set()
