"""A newer renderer reaches stored posts a batch at a time, and changes nothing but how the words stand."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from community.core.access import Invalid
from community.core.tasks import crons
from community.core.tasks.testing import run_due
from community.core.text import RENDERER_VERSION
from community.core.text import render as today
from community.members import actions as member_actions
from community.search import queries
from community.search.asking import parse
from forum import actions, tasks
from forum.actions import imported_words, rerendering
from forum.models import Post, PostRevision
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
NEXT = RENDERER_VERSION + 1


@pytest.fixture
def newer(monkeypatch):
    """A renderer that reads the same sources otherwise: everything is shouted."""

    def render(source, *, links=None, shown=None):
        return today(source.replace("winter", "WINTER"), links=links, shown=shown)

    monkeypatch.setattr(rerendering, "RENDERER_VERSION", NEXT)
    monkeypatch.setattr(imported_words, "render", render)


def stale() -> int:
    return Post.objects.filter(renderer_version__lt=NEXT).count()


def test_words_excerpt_and_language_follow_the_renderer(newer):
    thread = a_thread(author=a_member(), body="A winter night. 冬")
    post = thread.posts.get(number=1)
    Post.objects.filter(pk=post.pk).update(lang="")
    assert actions.rerender_posts() == 1
    post.refresh_from_db()
    thread.refresh_from_db()
    assert "WINTER" in post.html and "WINTER" in post.plain and "WINTER" in thread.excerpt
    assert post.source == "A winter night. 冬", "what somebody wrote is never touched"
    assert (post.lang, post.renderer_version) == ("en", NEXT)


def test_nobody_edited_and_nobody_is_told(newer, facts):
    thread = a_thread(author=a_member(), body="A winter night.")
    before = Post.objects.values("posted_at", "edited_at", "edit_count", "number", "reactions").get()
    facts.all.clear()
    actions.rerender_posts()
    assert Post.objects.values(*before).get() == before
    assert not PostRevision.objects.exists()
    assert [type(fact).__name__ for fact in facts.all] == ["PostsRerendered"]
    thread.refresh_from_db()
    assert thread.last_number == 1


def test_search_follows_where_the_words_changed(newer, monkeypatch):
    thread = a_thread(author=a_member(), body="A winter night.")
    calm = a_reply(author=a_member(), thread=thread, body="A summer day.")
    run_due()
    monkeypatch.setattr(
        imported_words,
        "render",
        lambda source, links=None, shown=None: today(
            source.replace("winter", "spring"), links=links, shown=shown
        ),
    )
    actions.rerender_posts()
    assert (found("winter"), found("spring")) == (1, 0)
    run_due()
    assert (found("winter"), found("spring")) == (0, 1)
    calm.refresh_from_db()
    assert calm.renderer_version == NEXT


def found(text: str) -> int:
    return queries.search(AnonymousUser(), parse({"q": text})).total


def test_a_mention_stays_a_link_when_its_member_has_another_name(newer):
    named = a_member(name="Sunbird")
    reply = a_reply(
        author=a_member(),
        thread=a_thread(author=a_member()),
        body="@Sunbird and @Nightjar, a winter question.",
    )
    assert 'href="/members/Sunbird/"' in reply.html and "/members/Nightjar/" not in reply.html
    member_actions.rename_member(member=named, name="Starling")
    a_member(name="Nightjar")
    actions.rerender_posts()
    reply.refresh_from_db()
    assert "WINTER" in reply.html
    assert 'href="/members/Sunbird/"' in reply.html, "its address redirects"
    assert "/members/Nightjar/" not in reply.html, "nobody was meant when it was written"


def test_quotes_keep_their_source(newer):
    thread = a_thread(author=a_member(name="Sunbird"))
    first = thread.posts.get(number=1)
    body = f"> [!quote {first.pk} Sunbird]\n> winter\n\nYes."
    reply = a_reply(author=a_member(), thread=thread, body=body)
    before = reply.html
    actions.rerender_posts()
    reply.refresh_from_db()
    assert reply.html == before.replace("winter", "WINTER")


def test_batches_are_small_and_end(newer, monkeypatch):
    thread = a_thread(author=a_member())
    for n in range(6):
        a_reply(author=a_member(), thread=thread, body=f"winter {n}")
    assert actions.rerender_posts(limit=3) == 3
    assert stale() == 4
    assert [actions.rerender_posts(limit=3) for _ in range(3)] == [3, 1, 0]
    assert stale() == 0

    Post.objects.update(renderer_version=0)
    monkeypatch.setattr(tasks, "BATCH", 2)
    monkeypatch.setattr(tasks, "BATCHES", 2)
    tasks.rerender.call()
    assert stale() == 3, "two batches of two; the rest waits for the next slot"


def test_it_stands_in_the_timetable():
    assert crons.timetable["forum.rerender"].schedule == "*/5 * * * *"


def test_with_nothing_to_do_it_costs_two_looks(newer, django_assert_max_num_queries):
    a_thread(author=a_member())
    actions.rerender_posts()
    with django_assert_max_num_queries(2):
        assert actions.rerender_posts() == 0


def test_what_stands_already_is_not_rendered_again(monkeypatch):
    a_thread(author=a_member())
    monkeypatch.setattr(imported_words, "render", lambda *_a, **_k: pytest.fail("rendered"))
    assert actions.rerender_posts() == 0


def test_stubs_without_words_are_passed_over(newer):
    thread = a_thread(author=a_member())
    moderator = a_member(role="moderator")
    gone, moved = a_reply(author=a_member(), thread=thread), a_reply(author=a_member(), thread=thread)
    actions.purge_post(actor=moderator, post_id=gone.pk, reason="Personal")
    actions.split_thread(
        actor=moderator, thread_id=thread.pk, post_ids=[moved.pk], title="Another", reason="Another matter"
    )
    actions.rerender_posts()
    assert stale() == 0
    assert (
        list(thread.posts.filter(state__in=["purged", "moved"]).values_list("html", "plain"))
        == [("", "")] * 2
    )


def test_hidden_posts_are_rendered_too(newer):
    thread = a_thread(author=a_member())
    reply = a_reply(author=a_member(), thread=thread, body="A winter night.")
    actions.hide_post(actor=a_member(role="moderator"), post_id=reply.pk, reason="Rude")
    actions.rerender_posts()
    reply.refresh_from_db()
    assert "WINTER" in reply.html and reply.state == "hidden"


def test_what_the_newer_rules_refuse_is_shown_as_plain_text(newer, monkeypatch):
    reply = a_reply(author=a_member(), thread=a_thread(author=a_member()), body="**bold** words")

    def strict(source, *, links=None, shown=None):
        if source.startswith("**"):
            raise Invalid("too much", field="source")
        return today(source, links=links, shown=shown)

    monkeypatch.setattr(imported_words, "render", strict)
    actions.rerender_posts()
    reply.refresh_from_db()
    assert "<strong>" not in reply.html and "**bold** words" in reply.plain
    assert (reply.source, reply.renderer_version) == ("**bold** words", NEXT)


def test_an_edit_in_between_keeps_its_words(newer, monkeypatch):
    author = a_member()
    post = a_thread(author=author, body="A winter night.").posts.get(number=1)

    def edited_meanwhile(source, *, links=None, shown=None):
        Post.objects.filter(pk=post.pk).update(source="Other words.", html="<p>Other words.</p>")
        return today(source, links=links, shown=shown)

    monkeypatch.setattr(imported_words, "render", edited_meanwhile)
    actions.rerender_posts()
    post.refresh_from_db()
    assert (post.source, post.html) == ("Other words.", "<p>Other words.</p>")
    assert post.renderer_version == RENDERER_VERSION, "it waits for the next batch"
