"""The index follows what happens: each fact queues the job that mends it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import transaction

from community.core import clock
from community.core.facts import publish
from community.core.tasks.testing import run_due
from community.members import actions as member_actions
from community.search import indexing, queries
from community.search.asking import parse
from community.search.models import SearchEntry
from forum import actions
from forum.facts import PostsImported
from forum.models import Post
from tests.builders.editorial import an_article
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()


def found(text: str, **params: str) -> list[Post]:
    results = queries.search(GUEST, parse({"q": text, **params}))
    assert not results.loose
    return [hit.post for hit in results.hits]


def test_nothing_is_written_to_the_index_before_the_queue_runs():
    a_thread(author=a_member(), title="Sunroof rattles")
    assert found("sunroof") == []
    run_due()
    assert len(found("sunroof")) == 1


def test_a_reply_is_found_by_its_own_words_and_not_by_the_title():
    thread = a_thread(author=a_member(), title="Sunroof rattles", body="On cobbles.")
    reply = a_reply(author=a_member(), thread=thread, body="Grease the rail.")
    run_due()
    assert found("rail") == [reply]
    assert found("sunroof") == [thread.posts.get(number=1)]


def test_an_edit_brings_the_new_words_and_takes_the_old_ones():
    thread = a_thread(author=a_member(), title="Sunroof", body="It rattles.")
    post = thread.posts.get(number=1)
    run_due()
    actions.edit_post(actor=thread.author, post_id=post.pk, body="It whistles.", title="Tailgate")
    run_due()
    assert found("whistles") == found("tailgate") == [post]
    assert found("rattles") == found("sunroof") == []


def test_a_new_title_and_new_tags_are_found():
    thread = a_thread(author=a_member(), title="Sunroof", tags=["noise"])
    post = thread.posts.get(number=1)
    run_due()
    assert found("noise") == [post]
    actions.rename_thread(actor=thread.author, thread_id=thread.pk, title="Tailgate")
    actions.retag_thread(actor=thread.author, thread_id=thread.pk, tags=["squeak"])
    run_due()
    assert found("tailgate") == found("squeak") == [post]
    assert found("sunroof") == found("noise") == []


def test_a_merge_makes_the_other_opening_a_reply():
    author, moderator, board = a_member(), a_member(role="moderator"), a_board()
    source = a_thread(author=author, board=board, title="Sunroof", body="It rattles.")
    target = a_thread(author=author, board=board, title="Noises", body="All of them.")
    opening = source.posts.get(number=1)
    run_due()
    assert found("rattles", type="thread") == [opening]
    actions.merge_threads(actor=moderator, source_id=source.pk, target_id=target.pk, reason="Same")
    run_due()
    assert found("rattles", type="reply") == [opening]
    assert found("sunroof") == [], "the title it had is gone with its thread"


def test_a_split_gives_its_first_reply_the_new_title():
    thread = a_thread(author=a_member(), title="Noises")
    reply = a_reply(author=a_member(), thread=thread, body="Mine whistles.")
    run_due()
    actions.split_thread(
        actor=a_member(role="moderator"),
        thread_id=thread.pk,
        post_ids=[reply.pk],
        title="Whistling tailgate",
        reason="Another matter",
    )
    run_due()
    assert found("tailgate", type="thread") == [reply]
    stub = thread.posts.get(number=2)
    assert not SearchEntry.objects.filter(post=stub).exists()


def test_a_purged_reply_leaves_and_a_second_run_changes_nothing():
    thread = a_thread(author=a_member())
    reply = a_reply(author=a_member(), thread=thread, body="A telephone number.")
    run_due()
    actions.purge_post(actor=a_member(role="moderator"), post_id=reply.pk, reason="Personal")
    run_due()
    before = SearchEntry.objects.count()
    indexing.index_posts([reply.pk, thread.posts.get(number=1).pk])
    assert SearchEntry.objects.count() == before
    assert found("telephone") == []


def test_members_are_found_when_they_join_and_under_their_new_name():
    member = a_member(name="Sunbird")
    run_due()
    assert queries.search(GUEST, parse({"q": "sunbird"})).people == [member]
    member_actions.rename_member(member=member, name="Nightjar")
    run_due()
    assert queries.search(GUEST, parse({"q": "sunbird"})).people == []
    assert queries.search(GUEST, parse({"q": "nightjar"})).people == [member]


def test_an_article_is_found_when_published_and_by_its_newer_words():
    page = an_article(title="Round the lake", standfirst="Three owners and a ferry.")
    run_due()
    assert queries.search(GUEST, parse({"q": "ferry"})).total == 1
    page.standfirst = "Three owners and a tunnel."
    page.save_revision().publish()
    run_due()
    assert queries.search(GUEST, parse({"q": "tunnel"})).total == 1
    assert queries.search(GUEST, parse({"q": "ferry"})).total == 0


def test_what_was_moved_in_is_found():
    thread = a_thread(author=a_member(), title="Sunroof")
    reply = a_reply(author=a_member(), thread=thread, body="Rattles.")
    run_due()
    SearchEntry.objects.all().delete()
    with transaction.atomic():
        publish(PostsImported(thread_ids=(thread.pk,), at=clock.now()))
    run_due()
    assert found("sunroof") == [thread.posts.get(number=1)] and found("rattles") == [reply]


def test_reindex_writes_everything_anew_and_may_run_twice():
    thread = a_thread(author=a_member(name="Sunbird"), title="Sunroof", body="Rattles.")
    a_reply(author=a_member(), thread=thread, body="Grease.")
    article = an_article(title="Lakeside")
    run_due()
    whole = _index()
    SearchEntry.objects.all().delete()
    for _ in range(2):
        call_command("reindex", stdout=StringIO())
        assert _index() == whole
    assert queries.search(GUEST, parse({"q": "lakeside"})).hits[0].article.pk == article.pk


def _index() -> set[tuple[object, ...]]:
    return set(
        SearchEntry.objects.values_list("kind", "post", "member", "article", "title_terms", "body_terms")
    )


def test_an_entry_goes_with_its_row():
    thread = a_thread(author=a_member(), title="Sunroof")
    run_due()
    Post.objects.filter(thread=thread).delete()
    assert found("sunroof") == []


def test_the_index_of_the_longest_post_stays_below_the_databases_limit():
    # Each word once: PostgreSQL keeps at most 256 places of one term, so a phrase of very common ones ends there.
    words = ["".join("bcdfghjkmp"[int(digit)] for digit in f"{n:04d}") for n in range(5000)]
    body = " ".join(words)
    thread = a_thread(author=a_member(), body=body)
    run_due()
    entry = SearchEntry.objects.get(post=thread.posts.get(number=1))
    assert len(entry.body_terms.split()) <= indexing.MOST_TERMS
    assert found(words[4321])
