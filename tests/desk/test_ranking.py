"""Rows of the desk: kept by what happens on the boards, by the clock, and by a command that may be killed."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.core import clock
from community.core.tasks.testing import run_due
from community.members import actions as people
from forum import actions as forum
from forum.queries import history
from moderation.desk import actions, promises
from moderation.desk.handlers import rescore_stale, threads_of
from moderation.desk.knowing import known_now
from moderation.desk.models import BoardRhythm, DeskLog, DeskThread, Place, Rescore
from moderation.desk.past import told_until
from moderation.desk.scoring import Why
from moderation.promises import actions as promised
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.polls import a_poll
from tests.builders.promises import ALWAYS, a_calendar, a_promise

pytestmark = pytest.mark.django_db


def row_of(thread) -> DeskThread | None:
    return DeskThread.objects.filter(pk=thread.pk).first()


def whys(row: DeskThread) -> dict[Why, int]:
    return {reason.why: reason.points for reason in row.why}


def test_a_question_comes_to_the_desk_with_reasons_that_sum_to_its_score(frozen_clock):
    thread = a_thread(author=a_member())
    run_due()
    row = row_of(thread)
    assert row.score == sum(points for _why, points in row.reasons)
    assert {Why.UNANSWERED, Why.QUESTION, Why.NEWCOMER} <= set(whys(row))
    assert [abs(points) for _why, points in row.reasons] == sorted(
        (abs(points) for _why, points in row.reasons), reverse=True
    )
    assert (row.place, row.is_fresh, row.board_id, row.lane) == (Place.DUE, True, thread.board_id, "ask")


def test_a_reply_ranks_its_thread_anew_and_no_other(frozen_clock):
    thread, other = a_thread(author=a_member()), a_thread(author=a_member())
    run_due()
    frozen_clock.move(timedelta(minutes=2))
    a_reply(author=a_member(), thread=thread)
    run_due()
    assert Why.UNANSWERED not in whys(row_of(thread))
    assert row_of(thread).scored_at == clock.now()
    assert row_of(other).scored_at < clock.now()


def test_an_author_who_asks_again_is_seen(frozen_clock):
    author, helper = a_member(), a_member()
    thread = a_thread(author=author)
    a_reply(author=helper, thread=thread)
    a_reply(author=author, thread=thread, body="And with the heating on?")
    run_due()
    assert Why.FOLLOW_UP in whys(row_of(thread))
    a_reply(author=helper, thread=thread, body="A little less.")
    run_due()
    assert Why.FOLLOW_UP not in whys(row_of(thread))


@pytest.mark.parametrize("ending", ["accept", "lock", "hide", "undo", "close"])
def test_what_is_not_open_any_more_leaves_the_desk(ending, frozen_clock):
    author, moderator = a_member(), a_member(role="moderator")
    thread = a_thread(author=author)
    if ending == "accept":
        reply = a_reply(author=a_member(), thread=thread)
    run_due()
    assert row_of(thread)
    if ending == "accept":
        forum.accept_answer(actor=author, post_id=reply.pk)
    elif ending == "lock":
        forum.lock_thread(actor=moderator, thread_id=thread.pk, reason="Settled elsewhere")
    elif ending == "hide":
        forum.hide_thread(actor=moderator, thread_id=thread.pk, reason="Not here")
    elif ending == "undo":
        forum.undo_post(actor=author, post_id=thread.posts.get().pk)
    else:
        forum.edit_board(actor=None, board_id=thread.board_id, is_closed=True)
    run_due()
    assert row_of(thread) is None


def test_a_merged_thread_leaves_the_desk_and_a_moved_one_follows_its_board(frozen_clock):
    moderator, elsewhere = a_member(role="moderator"), a_board()
    first, second = a_thread(author=a_member()), a_thread(author=a_member())
    run_due()
    forum.move_thread(actor=moderator, thread_id=first.pk, board_id=elsewhere.pk, reason="Fits there")
    forum.merge_threads(actor=moderator, source_id=second.pk, target_id=first.pk, reason="The same")
    run_due()
    assert row_of(second) is None
    assert row_of(first).board_id == elsewhere.pk


def test_time_alone_ranks_a_thread_anew(frozen_clock):
    thread = a_thread(author=a_member())
    run_due()
    before = row_of(thread).score
    frozen_clock.move(timedelta(hours=20))
    rescore_stale.call()
    assert row_of(thread).score > before, "silence grows, and the promise of a day comes near its end"
    assert Why.DAY in whys(row_of(thread))
    assert not actions.stale(limit=10)


def test_what_nobody_talks_of_is_no_matter_of_hours(frozen_clock):
    question, chat = a_thread(author=a_member()), a_thread(author=a_member(), lane="chat")
    frozen_clock.move(timedelta(hours=73))
    actions.rescore(thread_ids=[question.pk, chat.pk])
    assert (row_of(question).is_fresh, row_of(chat).is_fresh) == (True, False)
    frozen_clock.move(timedelta(days=12))
    actions.rescore(thread_ids=[question.pk])
    assert not row_of(question).is_fresh


def test_a_poll_that_closed_counts_for_a_day(frozen_clock):
    thread = a_thread(author=a_member())
    poll = a_poll(thread=thread, author=thread.author)
    from polls import actions as polls

    polls.close_poll(actor=thread.author, poll_id=poll.pk)
    frozen_clock.move(timedelta(hours=1))
    actions.rescore(thread_ids=[thread.pk])
    assert Why.POLL_CLOSED in whys(row_of(thread))
    frozen_clock.move(timedelta(hours=24))
    actions.rescore(thread_ids=[thread.pk])
    assert Why.POLL_CLOSED not in whys(row_of(thread))


def test_who_reads_and_who_watches_takes_urgency_away(frozen_clock):
    thread, readers = a_thread(author=a_member()), [a_member() for _ in range(3)]
    actions.rescore(thread_ids=[thread.pk])
    alone = row_of(thread).score
    for reader in readers:
        forum.mark_read(member=reader, thread=thread, number=1)
        forum.set_watch(member=reader, thread_id=thread.pk, level="all")
    actions.rescore(thread_ids=[thread.pk])
    assert whys(row_of(thread))[Why.VIEWERS] == -9
    assert whys(row_of(thread))[Why.WATCHERS] == -3
    assert row_of(thread).score == alone - 12


def test_what_is_known_now_is_what_a_replay_would_have_known(frozen_clock):
    """One story, told by the boards as they are and by their history: the rankings are handed the same."""
    authors = [a_member() for _ in range(3)]
    staff, board, threads = a_member(role="moderator"), a_board(), []
    for turn in range(6):
        frozen_clock.move(timedelta(hours=3))
        threads.append(a_thread(author=authors[turn % 3], board=board, lane=("ask", "chat")[turn % 2]))
        if turn:
            frozen_clock.move(timedelta(hours=1))
            writer = (authors[(turn + 1) % 3], staff)[turn % 2]
            a_reply(author=writer, thread=threads[turn - 1])
            frozen_clock.move(timedelta(hours=1))
            a_reply(author=threads[turn - 1].author, thread=threads[turn - 1], body="Really?")
    run_due()
    now = clock.now()
    told = told_until(history.told(), now).open_at(now)
    live = known_now([thread.pk for thread in threads], now)

    def said(known):
        return (
            known.thread_id, known.board_id, known.lane, known.age, known.quiet, known.others, known.staff,
            known.asks, known.follow_up, min(known.author_posts, 1),
            round(known.rhythm, 9), round(known.pace, 9),
        )  # fmt: skip

    assert [said(known) for known in live] == [said(known) for known in told]
    assert len(live) == 6


def test_a_board_s_rhythm_is_what_its_posts_say(frozen_clock):
    board, author = a_board(), a_member()
    thread = a_thread(author=author, board=board)
    for hours in (5, 30, 200):
        frozen_clock.move(timedelta(hours=hours))
        a_reply(author=author, thread=thread)
    run_due()
    assert BoardRhythm.objects.get(pk=board.pk).total == 4
    assert actions.rebuild_rhythms() == 0
    BoardRhythm.objects.update(total=9, pace=3.0, by_hour=[1] * 168)
    assert actions.rebuild_rhythms() == 1
    assert actions.rebuild_rhythms() == 0


def test_the_whole_desk_is_ranked_by_a_command_that_goes_on_where_it_was_cut_off(
    frozen_clock, monkeypatch, capsys
):
    board = a_board()
    threads = [a_thread(author=a_member(), board=board) for _ in range(5)]
    closed = a_thread(author=a_member(), board=board)
    run_due()
    actions.rescore(thread_ids=[thread.pk for thread in threads])
    expected = dict(DeskThread.objects.exclude(pk=closed.pk).values_list("pk", "score"))
    DeskThread.objects.exclude(pk=closed.pk).delete()
    forum.lock_thread(actor=a_member(role="admin"), thread_id=closed.pk, reason="Enough")
    batch = actions.rescore_batch
    calls = iter(range(9))

    def killed(**given):
        if next(calls) == 2:
            raise KeyboardInterrupt
        return batch(**given)

    with monkeypatch.context() as patched:
        patched.setattr(actions, "rescore_batch", killed)
        with pytest.raises(KeyboardInterrupt):
            call_command("warmlist_rescore", batch=2)
    assert DeskThread.objects.count() == 5, "four are ranked, and what is closed still lies there"
    call_command("warmlist_rescore", batch=2)
    assert "Going on after thread" in capsys.readouterr().out
    assert dict(DeskThread.objects.values_list("pk", "score")) == expected
    assert set(expected) == {thread.pk for thread in threads}
    assert Rescore.objects.get().scored == 5
    call_command("warmlist_rescore")
    assert dict(DeskThread.objects.values_list("pk", "score")) == expected, "the same input, the same order"


@pytest.mark.parametrize(
    "sweep", [actions.let_go, people.erase_unproven], ids=["rows of the desk", "unproven accounts"]
)
def test_what_sweeps_a_large_table_compares_no_row_with_all_others(sweep, frozen_clock):
    with CaptureQueriesContext(connection) as told:
        sweep()
    looked = [query["sql"] for query in told if "EXISTS" in query["sql"]]
    assert len(looked) == 1 and "IN (SELECT" not in looked[0]


@pytest.mark.parametrize("many", [2, 12])
def test_a_batch_costs_the_same_however_many(many, django_assert_max_num_queries, frozen_clock):
    board = a_board()
    threads = [a_thread(author=a_member(), board=board) for _ in range(many)]
    ids = [thread.pk for thread in threads]
    with django_assert_max_num_queries(9):  # with the savepoints of bulk_create
        assert actions.rescore(thread_ids=ids) == many


def test_what_was_set_aside_until_somebody_writes_is_due_again(frozen_clock):
    thread = a_thread(author=a_member())
    run_due()
    DeskThread.objects.update(place=Place.SNOOZED, wakes_on_reply=True, version=4)
    a_reply(author=a_member(), thread=thread)
    run_due()
    assert (row_of(thread).place, row_of(thread).wakes_on_reply, row_of(thread).version) == (
        Place.DUE, False, 5,
    )  # fmt: skip
    DeskThread.objects.update(place=Place.SNOOZED, snoozed_until=clock.now() + timedelta(hours=2))
    actions.wake_due()
    assert row_of(thread).place == Place.SNOOZED
    frozen_clock.move(timedelta(hours=2))
    actions.wake_due()
    assert row_of(thread).place == Place.DUE


def test_staff_who_answered_are_done_here_for_a_day(frozen_clock):
    thread, moderator = a_thread(author=a_member()), a_member(role="moderator")
    run_due()
    DeskThread.objects.update(assignee=moderator, writer=moderator, note="Please", due_at=clock.now())
    a_reply(author=moderator, thread=thread)
    run_due()
    row = row_of(thread)
    assert (row.place, row.assignee_id, row.writer_id, row.note) == (Place.SNOOZED, None, None, "")
    assert row.snoozed_until == clock.now() + timedelta(hours=24)
    line = DeskLog.objects.get()
    assert (line.verb, line.actor_id, line.version) == ("answered", moderator.pk, row.version)
    a_reply(author=thread.author, thread=thread, body="Thank you. And in winter?")
    run_due()
    assert row_of(thread).place == Place.DUE, "the author came back"


def test_what_another_has_in_hand_stays_in_their_hands(frozen_clock):
    thread, moderator = a_thread(author=a_member()), a_member(role="moderator")
    run_due()
    DeskThread.objects.update(assignee=a_member(role="moderator"))
    a_reply(author=moderator, thread=thread)
    run_due()
    assert row_of(thread).place == Place.DUE and row_of(thread).assignee_id


def test_a_thread_s_own_people_count_when_they_are_key_members(frozen_clock):
    member = a_member(is_key_member=True)
    thread = a_thread(author=member)
    run_due()
    assert Why.KEY_MEMBER in whys(row_of(thread)) and row_of(thread).is_key
    people.set_role(actor=None, member=member, role="member")
    a_reply(author=a_member(), thread=thread)
    run_due()
    assert not row_of(thread).is_key, "somebody answered: nobody waits"


def test_a_promise_that_nears_its_end_is_seen(frozen_clock, monkeypatch):
    thread, other = a_thread(author=a_member()), a_thread(author=a_member())
    clocks = {thread.pk: SimpleNamespace(hours_left=1.5), other.pk: SimpleNamespace(hours_left=-2.0)}
    monkeypatch.setattr(promises, "clocks_of", lambda _ids: clocks)
    actions.rescore(thread_ids=[thread.pk, other.pk])
    assert whys(row_of(thread))[Why.PROMISE] == 68
    assert Why.PROMISE not in whys(row_of(other)), "what is broken cannot be kept any more"


def test_a_reply_that_is_called_no_answer_makes_the_question_owed_again(frozen_clock):
    board = a_board()
    a_promise(board, 60, calendar=a_calendar(ALWAYS))
    asked = a_thread(author=a_member(), board=board)
    reply = a_reply(author=a_member(role="moderator"), thread=asked)
    run_due()
    assert Why.UNANSWERED not in whys(row_of(asked))
    promised.call_no_answer(actor=asked.author, post_id=reply.pk)
    run_due()
    assert whys(row_of(asked))[Why.UNANSWERED] == 4 and whys(row_of(asked))[Why.PROMISE] > 70


def test_every_fact_names_its_threads():
    from forum.facts import PostsImported, ThreadsMerged

    now = clock.now()
    assert threads_of(ThreadsMerged(3, 2, 1, (), now)) == [2, 3]
    assert threads_of(PostsImported((5, 4), now)) == [4, 5]
