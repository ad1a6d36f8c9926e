"""The database away: a page is asked for once more, else a calm 503 in the reader's language that keeps the words."""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import psycopg_pool
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from community.core import outages, retrying
from community.core.outages import is_outage
from community.core.retrying import OutcomeUnknown
from forum import actions
from forum.models import Post
from tests.builders.forum import a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
ORIGIN = "http://testserver"


def caused_by(cause: BaseException) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def gone() -> OperationalError:
    return caused_by(psycopg.OperationalError("server closed the connection unexpectedly"))


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "breaker", outages._Breaker())
    # The test's own transaction lives on this connection.
    monkeypatch.setattr(retrying, "recover", lambda: None)


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@contextmanager
def failing(when: Callable[[int, str], bool], error: Callable[[], Exception] = gone) -> Iterator[list[str]]:
    """Statements that `when(number, sql)` picks raise instead of running."""
    failed: list[str] = []
    number = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal number
        number += 1
        if when(number, sql):
            failed.append(sql)
            raise error()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield failed


@pytest.fixture
def down(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No statement runs and no connection can be had; what was tried."""

    asked: list[str] = []

    def refuse() -> None:
        asked.append("connect")
        raise gone()

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    return asked


def test_a_page_whose_connection_broke_is_asked_for_once_more(visitor: Client) -> None:
    thread = a_thread(author=a_member())
    with failing(lambda number, sql: number == 2) as failed:
        answer = visitor.get(thread.get_absolute_url())
    assert len(failed) == 1
    assert answer.status_code == 200 and thread.title in html.unescape(answer.content.decode())


def test_it_is_asked_for_once_more_and_not_for_ever(visitor: Client) -> None:
    with failing(lambda number, sql: True) as failed:
        answer = visitor.get(reverse("forum:boards"))
    assert answer.status_code == 503 and len(failed) == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "One moment, please"), ("zh-CN,zh;q=0.9", "请稍等片刻"), ("de", "One moment")],
)
def test_the_page_is_calm_and_in_the_reader_s_language(
    visitor: Client, down: list[str], language: str, words: str
) -> None:
    answer = visitor.get("/boards/", headers={"Accept-Language": language})
    assert answer.status_code == 503
    assert words in answer.content.decode()
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers
    assert not answer.cookies


def test_the_cookie_s_language_comes_before_the_browser_s(visitor: Client, down: list[str]) -> None:
    visitor.cookies["django_language"] = "zh-hans"
    assert 'lang="zh-hans"' in visitor.get("/", headers={"Accept-Language": "en"}).content.decode()


def test_machines_get_it_as_json_and_scripts_as_a_fragment(visitor: Client, down: list[str]) -> None:
    answer = visitor.get("/boards/", headers={"Accept": "application/json"})
    assert answer.json()["error"]["code"] == "away"
    answer = visitor.get("/boards/", headers={"HX-Request": "true"})
    assert answer.content.decode().startswith('<p class="notice notice-bad"')


# -- sending


@pytest.fixture
def writer(visitor: Client) -> Client:
    visitor.force_login(a_member(last_seen_at=None))
    visitor.get("/boards/")  # the visit is noted, and not again for minutes
    return visitor


def send(
    client: Client, thread_id: int, *, body: str = "Eight hours, <b>in</b> the cold.", **extra: Any
) -> Any:
    fields = {"body": body, "key": "press-1", "csrfmiddlewaretoken": "t" * 64}
    return client.post(reverse("forum:reply", args=[thread_id]), fields, **extra)


def fields_of(page: str) -> dict[str, str]:
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S)
    return {name: html.unescape(value) for name, value in [*hidden, *areas]}


def test_words_sent_meanwhile_come_back_and_can_be_sent_again_once(
    writer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = a_thread(author=a_member())
    with failing(lambda number, sql: True):
        answer = send(writer, thread.pk, headers={"Origin": ORIGIN})
    assert answer.status_code == 503 and not Post.objects.filter(number=2).exists()
    kept = fields_of(answer.content.decode())
    assert kept == {
        "body": "Eight hours, <b>in</b> the cold.",
        "key": "press-1",
        "csrfmiddlewaretoken": "t" * 64,
    }
    outages.breaker.note(away=False)
    for _press in range(2):
        assert writer.post(reverse("forum:reply", args=[thread.pk]), kept).status_code == 302
    assert Post.objects.filter(thread=thread, number__gt=1).count() == 1


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "http://testserver:81"])
def test_a_stranger_s_page_puts_no_words_on_ours(writer: Client, down: list[str], origin: str | None) -> None:
    answer = send(writer, 1, body="Send money", headers={"Origin": origin} if origin else {})
    assert answer.status_code == 503 and "Send money" not in answer.content.decode()


def test_secrets_do_not_come_back(visitor: Client, down: list[str]) -> None:
    fields = {"login": "ann@example.org", "password": "correct horse"}
    answer = visitor.post("/account/login/", fields, headers={"Origin": ORIGIN})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "correct horse" not in page and "ann@example.org" not in page


def test_a_sending_that_failed_while_it_only_read_is_asked_for_once_more(writer: Client) -> None:
    thread = a_thread(author=a_member())
    with failing(lambda number, sql: number == 1) as failed:
        assert send(writer, thread.pk).status_code == 302
    assert len(failed) == 1
    assert Post.objects.filter(thread=thread, number=2).count() == 1


def test_a_sending_that_failed_after_it_wrote_is_not(writer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run of the whole request would be a second effect of a verb without a key."""
    thread, calls = a_thread(author=a_member()), []
    really = actions.set_watch

    def then_break(**told: Any) -> Any:
        calls.append(told)
        really(**told)
        raise gone()

    monkeypatch.setattr(actions, "set_watch", then_break)
    answer = writer.post(reverse("forum:thread_watch", args=[thread.pk]), {"level": "all"})
    assert answer.status_code == 503 and len(calls) == 1


def test_when_nobody_knows_whether_it_was_saved_the_page_says_so(
    writer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(**told: Any) -> Any:
        raise OutcomeUnknown("lost in COMMIT")

    monkeypatch.setattr(actions, "post_reply", lost)
    answer = send(writer, a_thread(author=a_member()).pk, headers={"Origin": ORIGIN})
    page = answer.content.decode()
    assert answer.status_code == 503 and "look before you send it again" in page
    assert "Eight hours" in page and "<button" not in page


# -- what everybody else meets meanwhile


def test_while_it_is_away_only_one_at_a_time_asks(visitor: Client, down: list[str]) -> None:
    assert visitor.get("/boards/").status_code == 503
    asked = len(down)
    assert asked
    for _visit in range(3):
        assert visitor.get("/boards/").status_code == 503
    assert len(down) == asked, "the others wait for nothing"


def test_when_it_is_back_the_next_try_opens_the_site(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outages, "REST", 0.0)
    outages.breaker.note(away=True)
    assert visitor.get("/boards/").status_code == 200
    assert outages.breaker.lets_through() and outages.breaker.lets_through()


def test_one_broken_connection_closes_nothing_for_others(visitor: Client) -> None:
    """Every statement of this request failed, but a new connection can be had."""
    with failing(lambda number, sql: True):
        assert visitor.get("/boards/").status_code == 503
    assert visitor.get("/boards/").status_code == 200


def test_health_is_told_all_the_while(visitor: Client) -> None:
    outages.breaker.note(away=True)
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/boards/").status_code == 503


# -- what is an outage


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (gone(), True),
        (OutcomeUnknown("x"), True),
        (caused_by(psycopg_pool.PoolTimeout("x")), True),
        (caused_by(psycopg.errors.TooManyConnections("x")), True),
        (caused_by(psycopg.errors.QueryCanceled("x")), True),
        (caused_by(psycopg.errors.DeadlockDetected("x")), True),
        (caused_by(psycopg.errors.UndefinedTable("x")), False),
        (OperationalError("no such table: forum_post"), False),
        (ValueError("x"), False),
        (None, False),
    ],
)
def test_a_fault_of_ours_is_not_called_an_outage(error: Exception | None, is_one: bool) -> None:
    assert is_outage(error) is is_one


def test_a_fault_of_ours_is_still_told_as_one(visitor: Client) -> None:
    with failing(lambda number, sql: True, lambda: ValueError("a bug")):
        answer = visitor.get("/boards/")
    assert answer.status_code == 500 and "Something broke" in answer.content.decode()
