"""Cards under posts: asked for once, shown to everybody, and gone with the words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.core import cards, clock, hold, outbound
from community.core.cards import Card
from community.core.models import RestoreHold
from community.core.tasks.testing import run_due
from forum import actions
from forum.models import LinkCard, Post, PostLink, Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db

ADDRESS = "https://elsewhere.example/range"


@pytest.fixture
def asked(settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were asked for; each answers with its own name."""
    settings.LINK_CARDS = True
    found: list[str] = []

    def fetch(url: str, **_kwargs: object) -> Card | None:
        found.append(url)
        if "refused" in url:
            raise outbound.Blocked("address")
        if "slow" in url:
            raise outbound.Failed("slow")
        return None if "silent" in url else Card("Range <b>& co", 'Words "of" theirs', "Elsewhere")

    monkeypatch.setattr(cards, "fetch_card", fetch)
    return found


def page_of(thread: Thread) -> str:
    thread.refresh_from_db()
    return Client().get(thread.get_absolute_url()).content.decode()


def test_a_link_gets_its_card_when_the_page_has_answered(asked):
    thread = a_thread(author=a_member(), body=f"Look:\n{ADDRESS}")
    assert asked == [] and "link-card" not in page_of(thread)
    sequence = thread.sequence
    run_due()
    page = page_of(thread)
    assert asked == [ADDRESS]
    assert (
        f'<a class="link-card" href="{ADDRESS}" rel="nofollow ugc noopener"><b>Range &lt;b&gt;&amp; co</b>'
        "<span>Words &quot;of&quot; theirs</span><small>Elsewhere</small></a>"
    ) in page
    assert "<img" not in page.partition("link-cards")[2].partition("</ul>")[0]
    assert thread.sequence == sequence + 1  # open pages hear of it


def test_the_same_page_is_asked_once_however_many_link_to_it(asked):
    author, thread = a_member(), a_thread(author=a_member())
    first = a_reply(author=author, thread=thread, body=ADDRESS)
    second = a_reply(author=author, thread=thread, body=f"Again\n\n{ADDRESS}")
    run_due()
    third = a_reply(author=author, thread=thread, body=ADDRESS)
    run_due()
    assert asked == [ADDRESS] and LinkCard.objects.count() == 1
    for post in (first, second, third):
        post.refresh_from_db()
        assert [card["title"] for card in post.cards] == ["Range <b>& co"]


@pytest.mark.parametrize("kind", ["refused", "slow", "silent"])
def test_a_page_that_does_not_answer_leaves_the_plain_link(asked, kind):
    address = f"https://{kind}.example/"
    thread = a_thread(author=a_member(), body=address)
    run_due()
    assert asked == [address]
    page = page_of(thread)
    assert f'href="{address}"' in page and "link-card" not in page
    a_reply(author=thread.author, thread=thread, body=address)
    run_due()
    assert asked == [address]


def test_only_what_time_may_mend_is_asked_again_after_a_day(asked, frozen_clock):
    thread = a_thread(author=a_member(), body="https://slow.example/\n\nhttps://refused.example/")
    run_due()
    frozen_clock.move(timedelta(days=2))
    a_reply(author=thread.author, thread=thread, body="https://slow.example/\n\nhttps://refused.example/")
    run_due()
    assert sorted(asked) == ["https://refused.example/", "https://slow.example/", "https://slow.example/"]


def test_an_edit_changes_the_cards_with_the_words(asked):
    thread = a_thread(author=a_member(), body=ADDRESS)
    run_due()
    post = thread.posts.get(number=1)
    other = "https://other.example/"
    actions.edit_post(actor=thread.author, post_id=post.pk, body=other)
    run_due()
    post.refresh_from_db()
    assert [card["url"] for card in post.cards] == [other]
    actions.edit_post(actor=thread.author, post_id=post.pk, body="No link any more")
    post.refresh_from_db()
    assert post.cards is None and not PostLink.objects.filter(post=post).exists()


def test_a_purged_post_keeps_no_card(asked):
    thread = a_thread(author=a_member())
    post = a_reply(author=a_member(), thread=thread, body=ADDRESS)
    actions.purge_post(actor=a_member(role="moderator"), post_id=post.pk, reason="Off")
    run_due()
    post.refresh_from_db()
    assert post.cards is None and not PostLink.objects.exists()


def test_our_own_pages_and_a_site_at_rest_ask_nobody(asked, settings):
    own = f"{settings.WAGTAILADMIN_BASE_URL}/threads/1/"
    a_thread(author=a_member(), body=own)
    RestoreHold.objects.create(pk=1, made_at=clock.now(), restored_at=clock.now())
    assert hold.is_held()
    a_thread(author=a_member(), body=ADDRESS)
    run_due()
    assert asked == []
    settings.LINK_CARDS = False
    a_thread(author=a_member(), body="https://third.example/")
    assert not LinkCard.objects.filter(url__contains="third").exists()


def test_a_worker_that_died_while_asking_is_made_up_for(asked):
    thread = a_thread(author=a_member(), body=ADDRESS)
    LinkCard.objects.update(state="asked", at=clock.now() - timedelta(minutes=6))
    run_due()
    assert asked == [ADDRESS] and "link-card" in page_of(thread)


def test_a_post_without_links_costs_nothing_more(settings):
    counts = []
    for on in (False, True):
        settings.LINK_CARDS = on
        thread, author = a_thread(author=a_member(), board=a_board()), a_member()
        a_reply(author=author, thread=thread)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            a_reply(author=author, thread=thread, body="No link at all, http is only a word")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert Post.objects.filter(cards__isnull=False).count() == 0
