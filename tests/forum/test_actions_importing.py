"""The installation moves threads in: nobody posts with it, counters stay right, words are rendered here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from community.core import counters
from community.core.access import Invalid, Refused
from community.core.facts import publish
from forum import actions
from forum.actions import ImportedPost, ImportedThread
from forum.models import Board, Post, Thread
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, an_imported_member

OPENED = datetime(2014, 1, 21, 20, 26, tzinfo=UTC)


def said(author: Any, source: str = "Words from there.", minutes: int = 0, **fields: Any) -> ImportedPost:
    return ImportedPost(
        author_id=author.pk,
        author_name=author.name,
        source=source,
        posted_at=OPENED + timedelta(minutes=minutes),
        **fields,
    )


def move_in(board: Board, *threads: ImportedThread, actor: Any = None) -> list[list[Post]]:
    prepared = [actions.prepare_thread(thread) for thread in threads]
    return actions.import_threads(actor=actor, board_id=board.pk, label="There", threads=prepared)


@pytest.mark.django_db
def test_only_the_installation_or_an_administrator_moves_threads_in() -> None:
    board, author = a_board(), an_imported_member()
    thread = ImportedThread(title="Moved", posts=[said(author)])
    for role in ("", "moderator", "editor"):
        with pytest.raises(Refused):
            move_in(board, thread, actor=a_member(role=role))
        with pytest.raises(Refused):
            actions.import_replies(
                actor=a_member(role=role), thread_id=1, label="There", replies=actions.prepare_replies([])
            )
    assert Thread.objects.count() == 0
    move_in(board, thread, actor=a_member(role="admin"))
    assert Thread.objects.count() == 1


@pytest.mark.django_db
def test_threads_come_with_their_dates_labels_and_counts() -> None:
    board, asker, helper = a_board(), an_imported_member(), an_imported_member()
    ((opening, first, second, own),) = move_in(
        board,
        ImportedThread(
            title="Which barrel?",
            posts=[
                said(asker, "Which **barrel**?", score=4),
                said(helper, "The red one.", 1),
                said(asker, "Thanks!", 2, answers=1),
                said(asker, "It works.", 3, answers=2),
            ],
            tags=["Hops", "hops", "", "a" * 41, *(f"tag {n}" for n in range(6))],
            accepted=1,
        ),
    )
    thread = Thread.objects.get()
    assert [post.number for post in (opening, first, second, own)] == [1, 2, 3, 4]
    assert (thread.imported_from, opening.imported_from, opening.imported_score) == ("There", "There", 4)
    assert thread.accepted_post_id == first.pk and thread.accepted_at == first.posted_at
    assert (second.reply_to_id, own.reply_to_id) == (first.pk, second.pk)
    assert f'data-post="{second.pk}"' in own.html and f"[!quote {second.pk} " in own.source
    assert [name for _slug, name in thread.tag_list] == ["Hops", "tag 0", "tag 1", "tag 2", "tag 3"]
    helper.refresh_from_db()
    assert (helper.post_count, helper.helped_count) == (1, 1)
    assert not [done for done in counters.rebuild() if done.corrected]


@pytest.mark.django_db
def test_names_lead_to_the_people_of_the_thread_only() -> None:
    native = a_member(name="Sabine")
    ours = an_imported_member(name="Old Hand")
    ((opening,),) = move_in(
        a_board(), ImportedThread(title="Hello there", posts=[said(ours, f"@{native.name} or @Old Hand?")])
    )
    assert 'href="/members/Old%20Hand/"' in opening.html
    assert f"/members/{native.name}/" not in opening.html


@pytest.mark.django_db
def test_hostile_words_are_rendered_like_any_other() -> None:
    ((opening,),) = move_in(
        a_board(),
        ImportedThread(
            title="<script>alert(1)</script>",
            posts=[said(an_imported_member(), "<img src=x onerror=alert(1)> [x](javascript:alert(1))")],
        ),
    )
    assert "<img" not in opening.html and "href=" not in opening.html


@pytest.mark.django_db
def test_a_title_must_be_one_and_a_reply_must_come_after_what_it_answers() -> None:
    author = an_imported_member()
    with pytest.raises(Invalid):
        actions.prepare_thread(ImportedThread(title=" ", posts=[said(author)]))
    with pytest.raises(IndexError):
        actions.prepare_replies([said(author, answers=1), said(author)])


@pytest.mark.django_db
def test_replies_join_a_native_thread_and_quote_what_may_be_read() -> None:
    thread = a_thread(author=a_member(), body="Words of ours.")
    opening, author = thread.posts.get(), an_imported_member()
    replies = actions.prepare_replies([said(author, "From there.", answers_id=opening.pk)])
    (reply,) = actions.import_replies(
        actor=None, thread_id=thread.pk, label="There", replies=replies, accepted=0
    )
    assert reply.number == 2 and "Words of ours." in reply.html
    thread.refresh_from_db()
    assert thread.accepted_post == reply
    assert thread.last_poster == thread.author, "what was said there is older than what stands here"
    actions.hide_post(actor=a_member(role="moderator"), post_id=reply.pk, reason="no")
    hidden = actions.prepare_replies([said(author, "Again.", answers_id=reply.pk)])
    assert "From there." not in hidden.words[0].body.html
    assert not [done for done in counters.rebuild() if done.corrected]


@pytest.mark.django_db
def test_statements_do_not_grow_with_the_lot(django_assert_max_num_queries: Any) -> None:
    board, author = a_board(), an_imported_member()
    posts = [said(author), *(said(author, minutes=n, answers=0) for n in range(1, 5))]
    lot = [
        actions.prepare_thread(ImportedThread(title=f"Thread {n}", posts=posts, tags=["hops"]))
        for n in range(20)
    ]
    with django_assert_max_num_queries(30):
        actions.import_threads(actor=None, board_id=board.pk, label="There", threads=lot)
    assert Post.objects.count() == 100


@pytest.mark.django_db(transaction=True)
def test_a_lot_is_written_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    board, author = a_board(), an_imported_member()

    def failing(fact: Any) -> None:
        publish(fact)
        raise OSError("the disk is full")

    monkeypatch.setattr("forum.actions.importing.publish", failing)
    with pytest.raises(OSError, match="full"):
        move_in(board, ImportedThread(title="Moved", posts=[said(author)]))
    assert Thread.objects.count() == 0 and Board.objects.get(pk=board.pk).post_count == 0
    author.refresh_from_db()
    assert author.post_count == 0
    with pytest.raises(RuntimeError):
        publish(actions.importing.PostsImported(thread_ids=(1,), at=OPENED))


@pytest.mark.django_db
def test_of_what_was_said_at_one_moment_the_last_counts_as_the_latest() -> None:
    asker, helper, other = (an_imported_member() for _ in range(3))
    posts = [said(asker), said(helper, minutes=5), said(other, minutes=5), said(asker, minutes=3)]
    move_in(a_board(), ImportedThread(title="At once", posts=posts))
    assert Thread.objects.get().last_poster == other
    assert not [done for done in counters.rebuild() if done.corrected]
