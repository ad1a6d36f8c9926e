"""Filters, in-thread search, pages of results."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from community.core import clock
from community.core.tasks.testing import run_due
from community.search import indexing, queries
from community.search.asking import Asked, parse
from forum import actions
from forum.models import Post
from tests.builders.editorial import an_article
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

GUEST = AnonymousUser()
MAY = datetime(2026, 5, 10, 23, 30, tzinfo=UTC)


class Shelf:
    """Everything says "lantern"."""

    def __init__(self) -> None:
        self.anna, self.ben = a_member(name="Anna Lantern"), a_member(name="Ben")
        self.garage, self.camp = a_board(slug="garage"), a_board(slug="camp")
        with clock.frozen(MAY) as time:
            self.question = a_thread(
                author=self.anna, board=self.garage, title="Which lantern?", tags=["Winter Range"], lane="ask"
            )
            time.move(timedelta(days=1))
            self.answer = a_reply(author=self.ben, thread=self.question, body="The lantern with the hook.")
            actions.accept_answer(actor=self.anna, post_id=self.answer.pk)
            time.move(timedelta(days=30))
            self.open = a_thread(author=self.ben, board=self.garage, title="Lantern flickers", lane="ask")
            self.story = a_thread(author=self.ben, board=self.camp, title="Lantern night", lane="tell")
        self.article = an_article(title="Lantern test")
        run_due()
        self.name_of = {
            self.question.posts.get(number=1).pk: "question",
            self.answer.pk: "answer",
            self.open.posts.get(number=1).pk: "open",
            self.story.posts.get(number=1).pk: "story",
        }

    def found(self, **params: str) -> set[str]:
        results = queries.search(GUEST, parse({"q": "lantern", **params}))
        return {
            self.name_of[hit.post.pk]
            if hit.post
            else "anna"
            if hit.member
            else "article"
            if hit.article
            else "?"
            for hit in (*results.faces, *results.hits)
        }


@pytest.fixture
def shelf(db) -> Shelf:
    return Shelf()


POSTS = {"question", "answer", "open", "story"}


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({}, {*POSTS, "anna", "article"}),
        ({"type": "thread"}, {"question", "open", "story"}),
        ({"type": "reply"}, {"answer"}),
        ({"type": "member"}, {"anna"}),
        ({"type": "article"}, {"article"}),
        ({"type": "nonsense"}, {*POSTS, "anna", "article"}),
        ({"board": "garage"}, {"question", "answer", "open"}),
        ({"board": "nowhere"}, set()),
        ({"author": "Ben"}, {"answer", "open", "story"}),
        ({"author": "@ben"}, {"answer", "open", "story"}),
        ({"author": "nobody"}, set()),
        ({"lane": "tell"}, {"story"}),
        ({"lane": "nonsense"}, {*POSTS, "anna", "article"}),
        ({"tag": "winter-range"}, {"question", "answer"}),
        ({"tag": "Winter Range"}, {"question", "answer"}),
        ({"tag": "#winter range"}, {"question", "answer"}),
        ({"answered": "yes"}, {"question", "answer"}),
        ({"answered": "no"}, {"open"}),
        ({"from": "2026-06-01"}, {"open", "story"}),
        ({"to": "2026-05-10"}, {"question"}),
        ({"from": "2026-05-11", "to": "2026-05-11"}, {"answer"}),
        ({"from": "yesterday"}, {*POSTS, "anna", "article"}),
        ({"board": "garage", "author": "Ben", "type": "thread"}, {"open"}),
    ],
)
def test_filters_narrow(shelf, params, names):
    assert shelf.found(**params) == names


def test_one_thread_can_be_searched_alone(shelf):
    assert shelf.found(thread=str(shelf.question.pk)) == {"question", "answer"}
    assert shelf.found(thread="999999999999999999") == set()
    assert shelf.found(thread="x") == {*POSTS, "anna", "article"}


@pytest.mark.parametrize(
    ("params", "asked"),
    [
        ({"q": " a \n b "}, {"text": "a b"}),
        ({"q": "x", "from": "2026-02-30", "to": "20261"}, {"since": None, "until": None}),
        ({"q": "x", "from": "2026-02-03"}, {"since": date(2026, 2, 3)}),
        ({"q": "x", "sort": "newest"}, {"sort": "newest"}),
        ({"q": "x", "sort": "; drop"}, {"sort": "best"}),
        ({"q": "x", "thread": "9" * 40}, {"thread": None}),
        ({"q": "x", "thread": "²"}, {"thread": None}),
        ({"q": "x" * 5000}, {"text": "x" * 200}),
        ({"q": "a\x00b"}, {"text": "a b"}),
        ({"q": "a\ud800b"}, {"text": "a b"}),
    ],
)
def test_what_makes_no_sense_is_left_out(params, asked):
    understood = parse(params)
    assert {name: getattr(understood, name) for name in asked} == asked


def test_only_filters_that_speak_of_posts_narrow_to_posts():
    assert not Asked().narrowed and not parse({"q": "x", "type": "member", "sort": "newest"}).narrowed
    assert parse({"q": "x", "lane": "ask"}).narrowed and parse({"q": "x", "thread": "4"}).narrowed


def test_results_are_cut_into_pages(db, client):
    board, author = a_board(), a_member()
    thread = a_thread(author=author, board=board, title="Plain")
    for n in range(45):
        a_reply(author=author, thread=thread, body=f"lantern {n}")
    run_due()
    pages = [queries.search(GUEST, parse({"q": "lantern"}), page) for page in (1, 2, 3)]
    assert [len(page.hits) for page in pages] == [20, 20, 5]
    assert {page.total for page in pages} == {45} and {page.pages for page in pages} == {3}
    assert len({hit.post.pk for page in pages for hit in page.hits}) == 45, "no result twice, none lost"
    assert queries.search(GUEST, parse({"q": "lantern"}), 99).page == 3

    first = client.get("/search/", {"q": "lantern"}).content.decode()
    assert 'href="?q=lantern&amp;page=2"' in first and 'href="?q=lantern&amp;page=3"' in first
    assert "45 found" in first
    last = client.get("/search/", {"q": "lantern", "page": "3"}).content.decode()
    assert last.count('class="result') == 5


def test_more_than_can_be_ranked_is_said(db, monkeypatch, client):
    monkeypatch.setattr(queries, "CANDIDATES", 25)
    thread = a_thread(author=a_member(), title="Plain")
    for n in range(30):
        a_reply(author=a_member(), thread=thread, body=f"lantern {n}")
    run_due()
    results = queries.search(GUEST, parse({"q": "lantern"}))
    assert (results.total, results.at_least, results.pages) == (25, True, 2)
    assert "More than 25 found" in client.get("/search/", {"q": "lantern"}).content.decode()


@pytest.mark.django_db
def test_filters_alone_are_a_question(client):
    mine, other = a_member(), a_member()
    thread = a_thread(author=mine, tags=["winter"])
    a_thread(author=other)
    for post in Post.objects.all():
        indexing.index_posts([post.pk])
    page = client.get("/search/?q=&tag=winter").content.decode()
    assert thread.title in page
    assert "What are you looking for" not in page
    assert "What are you looking for" in client.get("/search/?q=").content.decode()
