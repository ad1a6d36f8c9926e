"""Taking back step by step, past what somebody went on from, and never another act than the one that is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community.core import clock
from community.core.access import Refused
from community.core.tasks.testing import run_due
from forum import actions as forum
from forum.models import Board, Post
from moderation.desk import actions
from moderation.desk.last import last_of
from moderation.desk.models import DeskLog, DeskThread, Place
from moderation.raises import actions as raises
from moderation.raises.models import Raise
from polls.models import Ballot, Poll
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.polls import a_poll, a_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(frozen_clock):
    made = [a_thread(author=a_member(), title=title) for title in ("The first", "The second")]
    run_due()
    return made


def place_of(thread) -> str:
    return DeskThread.objects.get(pk=thread.pk).place


def answered(actor, thread, body="About two thirds.") -> Post:
    post = a_reply(author=actor, thread=thread, body=body)
    actions.note_answer(actor=actor, thread_id=thread.pk, post_id=post.pk)
    return post


def test_acts_on_one_thread_are_taken_back_one_after_another(two, mei, desk):
    thread = two[0]
    actions.set_lane(actor=mei, thread_id=thread.pk, version=0, lane="chat", reason="No question")
    until = clock.now() + timedelta(days=3)
    actions.feature(actor=mei, thread_id=thread.pk, version=1, until=until, reason="Read this")
    actions.take(actor=mei, thread_id=thread.pk, version=2)
    for _ in range(3):
        desk.post("/desk/undo/", {"line": last_of(mei).line.pk})
    thread.refresh_from_db()
    assert (thread.lane, thread.is_pinned) == ("ask", False)
    assert DeskThread.objects.get(pk=thread.pk).assignee_id is None
    assert last_of(mei).line is last_of(mei).stays is None
    with pytest.raises(Refused) as nothing:
        actions.undo(actor=mei)
    assert nothing.value.code == "nothing"


@pytest.mark.parametrize("line", ["abc", "-1", "999999999", "9" * 30])
def test_what_names_no_act_takes_none_back(two, mei, desk, line):
    actions.take(actor=mei, thread_id=two[0].pk, version=0)
    assert desk.post("/desk/undo/", {"line": line}).status_code == 302
    assert DeskThread.objects.get(pk=two[0].pk).assignee_id == mei.pk


def test_what_another_did_and_took_back_is_in_nobodys_way(two, mei, li):
    actions.take(actor=mei, thread_id=two[0].pk, version=0)
    actions.settle(actor=li, thread_id=two[0].pk, version=1, reason="Said")
    actions.undo(actor=li)
    actions.undo(actor=mei)
    assert DeskThread.objects.get(pk=two[0].pk).assignee_id is None


def test_one_act_that_somebody_went_on_from_leaves_the_earlier_ones_within_reach(two, mei, li, desk):
    first, second = two
    actions.snooze(actor=mei, thread_id=first.pk, version=0, until=None)
    actions.settle(actor=mei, thread_id=second.pk, version=0, reason="Said")
    answered(li, second)
    words = desk.get("/desk/").content.decode()
    assert "Last you found that it needs nothing: “The second”" in words
    assert "Li went on from there, so it stays." in words
    assert "Before that you set aside: “The first”" in words and "data-desk-ask" in words
    desk.post("/desk/undo/", {"line": last_of(mei).line.pk})
    assert (place_of(first), place_of(second)) == (Place.DUE, Place.SETTLED)
    assert last_of(mei).line is None
    assert 'data-desk-key="u"' not in desk.get("/desk/").content.decode()


def test_a_members_word_is_no_act_of_somebody_who_was_quicker(two, mei, desk):
    actions.settle(actor=mei, thread_id=two[0].pk, version=0, reason="Said")
    a_reply(author=two[0].author, thread=two[0], body="One thing more?")
    run_due()
    with pytest.raises(Refused, match="A member wrote there meanwhile") as refused:
        actions.undo(actor=mei)
    assert refused.value.code == "taken"
    assert "It went on from there, so it stays." in desk.get("/desk/").content.decode()


def test_nobody_was_quicker_than_themselves(two, mei):
    actions.take(actor=mei, thread_id=two[0].pk, version=0)
    with pytest.raises(Refused, match="You did something else with it since: took"):
        actions.take(actor=mei, thread_id=two[0].pk, version=0)


def test_what_lies_on_a_board_that_is_no_longer_ones_own_is_passed_over(two, mei):
    actions.take(actor=mei, thread_id=two[0].pk, version=0)
    actions.take(actor=mei, thread_id=two[1].pk, version=0)
    secret = a_board(rights={"read": ["admin"], "moderate": ["admin"]})
    forum.move_thread(actor=a_member(role="admin"), thread_id=two[1].pk, board_id=secret.pk)
    assert actions.undo(actor=mei).pk == two[0].pk


def test_a_reply_is_taken_back_itself_while_it_can_be(two, mei, frozen_clock):
    first, second = two
    actions.snooze(actor=mei, thread_id=first.pk, version=0, until=None)
    post = answered(mei, second)
    assert last_of(mei).line.verb == "answered" and last_of(mei).stays is None
    actions.undo(actor=mei)
    run_due()
    assert not Post.objects.filter(pk=post.pk).exists()
    assert (place_of(first), place_of(second)) == (Place.SNOOZED, Place.DUE)
    assert actions.undo(actor=mei).pk == first.pk


def test_after_it_stands_the_page_names_what_would_be_taken_back_instead(two, mei, desk, frozen_clock):
    first, second = two
    actions.snooze(actor=mei, thread_id=first.pk, version=0, until=None)
    named = last_of(mei).line.pk
    answered(mei, second)
    line = DeskLog.objects.get(verb="answered").pk
    frozen_clock.move(timedelta(seconds=30))
    late = desk.post("/desk/undo/", {"line": line}, follow=True).content.decode()
    assert "A reply is taken back within seconds or not at all." in late
    assert "Before that you set aside: “The first”" in late and f'value="{named}"' in late
    assert place_of(first) == Place.SNOOZED, "nothing else was taken back instead"
    desk.post("/desk/undo/", {"line": named})
    assert (place_of(first), place_of(second)) == (Place.DUE, Place.SNOOZED)


def test_nobody_takes_back_what_another_did(two, mei, li, desk):
    actions.take(actor=li, thread_id=two[0].pk, version=0)
    said = desk.post("/desk/undo/", {"line": DeskLog.objects.get().pk}, follow=True).content.decode()
    assert "There is nothing of yours to take back." in said
    assert DeskThread.objects.get(pk=two[0].pk).assignee == li
    for forged in ("abc", "9" * 30, "-1"):
        said = desk.post("/desk/undo/", {"line": forged}, follow=True).content.decode()
        assert "There is nothing of yours to take back." in said and "not on your desk" not in said


def test_a_reply_taken_back_in_the_forum_is_no_answer_at_the_desk(two, mei, li, frozen_clock):
    first, second = two
    Board.objects.update(thread_count=20)
    actions.take(actor=mei, thread_id=first.pk, version=0)
    posts = [answered(mei, thread) for thread in two]
    run_due()
    actions.take(actor=li, thread_id=second.pk, version=1)
    for post in posts:
        forum.undo_post(actor=mei, post_id=post.pk)
    run_due()
    run_due()
    row = DeskThread.objects.get(pk=first.pk)
    assert (row.place, row.snoozed_until, row.wakes_on_reply) == (Place.DUE, None, False)
    assert row.assignee == mei, "as it lay before"
    assert not DeskLog.objects.filter(verb=DeskLog.Verb.ANSWERED, undone_at=None).exists()
    assert DeskThread.objects.get(pk=second.pk).assignee == li, "somebody went on from there"
    assert DeskLog.objects.filter(verb=DeskLog.Verb.UNDID).count() == 1
    actions.take(actor=li, thread_id=first.pk, version=row.version)


def test_nor_is_one_that_is_out_of_sight(two, mei):
    post = answered(mei, two[0])
    run_due()
    assert place_of(two[0]) == Place.SNOOZED
    forum.remove_post(actor=mei, post_id=post.pk, reason="Wrong thread")
    run_due()
    assert place_of(two[0]) == Place.DUE


def test_taken_back_at_the_desk_it_is_taken_back_once(two, mei):
    answered(mei, two[0])
    actions.undo(actor=mei)
    run_due()
    row = DeskThread.objects.get(pk=two[0].pk)
    assert (row.place, row.version) == (Place.DUE, 2)
    assert DeskLog.objects.filter(verb=DeskLog.Verb.UNDID).count() == 1


def test_a_poll_attached_at_the_desk_is_a_line_of_its_log_and_goes_while_nobody_answered(two, mei, desk):
    thread = two[0]
    back = f"/desk/threads/{thread.pk}/"
    act = desk.get(back).content.decode().partition('data-desk-key="p"')[0].rpartition('href="')[2]
    assert f"next={back}" in act
    sent = {
        "question": "Which one?",
        "kind": "single",
        "audience": "members",
        "results": "voted",
        "changes": "final",
    }
    sent |= {"secrecy": "private", "least": 1, "most": 1, "choice-0-text": "Left", "choice-1-text": "Right"}
    answer = desk.post(f"/polls/new/?thread={thread.pk}&next={back}", sent)
    assert (answer.status_code, answer.url) == (302, back)
    run_due()
    run_due()
    poll = Poll.objects.get(thread=thread)
    assert f"{mei.name} attached a poll" in desk.get(back).content.decode()
    line = last_of(mei).line
    assert (line.verb, line.data) == ("polled", {"poll": poll.pk})
    a_vote(poll, 1)
    with pytest.raises(Refused) as voted:
        actions.undo(actor=mei)
    assert voted.value.code == "voted"
    Ballot.objects.all().delete()
    actions.undo(actor=mei)
    poll.refresh_from_db()
    assert poll.state == "removed" and last_of(mei).line is None


def test_a_raise_is_a_line_of_the_log_and_is_what_is_taken_back_next(two, mei, desk):
    first, second = two
    Board.objects.update(thread_count=20)
    actions.take(actor=mei, thread_id=first.pk, version=0)
    raised = raises.raise_thread(
        actor=mei, thread_id=second.pk, reason="Nobody knows it yet", hours=24, by_lot=False
    )
    page = desk.get(f"/desk/threads/{second.pk}/").content.decode()
    assert f"{mei.name} raised this" in page and page.count("Nobody knows it yet") > 2, "log, row and thread"
    actions.undo(actor=mei)
    raised.refresh_from_db()
    assert raised.ended_why == Raise.End.WITHDRAWN
    assert DeskThread.objects.get(pk=first.pk).assignee_id == mei.pk, "the other thread is as it was"
    assert last_of(mei).line.thread_id == first.pk


def test_a_raise_taken_back_in_its_own_place_is_taken_back_at_the_desk(two, mei):
    Board.objects.update(thread_count=20)
    given = {"thread_id": two[0].pk, "reason": "Nobody knows it yet", "hours": 24, "by_lot": False}
    raised = raises.raise_thread(actor=mei, **given)
    raises.withdraw_raise(actor=mei, raise_id=raised.pk)
    assert last_of(mei).line is None
    Raise.objects.all().delete()
    other = raises.raise_thread(actor=mei, **given)
    Raise.objects.filter(pk=other.pk).update(ended_at=clock.now(), ended_why=Raise.End.TIME)
    with pytest.raises(Refused) as ended:
        actions.undo(actor=mei)
    assert ended.value.code == "taken"


def test_what_chance_left_out_is_in_the_log_and_is_nothing_to_take_back(two, mei, desk, monkeypatch):
    Board.objects.update(thread_count=20)
    monkeypatch.setattr("community.core.chance.below", lambda _most: 0)
    raises.raise_thread(actor=mei, thread_id=two[0].pk, reason="Nobody knows it yet", hours=24)
    last = last_of(mei)
    assert last.line is None and last.stays.data["left_out"]
    assert "chance left it out" in desk.get(f"/desk/threads/{two[0].pk}/").content.decode()
    with pytest.raises(Refused):
        actions.undo(actor=mei)


def test_a_poll_of_whoever_opened_the_thread_is_no_work_of_the_desk(two, mei):
    a_poll("Yes", "No", author=two[0].author, thread=two[0])
    run_due()
    assert not DeskLog.objects.exists()
