"""Known answers at the same moment: nobody is counted twice, no thread has two edges, and no circle closes."""

from __future__ import annotations

from functools import partial

import pytest

from forum import access as forum
from moderation.solutions import actions
from moderation.solutions.actions import solving
from moderation.solutions.models import Link, Solution, Solved
from tests.builders.forum import a_thread
from tests.builders.members import a_member
from tests.builders.solutions import a_solution, linked
from tests.concurrency.together import at_once, done

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES, PEOPLE = 64, 8


def press(solution, person):
    return actions.say_solved(actor=person, solution_id=solution.pk)


def test_64_presses_of_eight_people_at_once_count_eight():
    solution, people = a_solution(), [a_member() for _ in range(PEOPLE)]
    results = at_once(*(partial(press, solution, people[n % PEOPLE]) for n in range(PRESSES)))
    assert results.count(True) == PEOPLE == Solved.objects.count()
    assert Solution.objects.get(pk=solution.pk).solved_count == PEOPLE
    undo = [partial(actions.unsay_solved, actor=one, solution_id=solution.pk) for one in people]
    assert at_once(*undo * 4).count(True) == PEOPLE
    assert Solution.objects.get(pk=solution.pk).solved_count == 0


def test_whoever_looks_before_counting_counts_wrong(monkeypatch):
    """The control: read, add, write back, as it would be without the database's own sum."""
    import threading

    solution, people = a_solution(), [a_member() for _ in range(PEOPLE)]
    together = threading.Barrier(PEOPLE)

    def look_then_write(row, member_id, by):
        seen = Solution.objects.get(pk=row.pk).solved_count
        together.wait(20)
        Solution.objects.filter(pk=row.pk).update(solved_count=seen + by)

    monkeypatch.setattr(solving, "_count", look_then_write)
    at_once(*(partial(press, solution, person) for person in people))
    assert Solution.objects.get(pk=solution.pk).solved_count == 1 < Solved.objects.count()


def test_two_who_link_crosswise_never_close_a_circle():
    mei = a_member(role="moderator")
    one, other = a_solution(by=mei), a_solution(by=mei)
    linked(one), linked(other)
    cross = [
        partial(actions.link_problem, actor=mei, thread_id=one.thread_id, solution_id=other.pk),
        partial(actions.link_problem, actor=mei, thread_id=other.thread_id, solution_id=one.pk),
    ]
    assert done(at_once(*cross * 4)) == []
    free, third = a_solution(by=mei), a_solution(by=mei)
    cross = [
        partial(actions.link_problem, actor=mei, thread_id=free.thread_id, solution_id=third.pk),
        partial(actions.link_problem, actor=mei, thread_id=third.thread_id, solution_id=free.pk),
    ]
    at_once(*cross)
    ends = {(row.thread_id, row.solution.thread_id) for row in Link.objects.select_related("solution")}
    assert not ends & {(there, here) for here, there in ends}
    assert len(ends) == 3, "one of the two is there"


def test_without_the_threads_held_a_circle_closes(monkeypatch):
    """The control: whoever looks before anybody has written finds no circle."""
    import threading

    from moderation.solutions.actions import linking

    mei = a_member(role="moderator")
    free, third = a_solution(by=mei), a_solution(by=mei)
    together, looked = threading.Barrier(2), linking._require_no_circle

    def look_together(thread, host):
        looked(thread, host)
        together.wait(20)

    monkeypatch.setattr(linking, "_require_no_circle", look_together)
    monkeypatch.setattr(linking, "take_back_all", lambda thread_id, actor: None)
    monkeypatch.setattr(linking.forum, "thread_for_change", forum.thread_for_reading)
    monkeypatch.setattr(linking.access, "held", lambda pk: Solution.objects.select_related("post").get(pk=pk))
    at_once(
        partial(actions.link_problem, actor=mei, thread_id=free.thread_id, solution_id=third.pk),
        partial(actions.link_problem, actor=mei, thread_id=third.thread_id, solution_id=free.pk),
    )
    assert Link.objects.count() == 2


def test_many_who_link_one_thread_at_once_draw_one_edge():
    mei = a_member(role="moderator")
    solutions = [a_solution(by=mei) for _ in range(PEOPLE)]
    thread = a_thread(author=a_member())
    acts = [
        partial(actions.link_problem, actor=mei, thread_id=thread.pk, solution_id=one.pk) for one in solutions
    ]
    assert len(done(at_once(*acts))) == 1 == Link.objects.filter(thread=thread, ended_at=None).count()
