"""The forum's pages for guests from copies: right after every act, and never a private word in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache as django_cache

from community import core
from community.core import clock, pagecache
from community.core.pagecache import PageCache, figures
from community.members import actions as members
from forum import actions, rights
from tests.builders.forum import a_board, a_reply
from tests.builders.forum import a_thread as the_thread
from tests.builders.members import a_member
from tests.core.pagecache.asking import Got, WSGISite, kept_connections
from tests.forum.test_views_privacy import CANARIES, Secret, every_address

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[WSGISite]:
    """The whole site behind a cache of its own; what is committed counts at once."""
    kept = PageCache(most_bytes=16 * 1024 * 1024)
    settings.PAGE_CACHE = True
    monkeypatch.setattr(pagecache, "_made", [kept])
    monkeypatch.setattr(core.pagecache.transaction, "on_commit", lambda run, **_how: run())
    figures.reset()
    with kept_connections():
        yield WSGISite(kept)


def a_thread(**given: Any) -> Any:
    """A thread by somebody new, unless an author is given; nobody can take it back any more."""
    with clock.frozen(clock.now() - timedelta(minutes=1)):
        return the_thread(**({"author": a_member()} | given))


def replied(thread: Any, **given: Any) -> Any:
    """A reply to it by somebody new."""
    with clock.frozen(clock.now() - timedelta(minutes=1)):
        return a_reply(author=a_member(), thread=thread, **given)


def is_kept(site: WSGISite, path: str) -> bool:
    """Whether the second of two requests was answered from a copy."""
    site.ask(path)
    before = figures.read()["hits"]
    site.ask(path)
    return figures.read()["hits"] > before


def test_which_pages_are_kept(site: WSGISite) -> None:
    thread = a_thread(title="A road", tags=["open"])
    replied(thread)
    board = thread.board.get_absolute_url()
    for path in (
        "/",
        "/boards/",
        board,
        f"{board}?lane=ask",
        f"{board}?sort=newest",
        f"{board}?tag=open",
        f"{board}feed/",
        f"{board}since/",
        "/latest/",
        "/latest/?lane=ask",
        "/latest/feed/",
        "/hot/",
        "/tags/",
        "/tags/open/",
        thread.get_absolute_url(),
        f"/threads/{thread.pk}/feed/",
        thread.author.get_absolute_url(),
        "/magazine/",
        "/magazine/feed/",
        "/sitemap.xml",
        "/sitemap-threads.xml",
    ):
        assert is_kept(site, path), path
    for path in (
        "/search/?q=road",
        "/account/login/",
        "/members/",
        "/healthz",
        f"/posts/{thread.posts.get(number=1).pk}/",
        f"/threads/{thread.pk}/wrong/",
        f"{board}?tag=nothing-has-it",
        f"{board}?page=made-up",
        f"{thread.get_absolute_url()}?page=99",
        "/nowhere/",
    ):
        assert not is_kept(site, path), path


def test_copies_are_the_same_as_the_pages(site: WSGISite, client: Any) -> None:
    thread = a_thread()
    replied(thread)
    for path in ("/", "/latest/", thread.get_absolute_url(), thread.board.get_absolute_url()):
        site.ask(path)
        copy, page = site.ask(path), client.get(path, headers={"accept-language": "en"})
        assert copy.text == page.content.decode(), path
        kept = {
            "content-security-policy",
            "x-frame-options",
            "content-language",
            "referrer-policy",
            "x-content-type-options",
        }
        for name in kept:
            assert copy.headers.get(name) == page.headers.get(name), name
        assert "set-cookie" not in copy.headers and not page.cookies


Act = Callable[[Any], Any]


def _moderator() -> Any:
    return a_member(role="moderator")


@pytest.mark.parametrize(
    ("act", "hard"),
    [
        (lambda t: replied(t, body="A new word"), False),
        (lambda t: actions.react(actor=a_member(), post_id=t.posts.get(number=2).pk, kind="useful"), False),
        (lambda t: actions.accept_answer(actor=t.author, post_id=t.posts.get(number=2).pk), False),
        (lambda t: actions.edit_post(actor=t.author, post_id=t.posts.get(number=1).pk, body="Other"), True),
        (lambda t: actions.hide_post(actor=_moderator(), post_id=t.posts.get(number=2).pk, reason="x"), True),
        (
            lambda t: actions.remove_post(
                actor=t.posts.get(number=2).author, post_id=t.posts.get(number=2).pk
            ),
            True,
        ),
        (
            lambda t: actions.purge_post(actor=_moderator(), post_id=t.posts.get(number=2).pk, reason="x"),
            True,
        ),
        (lambda t: actions.undo_post(actor=t.author, post_id=a_reply(author=t.author, thread=t).pk), True),
        (lambda t: actions.lock_thread(actor=_moderator(), thread_id=t.pk, reason="x"), True),
        (lambda t: actions.rename_thread(actor=t.author, thread_id=t.pk, title="Another name"), True),
        (lambda t: actions.retag_thread(actor=t.author, thread_id=t.pk, tags=["other"]), True),
        (
            lambda t: actions.pin_thread(
                actor=_moderator(), thread_id=t.pk, until=clock.now() + timedelta(days=1), reason="x"
            ),
            True,
        ),
        (lambda t: actions.hide_thread(actor=_moderator(), thread_id=t.pk, reason="x"), True),
        (lambda t: actions.remove_thread(actor=_moderator(), thread_id=t.pk, reason="x"), True),
        (lambda t: actions.set_rights(actor=None, board_id=t.board_id, rights=rights.CIRCLE), True),
        (lambda t: actions.edit_board(actor=None, board_id=t.board_id, title_en="Renamed"), True),
        (lambda t: members.rename_member(member=t.author, name="Somebody Else"), True),
        (lambda t: members.update_profile(member=t.author, drives="A bicycle"), True),
    ],
)
def test_every_act_is_seen_by_the_next_guest(site: WSGISite, client: Any, act: Act, hard: bool) -> None:
    """The copy is gone, what is read is what the page says now, and only additions may leave the old copy usable."""
    thread = a_thread()
    replied(thread)
    path = thread.get_absolute_url()
    site.ask(path), site.ask(path)
    (asked,) = [key for key in site.cache.local._pages if key.path == path]
    act(thread)
    found = site.cache.find(asked)
    assert found.good is None
    assert (found.stale is None) is hard
    got = site.ask(path)
    page = client.get(path, headers={"accept-language": "en"})
    assert got.status == page.status_code
    if page.status_code == 200:
        assert got.text == page.content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/latest/", "/hot/", "/boards/", "board", "/tags/", "/latest/feed/", "author"]
)
def test_lists_forget_a_thread_that_went_out_of_sight(site: WSGISite, path: str) -> None:
    thread = a_thread(title="Kanarvogel", tags=["kanarvogel"])
    path = {"board": thread.board.get_absolute_url(), "author": thread.author.get_absolute_url()}.get(
        path, path
    )
    assert "anarvogel" in site.ask(path).text
    actions.hide_thread(actor=_moderator(), thread_id=thread.pk, reason="x")
    assert "anarvogel" not in site.ask(path).text


def test_a_page_that_shows_a_related_title_forgets_it_too(site: WSGISite) -> None:
    from community.core.tasks.testing import run_due

    one, other = a_thread(title="Frost on the left window"), a_thread(title="Frost on the left window again")
    run_due()
    assert "window again" in site.ask(one.get_absolute_url()).text
    actions.hide_thread(actor=_moderator(), thread_id=other.pk, reason="x")
    assert "window again" not in site.ask(one.get_absolute_url()).text


def test_a_board_made_private_is_gone_at_once_everywhere(site: WSGISite) -> None:
    board = a_board(title_en="Kanarbrett")
    thread = a_thread(board=board, title="Kanarvogel")
    paths = [
        "/",
        "/boards/",
        "/latest/",
        "/latest/feed/",
        "/sitemap-threads.xml",
        "/sitemap-boards.xml",
        "/tags/",
    ]
    alone = [board.get_absolute_url(), thread.get_absolute_url(), f"/threads/{thread.pk}/feed/"]
    for path in [*paths, *alone]:
        assert site.ask(path).status == 200
    actions.set_rights(actor=None, board_id=board.pk, rights=rights.CIRCLE)
    for path in alone:
        assert site.ask(path).status == 404, path
    for path in paths:
        text = site.ask(path).text
        assert "anarvogel" not in text and "anarbrett" not in text, path


def test_a_thread_moved_to_a_private_board_is_gone_at_once_everywhere(site: WSGISite) -> None:
    thread = a_thread(board=a_board(), title="Kanarvogel")
    paths = ["/", "/latest/", "/latest/feed/", "/sitemap-threads.xml", thread.board.get_absolute_url()]
    alone = [thread.get_absolute_url(), f"/threads/{thread.pk}/feed/"]
    for path in [*paths, *alone]:
        assert site.ask(path).status == 200, path
    assert "Kanarvogel" in site.ask(paths[-1]).text
    circle = a_board(rights=rights.CIRCLE)
    actions.move_thread(actor=_moderator(), thread_id=thread.pk, board_id=circle.pk)
    for path in alone:
        assert site.ask(path).status == 404, path
    for path in paths:
        assert "anarvogel" not in site.ask(path).text, path


def test_a_member_who_hides_a_line_of_the_profile_is_believed_at_once(site: WSGISite) -> None:
    thread = a_thread(author=a_member(drives="Kanarauto"))
    paths = [thread.get_absolute_url(), thread.author.get_absolute_url()]
    for path in paths:
        assert "Kanarauto" in site.ask(path).text
    members.update_profile(member=thread.author, visibility={"drives": "nobody"})
    for path in paths:
        assert "Kanarauto" not in site.ask(path).text


def test_a_guest_with_a_copy_has_no_words_of_a_private_board(site: WSGISite) -> None:
    """The canary test of every address, twice: once to make the copies, once to read them."""
    secret = Secret()
    addresses = list(every_address(secret))
    for _ in range(2):
        for path in addresses:
            got = site.ask(_target(path))
            said = str(got.headers) + got.body.decode(errors="replace")
            # What the address itself says is no secret.
            assert not [word for word in CANARIES if word in said and word not in path], path
    assert figures.read()["hits"] > 20


def test_who_is_signed_in_makes_no_copy_and_reads_none(site: WSGISite, client: Any, settings: Any) -> None:
    thread = a_thread()
    site.ask(thread.get_absolute_url())
    client.force_login(thread.author)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    before = len(site.cache.local)
    got: Got = site.ask(thread.get_absolute_url(), cookie=cookie)
    assert "data-common-zone" not in got.text
    assert len(site.cache.local) == before


def test_editors_pages_are_made_anew(site: WSGISite, client: Any) -> None:
    from community.editorial.models import BrandSettings, MagazineIndexPage

    magazine = MagazineIndexPage.objects.get()
    assert is_kept(site, "/magazine/")
    magazine.intro_en = "Kanarvogel"
    magazine.save_revision().publish()
    assert "Kanarvogel" in site.ask("/magazine/").text
    brand = BrandSettings.objects.first() or BrandSettings.for_site(magazine.get_site())
    brand.name = "Kanarmarke"
    brand.save()
    django_cache.clear()
    assert "Kanarmarke" in site.ask("/magazine/").text


def _target(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/?=&%.:@+~-_")


def test_a_copy_names_no_thread_that_its_readers_may_no_longer_read(site: WSGISite) -> None:
    staff, thread = a_member(role="moderator"), a_thread(title="A road")
    ids, secret = [replied(thread).pk, replied(thread).pk], a_board(rights=rights.CIRCLE)
    told: dict[str, Any] = {"actor": staff, "reason": "Apart"}
    new = actions.split_thread(**told, thread_id=thread.pk, post_ids=ids, title="A whistle")
    into = a_thread(title="A bridge")
    path = thread.get_absolute_url()
    assert "A whistle" in site.ask(path).text and is_kept(site, path)
    actions.merge_threads(**told, source_id=new.pk, target_id=into.pk)
    assert "A whistle" in site.ask(path).text and is_kept(site, path)
    actions.move_thread(actor=staff, thread_id=into.pk, board_id=secret.pk)
    assert "A whistle" not in site.ask(path).text
