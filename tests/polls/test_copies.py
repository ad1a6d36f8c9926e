"""Copies and drafts: what they take along, where they stand, and what a thread counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from community.core import clock
from community.core.access import Refused
from forum.actions import lock_thread
from forum.models import Thread
from polls import actions, counters, policy
from polls.actions.making import COPIED
from polls.models import Choice, Poll
from polls.quizzes.models import Quiz
from polls.surveys.models import Survey
from tests.builders.draws import a_draw
from tests.builders.forum import a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_spec, a_vote
from tests.builders.quizzes import a_quiz
from tests.builders.surveys import a_survey

pytestmark = pytest.mark.django_db
# What a copy has of its own: who made it, where it stands and that nothing has happened to it yet.
ITS_OWN = {
    "id",
    "author",
    "thread",
    "post",
    "board",
    "is_decision",
    "state",
    "made_at",
    "opens_at",
    "closes_at",
}
ITS_OWN |= {"closed_at", "reminded_at", "home_on", "correction_count", "recount_count", "answer_by", "draw"}
ITS_OWN |= {"first_answer_by", "answered_at", "reopened_at", "end_moved_at"}


def polls_in(thread: Thread) -> int:
    return Thread.objects.get(pk=thread.pk).poll_count


def lived(poll: Poll) -> Poll:
    """A poll with a value in every field that has none at first."""
    values: dict[str, Any] = {"draw": a_draw(poll)}
    for field in Poll._meta.concrete_fields:
        kind = field.get_internal_type()
        if kind == "DateTimeField":
            values[field.name] = clock.now() - timedelta(days=3)
        elif kind == "DateField":
            values[field.name] = clock.now().date()
        elif kind in ("PositiveSmallIntegerField", "PositiveIntegerField"):
            values[field.name] = 7
    Poll.objects.filter(pk=poll.pk).update(**values)
    return Poll.objects.get(pk=poll.pk)


def test_every_field_is_copied_or_begins_anew():
    assert ITS_OWN.isdisjoint(COPIED)
    assert {field.name for field in Poll._meta.concrete_fields} == ITS_OWN | set(COPIED)
    team = a_member(role="admin")
    poll = lived(a_poll("Yes", "No", author=team, is_decision=True, about="Why", results="staff"))
    Choice.objects.filter(poll=poll, number=2).update(added_at=clock.now())
    copy = actions.duplicate_poll(actor=team, poll_id=poll.pk)
    fresh = Poll(author=team, state="draft", is_decision=True)
    for name in COPIED:
        assert getattr(copy, name) == getattr(poll, name), name
    for name in ITS_OWN - {"id", "made_at", "opens_at"}:
        assert getattr(copy, name) == getattr(fresh, name), name
    assert copy.made_at == copy.opens_at > poll.opens_at
    assert [(one.number, one.text, one.added_at) for one in copy.choices.order_by("place")] == [
        (1, "Yes", None),
        (2, "No", None),
    ]


def test_rules_of_the_team_are_not_copied_by_whoever_left_it():
    author = a_member(role="admin")
    poll = a_poll(
        "Yes", "No", author=author, thread=a_thread(author=author), is_decision=True, results="staff"
    )
    author.role = "member"
    author.save()
    copy = actions.duplicate_poll(actor=author, poll_id=poll.pk)
    assert (copy.is_decision, copy.results, copy.thread_id) == (False, "voted", poll.thread_id)


def test_a_copy_stands_where_its_maker_may_add_a_poll_or_alone_or_not_at_all():
    author, moderator = a_member(), a_member(role="moderator")
    thread = a_thread(author=author)
    poll = a_poll(thread=thread)
    assert actions.duplicate_poll(actor=author, poll_id=poll.pk).post_id == poll.post_id
    lock_thread(actor=moderator, thread_id=thread.pk, reason="It has run hot")
    with pytest.raises(Refused) as refused:
        actions.duplicate_poll(actor=author, poll_id=poll.pk)
    assert refused.value.code == "not_author"
    assert actions.duplicate_poll(actor=moderator, poll_id=poll.pk).thread_id == thread.pk
    Thread.objects.filter(pk=thread.pk).update(poll_count=policy.MOST_POLLS_A_THREAD)
    alone = actions.duplicate_poll(actor=moderator, poll_id=poll.pk)
    assert (alone.thread_id, alone.post_id, alone.board_id) == (None, None, None)
    assert Poll.objects.filter(thread=thread).count() == 3


def test_a_thread_counts_what_is_published_and_takes_no_more(facts):
    thread = a_thread(author=a_member())
    poll = a_poll(thread=thread)
    copy = actions.duplicate_poll(actor=thread.author, poll_id=poll.pk)
    draft = a_poll(thread=thread, is_draft=True)
    gone = a_poll(thread=thread, is_draft=True)
    actions.remove_poll(actor=thread.author, poll_id=gone.pk)
    assert polls_in(thread) == len(facts.of("ThreadChanged")) == 1
    assert counters.rebuild_threads() == 0
    actions.edit_poll(actor=thread.author, poll_id=copy.pk, spec=a_spec())
    assert polls_in(thread) == len(facts.of("PollOpened")) == 2
    for _ in range(policy.MOST_POLLS_A_THREAD - 2):
        a_poll(thread=thread)
    with pytest.raises(Refused) as full:
        actions.edit_poll(actor=thread.author, poll_id=draft.pk, spec=a_spec())
    assert full.value.code == "full"
    assert polls_in(thread) == policy.MOST_POLLS_A_THREAD
    assert Poll.objects.get(pk=draft.pk).state == "draft"


def test_a_draft_is_published_where_its_maker_may_still_add_a_poll():
    thread = a_thread(author=a_member())
    draft = a_poll(thread=thread, is_draft=True)
    lock_thread(actor=a_member(role="moderator"), thread_id=thread.pk, reason="It has run hot")
    with pytest.raises(Refused):
        actions.edit_poll(actor=thread.author, poll_id=draft.pk, spec=a_spec())
    assert polls_in(thread) == 0


def reminded(facts: Any) -> int:
    actions.remind_of_ends()
    return len(facts.of("PollClosesSoon"))


@pytest.mark.parametrize("has_votes", [True, False])
def test_an_end_that_is_put_off_is_reminded_of_again(facts, frozen_clock, has_votes):
    day = timedelta(days=1)
    poll = a_poll("Left", "Right", closes_at=clock.now() + 3 * day)
    if has_votes:
        a_vote(poll, 1)
    frozen_clock.move(2 * day + timedelta(hours=1))
    assert [reminded(facts), reminded(facts)] == [1, 1]
    options = [actions.Option(one.text, number=one.number) for one in poll.choices.all()]

    def to(end):
        spec = a_spec(question=poll.question, options=options, closes_at=end)
        actions.edit_poll(actor=poll.author, poll_id=poll.pk, spec=spec)

    to(poll.closes_at)  # the same end
    assert reminded(facts) == 1
    to(poll.closes_at + 4 * day)
    assert reminded(facts) == 1
    frozen_clock.move(4 * day)
    assert reminded(facts) == 2


def test_a_poll_that_was_opened_again_reminds_of_its_next_end(facts, frozen_clock):
    day = timedelta(days=1)
    poll = a_poll(closes_at=clock.now() + 3 * day)
    a_vote(poll, 1)
    frozen_clock.move(2 * day + timedelta(hours=1))
    assert reminded(facts) == 1
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    actions.reopen_poll(actor=poll.author, poll_id=poll.pk)
    assert reminded(facts) == 2  # its end has not come yet, and stands


def _poll(author):
    poll = a_poll(author=author)
    return f"/polls/{poll.pk}/manage/duplicate/", lambda: Poll.objects.exclude(pk=poll.pk)


def _quiz(author):
    quiz = a_quiz(author=author)
    return f"/quizzes/{quiz.slug}/duplicate/", lambda: Quiz.objects.exclude(pk=quiz.pk)


def _survey(author):
    survey = a_survey(author=author)
    return f"/surveys/{survey.slug}/duplicate/", lambda: Survey.objects.exclude(pk=survey.pk)


@pytest.mark.parametrize("kind", [_poll, _quiz, _survey])
def test_the_same_press_twice_makes_one_copy_and_another_one_once_that_is_removed(kind):
    author = a_member(role="editor")
    client = signed_in(Client(), author)
    address, copies = kind(author)
    first = client.post(address, {"key": "one-press"})
    again = client.post(address, {"key": "one-press"})
    assert copies().count() == 1
    assert first["Location"] == again["Location"]
    copies().update(state="removed")
    after = client.post(address, {"key": "one-press"})
    assert client.get(after["Location"]).status_code == 200
    assert copies().exclude(state="removed").count() == 1
    assert client.post(address, {"key": "one-press"})["Location"] == after["Location"]
