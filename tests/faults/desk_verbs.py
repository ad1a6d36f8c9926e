"""Every verb of the desk, of kept answers, of key members and of themes, each on a thread of its own: for fault tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from django.db.models import Q

from community.core import clock
from community.members.models import Member
from forum import actions as forum
from moderation.canned import actions as canned
from moderation.desk import actions
from moderation.desk.actions import hearing
from moderation.desk.learning import Trial
from moderation.desk.models import DeskThread
from moderation.keymembers import actions as key_members
from moderation.topics import actions as topics
from moderation.topics.models import Topic
from tests.builders.canned import WINTER, an_answer
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.polls import a_poll
from tests.builders.promises import ALWAYS, a_calendar, a_promise
from tests.faults.forum_verbs import Act, World

DESK: dict[str, Callable[[World], Act]] = {}
_serial = count(1)
CHANGED: dict[str, tuple[str, Any]] = {
    "begin_answer": ("writer_id", lambda pk: pk is not None),
    "change_answer": ("name", "Other"),
    "retire": ("retired_at", lambda at: at is not None),
    "bring_back": ("retired_at", None),
    "note_rewriting": ("is_bare", False),
    "note_owed": ("place", "due"),
    "note_rewritten": ("place", "snoozed"),
    "change_topic": ("theme", "Summer tyres"),
    "drop_topic": ("state", "dropped"),
}
# Built of other verbs, or one statement that needs no transaction.
NO_VERBS = {"wake_due"}


def desk(prepare: Callable[[World], Act]) -> Callable[[World], Act]:
    DESK[prepare.__name__] = prepare
    return prepare


def _row(w: World) -> DeskThread:
    thread = w.thread()
    actions.rescore(thread_ids=[thread.pk])
    return DeskThread.objects.get(pk=thread.pk)


def _given(w: World) -> dict[str, Any]:
    return {"actor": w.moderator, "thread_id": _row(w).pk, "version": 0}


@desk
def rescore(w: World) -> Act:
    return partial(actions.rescore, thread_ids=[w.thread().pk, w.thread().pk])


@desk
def rescore_batch(w: World) -> Act:
    """A run that has one thread before it."""
    last = DeskThread.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    thread = w.thread()
    run = actions.begin_rescore(afresh=True)
    run.after_id = max(last, thread.pk - 1)
    run.save()
    return partial(actions.rescore_batch, run_id=run.pk)


@desk
def keep_trial(w: World) -> Act:
    return partial(actions.keep_trial, trial=Trial())


@desk
def note_words(w: World) -> Act:
    return partial(actions.note_words, board_id=a_board().pk, moments=[clock.now()])


@desk
def note_reply(w: World) -> Act:
    row = _row(w)
    given = {"author_id": w.moderator.pk, "role": "moderator", "post_id": 987, "at": clock.now()}
    return partial(actions.note_reply, thread_id=row.pk, **given)


@desk
def note_answer(w: World) -> Act:
    row = _row(w)
    post = a_reply(author=w.moderator, thread=row.thread)
    return partial(actions.note_answer, actor=w.moderator, thread_id=row.pk, post_id=post.pk)


@desk
def note_gone(w: World) -> Act:
    row = _row(w)
    post = a_reply(author=w.moderator, thread=row.thread)
    actions.note_answer(actor=w.moderator, thread_id=row.pk, post_id=post.pk)
    forum.undo_post(actor=w.moderator, post_id=post.pk)
    return partial(hearing.note_gone, thread_id=row.pk, post_id=post.pk)


@desk
def note_owed(w: World) -> Act:
    """Its clock runs, and it lies aside."""
    board = a_board()
    a_promise(board, 60, calendar=a_calendar(ALWAYS, by=w.admin), by=w.admin)
    thread = a_thread(author=a_member(), board=board)
    actions.rescore(thread_ids=[thread.pk])
    DeskThread.objects.filter(pk=thread.pk).update(place="settled")
    return partial(actions.note_owed, thread_id=thread.pk)


@desk
def note_poll(w: World) -> Act:
    row = _row(w)
    poll = a_poll("Yes", "No", author=w.moderator, thread=row.thread)
    return partial(actions.note_poll, thread_id=row.pk, author_id=w.moderator.pk, poll_id=poll.pk)


@desk
def note_rewritten(w: World) -> Act:
    an_answer(by=w.moderator)
    row = _row(w)
    post = a_reply(author=w.moderator, thread=row.thread, body=WINTER.replace("{asker}", "Anna"))
    canned.note_use(post_id=post.pk)
    actions.note_answer(actor=w.moderator, thread_id=row.pk, post_id=post.pk)
    return partial(actions.note_rewritten, thread_id=row.pk, post_id=post.pk)


@desk
def take(w: World) -> Act:
    return partial(actions.take, **_given(w))


@desk
def release(w: World) -> Act:
    return partial(actions.release, **_given(w))


@desk
def assign(w: World) -> Act:
    return partial(actions.assign, **_given(w), to_id=w.admin.pk, note="Please")


@desk
def snooze(w: World) -> Act:
    return partial(actions.snooze, **_given(w), until=clock.now() + timedelta(hours=1))


@desk
def settle(w: World) -> Act:
    return partial(actions.settle, **_given(w), reason="All was said")


@desk
def wake(w: World) -> Act:
    return partial(actions.wake, **_given(w))


@desk
def link_answer(w: World) -> Act:
    return partial(actions.link_answer, **_given(w), target_id=w.thread().pk)


@desk
def free_lost(w: World) -> Act:
    given = _given(w)
    holder = a_member(role="moderator")
    actions.take(**given | {"actor": holder})
    Member.objects.filter(pk=holder.pk).update(role="member")
    return partial(actions.free_lost, holding=Q(pk=given["thread_id"]))


@desk
def begin_answer(w: World) -> Act:
    return partial(actions.begin_answer, actor=w.moderator, thread_id=_row(w).pk)


@desk
def undo(w: World) -> Act:
    actions.link_answer(**_given(w), target_id=w.thread().pk)
    return partial(actions.undo, actor=w.moderator)


@desk
def feature(w: World) -> Act:
    until = clock.now() + timedelta(days=3)
    return partial(actions.feature, **_given(w), until=until, reason="Read this first")


@desk
def set_lane(w: World) -> Act:
    return partial(actions.set_lane, **_given(w), lane="tell", reason="Nothing is asked")


def _calling(w: World) -> dict[str, Any]:
    """A row on a board where somebody's answer was accepted, and nobody else's: only so many are offered."""
    thread, helper = a_thread(author=w.asker, board=a_board()), a_member()
    actions.rescore(thread_ids=[thread.pk])
    row = DeskThread.objects.get(pk=thread.pk)
    solved = a_thread(author=a_member(), board=row.thread.board)
    forum.accept_answer(actor=solved.author, post_id=a_reply(author=helper, thread=solved).pk)
    return {"thread_id": row.pk, "member_id": helper.pk}


@desk
def call_expert(w: World) -> Act:
    return partial(actions.call_expert, actor=w.moderator, version=0, reason="You know", **_calling(w))


@desk
def take_back_call(w: World) -> Act:
    given = _calling(w)
    actions.call_expert(actor=w.moderator, version=0, reason="You know", **given)
    return partial(actions.take_back_call, **given)


@desk
def keep_note(w: World) -> Act:
    return partial(actions.keep_note, actor=w.moderator, thread_id=_row(w).pk, text=f"Drives {next(_serial)}")


@desk
def remove_note(w: World) -> Act:
    note = actions.keep_note(actor=w.moderator, thread_id=_row(w).pk, text=f"Drives {next(_serial)}")
    return partial(actions.remove_note, actor=w.moderator, note_id=note.pk)


def _filter(w: World) -> dict[str, Any]:
    return {
        "actor": w.moderator,
        "name": f"Mornings {next(_serial)}",
        "view": "free",
        "board_id": None,
        "lane": "ask",
    }


@desk
def save_filter(w: World) -> Act:
    return partial(actions.save_filter, **_filter(w), is_shared=False)


@desk
def drop_filter(w: World) -> Act:
    row = actions.save_filter(**_filter(w), is_shared=True)
    return partial(actions.drop_filter, actor=w.moderator, filter_id=row.pk)


def _naming() -> dict[str, Any]:
    now = clock.now()
    return {
        "member_id": a_member().pk,
        "segment": "club_leader",
        "reason": "Leads the club of the coast",
        "until": now + timedelta(days=90),
        "agreed_on": now.date(),
        "agreed_how": "In a message",
    }


@desk
def name_key_member(w: World) -> Act:
    return partial(key_members.name_key_member, actor=w.moderator, **_naming())


@desk
def end_term(w: World) -> Act:
    term = key_members.name_key_member(actor=w.moderator, **_naming())
    return partial(key_members.end_term, actor=w.moderator, term_id=term.pk, reason="Moved away")


@desk
def end_due_terms(w: World) -> Act:
    term = key_members.name_key_member(actor=w.moderator, **_naming())
    past = clock.now() - timedelta(days=1)
    type(term).objects.filter(pk=term.pk).update(since=past - timedelta(days=1), until=past)
    return partial(key_members.end_due_terms)


@desk
def make_answer(w: World) -> Act:
    return partial(
        canned.make_answer, actor=w.moderator, name=f"Kept {next(_serial)}", text_en="Hello {asker}"
    )


@desk
def change_answer(w: World) -> Act:
    row = an_answer(by=w.moderator)
    return partial(
        canned.change_answer, actor=w.moderator, answer_id=row.pk, version=0, name="Other", text_en="Hello"
    )


@desk
def retire(w: World) -> Act:
    return partial(canned.retire, actor=w.moderator, answer_id=an_answer(by=w.moderator).pk)


@desk
def bring_back(w: World) -> Act:
    row = an_answer(by=w.moderator)
    canned.retire(actor=w.moderator, answer_id=row.pk)
    return partial(canned.bring_back, actor=w.moderator, answer_id=row.pk)


@desk
def note_use(w: World) -> Act:
    an_answer(by=w.moderator)
    post = a_reply(author=w.moderator, thread=w.thread(), body=WINTER.replace("{asker}", "Anna"))
    return partial(canned.note_use, post_id=post.pk)


@desk
def note_rewriting(w: World) -> Act:
    answer = an_answer(by=w.moderator)
    post = a_reply(author=w.moderator, thread=w.thread(), body=WINTER.replace("{asker}", "Anna"))
    canned.note_use(post_id=post.pk)
    own = "At minus five we drove a hundred and ninety kilometres with these tyres."
    forum.edit_post(actor=w.moderator, post_id=post.pk, body=f"{answer.text_en} {own}")
    return partial(canned.note_rewriting, post_id=post.pk)


def _planning(w: World, **told: Any) -> dict[str, Any]:
    day = clock.now().date()
    given = {
        "theme": f"Winter tyres {next(_serial)}",
        "owner_id": w.moderator.pk,
        "opens_on": day,
        "closes_on": day,
    }
    return {"actor": w.moderator, "is_scheduled": True} | given | told


def _topic(w: World) -> Topic:
    return topics.plan_topic(**_planning(w, board_id=w.board.pk))


def _talked_of(w: World) -> Topic:
    """A theme with its thread, and a post of the team in it."""
    topic, thread = _topic(w), w.thread()
    a_reply(author=w.moderator, thread=thread)
    return topics.give_thread(actor=w.moderator, topic_id=topic.pk, thread_id=thread.pk)


@desk
def plan_topic(w: World) -> Act:
    return partial(topics.plan_topic, **_planning(w, board_id=w.board.pk))


@desk
def change_topic(w: World) -> Act:
    return partial(
        topics.change_topic, **_planning(w, topic_id=_topic(w).pk, version=0, theme="Summer tyres")
    )


@desk
def give_thread(w: World) -> Act:
    topic = _topic(w)
    return partial(topics.give_thread, actor=w.moderator, topic_id=topic.pk, thread_id=w.thread().pk)


@desk
def sum_up(w: World) -> Act:
    return partial(topics.sum_up, actor=w.moderator, topic_id=_talked_of(w).pk, number=3)


@desk
def take_summary_off(w: World) -> Act:
    topic = topics.sum_up(actor=w.moderator, topic_id=_talked_of(w).pk, number=3)
    return partial(topics.take_summary_off, actor=w.moderator, topic_id=topic.pk)


@desk
def drop_topic(w: World) -> Act:
    return partial(topics.drop_topic, actor=w.moderator, topic_id=_topic(w).pk)


@desk
def move_with_thread(w: World) -> Act:
    topic = _talked_of(w)
    return partial(topics.move_with_thread, source_id=topic.thread_id, target_id=w.thread().pk)
