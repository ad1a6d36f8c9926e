"""One edge a thread, never in a circle, whatever becomes of the threads; and who may draw it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404

from community.core import counters
from community.core.access import Invalid, Refused
from forum import actions as forum
from forum import rights
from forum.models import ThreadLog
from moderation.solutions import actions, policy, queries
from moderation.solutions.models import Link, Solution
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.solutions import a_solution, linked

pytestmark = pytest.mark.django_db


def refused(act, code):
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code, refusal.value.reason


def tie(actor, thread, solution, **told):
    return actions.link_problem(actor=actor, thread_id=thread.pk, solution_id=solution.pk, **told)


def assert_marked():
    wrong = {one.name: one.corrected for one in counters.rebuild(["solutions.marks", "solutions.solved"])}
    assert wrong == {"solutions.marks": 0, "solutions.solved": 0}


def test_a_thread_is_linked_once_with_who_when_and_why_in_its_log(solution, mei):
    thread = linked(solution, by=mei, reason="The same beep after the same update")
    row = Link.objects.get()
    assert (row.thread_id, row.solution_id, row.by, row.ended_at) == (thread.pk, solution.pk, mei, None)
    line = ThreadLog.objects.get(thread=thread)
    assert (line.kind, line.actor, line.reason) == ("linked", mei, "The same beep after the same update")
    assert tie(mei, thread, solution).pk == row.pk, "again it changes nothing"
    refused(lambda: tie(mei, thread, a_solution()), "linked")
    assert_marked()


def test_it_can_be_undone_and_done_otherwise(solution, mei):
    thread = linked(solution, by=mei)
    assert actions.unlink_problem(actor=mei, thread_id=thread.pk)
    assert not actions.unlink_problem(actor=mei, thread_id=thread.pk), "again there is nothing"
    thread.refresh_from_db()
    assert not thread.has_known
    other = a_solution()
    tie(mei, thread, other)
    assert [row.solution_id for row in Link.objects.order_by("pk")] == [solution.pk, other.pk]
    kinds = list(ThreadLog.objects.filter(thread=thread).values_list("kind", flat=True))
    assert kinds == ["linked", "unlinked", "linked"]
    assert_marked()


def test_no_circle_short_or_long(solution, mei):
    """A → A, A → B → A and A → B → C are refused; a thread that nobody points at may point elsewhere."""
    host = solution.thread
    with pytest.raises(Invalid):
        tie(mei, host, solution)
    thread = linked(solution)
    post = a_reply(author=a_member(), thread=thread)
    refused(lambda: actions.make_known(actor=mei, post_id=post.pk), "linked")
    other = a_solution()
    refused(lambda: tie(mei, host, other), "serves")
    tie(mei, other.thread, solution)
    assert Solution.objects.get(pk=other.pk).withdrawn_at is not None
    with pytest.raises(Http404):
        tie(mei, a_thread(author=a_member()), other)
    assert actions.unlink_problem(actor=mei, thread_id=other.thread_id)
    actions.make_known(actor=mei, post_id=other.post_id)
    tie(mei, a_thread(author=a_member()), other)
    refused(lambda: tie(mei, other.thread, solution), "serves")
    assert_marked()


def test_an_answer_whose_thread_is_linked_on_takes_no_links(solution, mei):
    """Only a merge can bring it about."""
    thread, other = linked(solution), a_solution()
    forum.merge_threads(actor=mei, source_id=other.thread_id, target_id=thread.pk, reason="Same")
    refused(lambda: tie(mei, a_thread(author=a_member()), other), "chain")


def test_helpers_may_on_boards_where_they_helped_and_so_often_a_day(frozen_clock, mei):
    board = a_board()
    helper, asker = a_member(), a_member()
    question = a_thread(author=asker, board=board)
    post = a_reply(author=helper, thread=question)
    thread = a_thread(author=a_member(), board=board)
    refused(lambda: actions.make_known(actor=helper, post_id=post.pk), "not_helper")
    forum.accept_answer(actor=asker, post_id=post.pk)
    helper.refresh_from_db()
    solution = actions.make_known(actor=helper, post_id=post.pk)
    tie(helper, thread, solution)
    elsewhere = a_thread(author=a_member())
    refused(lambda: tie(helper, elsewhere, solution), "not_helper")
    for _ in range(policy.HELPERS_A_DAY - 2):
        tie(helper, a_thread(author=a_member(), board=board), solution)
    one_more = a_thread(author=a_member(), board=board)
    refused(lambda: tie(helper, one_more, solution), "rate")
    tie(mei, one_more, solution)
    frozen_clock.move(timedelta(days=1, minutes=1))
    tie(helper, a_thread(author=a_member(), board=board), solution)
    suspended = a_member(role="moderator", standing="muted")
    refused(lambda: tie(suspended, elsewhere, solution), "muted")


def test_who_may_take_a_link_away(solution, mei):
    thread = linked(solution, by=mei)
    refused(lambda: actions.unlink_problem(actor=a_member(), thread_id=thread.pk), "not_yours")
    assert actions.unlink_problem(actor=thread.author, thread_id=thread.pk), "who asked knows best"


def test_a_merge_keeps_every_count_and_ends_only_what_would_be_a_circle(solution, mei):
    one, two, free = (
        linked(solution),
        linked(solution),
        a_thread(author=a_member(), board=solution.thread.board),
    )
    for person in (one.author, two.author):
        actions.say_solved(actor=person, solution_id=solution.pk)

    def told():
        (known,) = queries.of_thread(mei, solution.thread_id)
        return known.threads, known.solution.solved_count

    assert told() == (2, 2)
    forum.merge_threads(actor=mei, source_id=one.pk, target_id=free.pk, reason="Same")
    assert told() == (2, 2) and queries.link_of(free.pk).origin_id == one.pk, "it goes where the posts went"
    forum.merge_threads(actor=mei, source_id=two.pk, target_id=free.pk, reason="Same")
    assert told() == (2, 2), "both askers are still counted, one by one"
    elsewhere = a_thread(author=a_member())
    forum.merge_threads(actor=mei, source_id=solution.thread_id, target_id=elsewhere.pk, reason="Same")
    solution.refresh_from_db()
    assert solution.thread_id == elsewhere.pk and told() == (2, 2)
    forum.merge_threads(actor=mei, source_id=free.pk, target_id=elsewhere.pk, reason="Same")
    assert told() == (0, 2) and queries.link_of(elsewhere.pk) is None, "no thread leads to itself"
    assert_marked()


def test_a_merge_never_leaves_two_answers_or_a_chain(solution, mei):
    other = a_solution()
    to_one, to_other = linked(solution), linked(other)
    forum.merge_threads(actor=mei, source_id=to_one.pk, target_id=to_other.pk, reason="Same")
    (row,) = Link.objects.filter(ended_at=None)
    assert (row.thread_id, row.solution_id) == (to_other.pk, other.pk), "the thread's own link stays"
    third = a_solution()
    linked(third)
    forum.merge_threads(actor=mei, source_id=third.thread_id, target_id=to_other.pk, reason="Same")
    assert queries.link_of(to_other.pk) is None, "its answer serves others now"
    assert_marked()


def test_a_split_takes_the_answer_along(solution, mei):
    thread = linked(solution)
    new = forum.split_thread(
        actor=mei,
        thread_id=solution.thread_id,
        post_ids=[solution.post_id],
        title="Another matter",
        reason="Apart",
    )
    solution.refresh_from_db()
    assert solution.thread_id == new.pk
    (known,) = queries.of_thread(thread.author, thread.pk)
    assert known.thread == new
    assert_marked()


def test_hidden_it_is_out_of_sight_and_comes_back_gone_for_good_it_is_taken_back(solution, mei):
    thread = linked(solution)
    forum.hide_post(actor=mei, post_id=solution.post_id, reason="Wait")
    assert queries.of_thread(thread.author, thread.pk) == []
    forum.restore_post(actor=mei, post_id=solution.post_id)
    assert len(queries.of_thread(thread.author, thread.pk)) == 1
    forum.purge_post(actor=mei, post_id=solution.post_id, reason="Dangerous")
    solution.refresh_from_db()
    assert solution.withdrawn_at is not None and queries.of_thread(thread.author, thread.pk) == []
    tie(mei, thread, a_solution())
    assert_marked()


def test_what_is_taken_back_may_come_back_with_its_links(solution, mei):
    thread = linked(solution)
    actions.take_back(actor=mei, solution_id=solution.pk, reason="Wrong for winter")
    assert queries.of_thread(mei, thread.pk) == []
    again = actions.make_known(actor=mei, post_id=solution.post_id)
    assert again.pk == solution.pk and len(queries.of_thread(mei, thread.pk)) == 1


def test_a_private_answer_is_neither_shown_nor_counted_for_others(mei):
    """A canary in a closed board: no page, count or suggestion tells of it."""
    closed = a_board(rights=rights.CIRCLE)
    insider = a_member()
    forum.enrol(actor=None, board_id=closed.pk, member=insider, kind="club_member")
    canary = a_solution(
        thread=a_thread(author=insider, board=closed), author=insider, by=mei, body="Canary wren"
    )
    thread = linked(canary, thread=a_thread(author=a_member()), by=mei)
    stranger = a_member()
    assert queries.of_thread(stranger, thread.pk) == [] and len(queries.of_thread(insider, thread.pk)) == 1
    known, others = queries.nearest(stranger, [thread])
    assert (known, others) == ([], [thread])
    with pytest.raises(Http404):
        actions.say_solved(actor=stranger, solution_id=canary.pk)
    actions.say_solved(actor=enrolled(closed), solution_id=canary.pk)
    assert queries.helped_by(stranger, insider) == 0 and queries.helped_by(insider, insider) == 1
    public = a_solution(by=mei)
    linked(public, thread=a_thread(author=insider, board=closed), by=mei)
    (seen,), (told,) = (
        queries.of_thread(stranger, public.thread_id),
        queries.of_thread(insider, public.thread_id),
    )
    assert (seen.threads, told.threads) == (0, 1)


def enrolled(board):
    member = a_member()
    forum.enrol(actor=None, board_id=board.pk, member=member, kind="club_member")
    return member


def test_staff_and_authors_are_not_counted_and_everybody_once(solution, mei):
    refused(lambda: actions.say_solved(actor=mei, solution_id=solution.pk), "staff")
    refused(lambda: actions.say_solved(actor=solution.post.author, solution_id=solution.pk), "own_post")
    person = a_member()
    assert [actions.say_solved(actor=person, solution_id=solution.pk) for _ in range(2)] == [True, False]
    assert queries.helped_by(person, solution.post.author) == 1
    second = a_solution(author=solution.post.author)
    actions.say_solved(actor=person, solution_id=second.pk)
    assert queries.helped_by(person, solution.post.author) == 1, "a person, not a press"
    assert [actions.unsay_solved(actor=person, solution_id=solution.pk) for _ in range(2)] == [True, False]
    solution.refresh_from_db()
    assert solution.solved_count == 0
    assert_marked()


def test_whoever_leaves_is_counted_no_longer(solution):
    person = a_member()
    actions.say_solved(actor=person, solution_id=solution.pk)
    assert actions.forget_solved(member_id=person.pk) == 1 and actions.forget_solved(member_id=person.pk) == 0
    solution.refresh_from_db()
    assert solution.solved_count == 0
