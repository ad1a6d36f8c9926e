"""Votes at the same moment: one ballot a person, exact totals, and nothing after the close."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.test import Client

from community.core import chance
from community.core.access import Refused
from polls import actions, sealing
from polls.counters import recount
from polls.models import Ballot, BallotChoice, Participation, Poll, SealedBox, Tally
from polls.policy import Picks
from polls.quizzes import actions as quizzes
from polls.quizzes.counters import rebuild_runs
from polls.quizzes.models import Player, RunAnswer
from polls.voters import Voter
from tests.builders.members import a_member
from tests.builders.polls import a_poll, a_vote, counted
from tests.builders.quizzes import a_player, a_run, a_tap, led
from tests.concurrency.together import PEOPLE, at_once, done

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def cast(voter: Voter, poll: Poll, *numbers: int, key: str | None = None):
    return actions.cast_ballot(voter=voter, poll_id=poll.pk, picks=Picks(numbers), idempotency_key=key)


@pytest.mark.parametrize("changes", ["final", "withdraw"])
@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_one_person_who_votes_many_times_at_once_has_one_ballot(kind, changes):
    """Different choices, the same ones, and retries under the same key: half of them are repeats of the other half."""
    for turn in range(ROUNDS):
        poll = a_poll(kind=kind, most=2, changes=changes)
        voter = Voter.of(a_member())
        acts = []
        for n in range(PEOPLE):
            picks = (1 + n % 3,) if kind == "single" else (1 + n % 2, 3)
            acts += [partial(cast, voter, poll, *picks, key=f"{turn}-{n}")] * 2
        results = at_once(*acts)
        assert done(results), "one of them is counted"
        assert {result.code for result in results if isinstance(result, Refused)} <= {"voted"}
        assert Ballot.objects.filter(poll=poll).count() == 1
        assert counted(poll)[""] == 1
        assert recount(poll.pk).agrees


def test_without_the_constraint_one_person_would_have_many(monkeypatch):
    """The control: looking before inserting, without the database's word, takes as many as come."""
    poll, member = a_poll(), a_member()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE polls_ballot DROP CONSTRAINT ballot_once_a_member")
    together = threading.Barrier(PEOPLE)

    def look():
        with transaction.atomic():
            if not Ballot.objects.filter(poll=poll, member=member).exists():
                together.wait(10)
                Ballot.objects.create(poll=poll, member=member, group="member", cast_at=poll.opens_at)

    try:
        at_once(*[look] * PEOPLE)
        assert Ballot.objects.filter(poll=poll, member=member).count() == PEOPLE
    finally:
        Ballot.objects.filter(poll=poll).delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE polls_ballot ADD CONSTRAINT ballot_once_a_member UNIQUE (poll_id, member_id)"
            )


def test_many_vote_change_and_withdraw_and_the_totals_are_those_of_the_ballots():
    poll = a_poll(audience="everyone")
    voters = [Voter.of(a_member()) for _ in range(PEOPLE)] + [Voter(None, f"guest{n}") for n in range(PEOPLE)]

    def act(place: int, voter: Voter):
        for turn in range(4):
            cast(voter, poll, 1 + (place + turn) % 3)
        if place % 4 == 0:
            actions.withdraw_ballot(voter=voter, poll_id=poll.pk)

    at_once(*(partial(act, place, voter) for place, voter in enumerate(voters)))
    assert recount(poll.pk).agrees
    assert counted(poll)[""] == 2 * PEOPLE - 4
    steps = sum(Tally.objects.filter(poll=poll, key="~").values_list("count", flat=True))
    assert steps == 2 * PEOPLE * 4 + 4


def test_no_vote_is_counted_after_the_close_and_every_answered_one_is():
    for _ in range(ROUNDS):
        poll = a_poll(audience="everyone")
        voters = [Voter(None, f"{poll.pk}-{n}") for n in range(2 * PEOPLE)]
        closing = partial(actions.close_poll, actor=poll.author, poll_id=poll.pk)
        results = at_once(*(partial(cast, voter, poll, 1) for voter in voters), closing)
        closed_at = done(results)[-1].closed_at
        taken = list(done(results)[:-1])
        assert Ballot.objects.filter(poll=poll).count() == len(taken) == counted(poll)[""]
        assert not Ballot.objects.filter(poll=poll, cast_at__gt=closed_at).exists()
        assert {result.code for result in results if isinstance(result, Refused)} <= {"closed"}


def test_a_poll_takes_exactly_as_many_votes_as_it_wanted():
    poll = a_poll(audience="everyone", closes_after=PEOPLE)
    results = at_once(*(partial(cast, Voter(None, f"g{n}"), poll, 1) for n in range(2 * PEOPLE)))
    assert len(done(results)) == PEOPLE == counted(poll)[""]
    assert Poll.objects.get(pk=poll.pk).closed_at


def test_a_poll_removed_while_people_vote_is_absent_for_the_late_ones():
    poll = a_poll(audience="everyone", author=a_member(role="moderator"))
    removing = partial(actions.remove_poll, actor=poll.author, poll_id=poll.pk)
    results = at_once(*(partial(cast, Voter(None, f"r{n}"), poll, 1) for n in range(PEOPLE)), removing)
    assert Ballot.objects.filter(poll=poll).count() == len(done(results)) - 1
    assert recount(poll.pk).agrees


def test_a_guest_who_signs_in_while_the_member_votes_is_one_voice():
    for _ in range(ROUNDS):
        poll, member = a_poll(audience="everyone"), a_member()
        a_vote(poll, 1, guest="phone")
        at_once(
            partial(actions.take_over_ballots, member=member, guest_key="phone"),
            partial(cast, Voter.of(member), poll, 2),
            partial(actions.take_over_ballots, member=member, guest_key="phone"),
        )
        assert counted(poll)[""] == 1
        assert Ballot.objects.filter(poll=poll, member=member, state="counted").count() == 1
        assert recount(poll.pk).agrees


def test_sealed_votes_of_many_at_once_and_of_one_many_times():
    poll = a_poll(secrecy="sealed")
    people = [a_member() for _ in range(PEOPLE)]
    acts = [partial(cast, Voter.of(person), poll, 1 + n % 3) for n, person in enumerate(people)]
    at_once(*acts, *acts)
    assert Participation.objects.filter(poll=poll).count() == PEOPLE
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    Poll.objects.filter(pk=poll.pk).update(closed_at=poll.opens_at - timedelta(hours=1))
    at_once(*[partial(actions.count_sealed, poll_id=poll.pk)] * 3)
    assert counted(poll) == {"": PEOPLE, "1": 3, "2": 3, "3": 2}


def test_the_same_person_in_many_tabs_gets_an_answer_in_each():
    """Through the whole site: no failure, and whoever lost is told what is counted."""
    poll, member = a_poll(changes="final"), a_member()
    clients = [Client() for _ in range(PEOPLE)]
    for client in clients:
        client.force_login(member)

    def press(number: int, client: Client) -> int:
        return client.post(
            f"/polls/{poll.pk}/vote/", {"choice": 1 + number % 3}, headers={"hx-request": "true"}
        ).status_code

    codes = at_once(*(partial(press, number, client) for number, client in enumerate(clients)))
    assert set(codes) <= {200, 409}
    assert 200 in codes
    assert BallotChoice.objects.filter(ballot__poll=poll).count() == 1


def test_a_guest_without_a_cookie_who_presses_twice_at_once_has_one_ballot():
    """No script, no cookie: only the database can tell that these are one."""
    poll = a_poll(audience="everyone")
    told = {"origin": "http://testserver", "user-agent": "A browser", "accept-language": "en"}

    def press() -> int:
        return Client().post(f"/polls/{poll.pk}/vote/", {"choice": "1"}, headers=told).status_code

    assert at_once(*[press] * PEOPLE) == [302] * PEOPLE
    assert Ballot.objects.filter(poll=poll).count() == 1
    assert counted(poll)[""] == 1


def test_answers_at_the_moment_of_the_close_are_counted_or_refused_and_nothing_between():
    """Whoever is told that the answer is in has it in the points; nobody answers a closed question."""
    run = a_run(questions=1)
    players = [a_player(run, guest=f"guest-{n}") for n in range(PEOPLE - 1)]
    led(run, "next")
    results = at_once(*[partial(a_tap, player) for player in players], partial(led, run, "close"))
    told = [result for result in done(results) if isinstance(result, RunAnswer)]
    assert {result.code for result in results if isinstance(result, Refused)} <= {"closed"}
    assert RunAnswer.objects.filter(run=run, is_right=True).count() == len(told)
    assert Player.objects.filter(run=run, right_count=1).count() == len(told)
    assert rebuild_runs() == 0


def test_a_player_who_answers_many_times_at_once_has_one_answer():
    run = a_run(questions=1)
    player = a_player(run)
    led(run, "next")
    answers = at_once(*[partial(a_tap, player, right=bool(n % 2)) for n in range(PEOPLE)])
    assert len({answer.pk for answer in answers}) == 1
    assert RunAnswer.objects.count() == 1


def test_the_host_who_presses_many_times_at_once_takes_one_step():
    run = a_run(questions=3)
    press = partial(quizzes.move_run, actor=run.host, code=run.code, to="next", step=1)
    at_once(*[press] * PEOPLE)
    run.refresh_from_db()
    assert (run.sequence, run.asked) == (2, 1)


# What somebody learns who has everything but the secret ---------------------------------------------------------

ON_DISK = {
    "participation": "SELECT xmin::text, length(mark)::text FROM polls_participation WHERE poll_id = %s ORDER BY ctid",
    "box": "SELECT xmin::text, slot || ':' || length(content) FROM polls_sealedbox WHERE poll_id = %s ORDER BY ctid",
    "sums": (
        "SELECT xmin::text, key || '/' || shard || ':' || count FROM polls_tally WHERE poll_id = %s AND key IN ('', '~') "
        "ORDER BY key, shard"
    ),
}
BY_CHOICE = "SELECT xmin::text FROM polls_tally WHERE poll_id = %s AND key NOT IN ('', '~')"


def _picture(poll: Poll) -> list[tuple[str, int, str]]:
    """The whole database, less the random bytes and what was counted by choice: rows in their order on disk, and which
    of them one transaction wrote. What was counted by choice was written with no vote."""
    told: list[tuple[str, str, str]] = []
    with connection.cursor() as cursor:
        for table, statement in ON_DISK.items():
            cursor.execute(statement, [poll.pk])
            told += [(table, mark, words) for mark, words in cursor.fetchall()]
        cursor.execute(BY_CHOICE, [poll.pk])
        counted_by = {mark for (mark,) in cursor.fetchall()}
    assert not counted_by & {mark for table, mark, _words in told if table == "participation"}
    numbered = {mark: n for n, mark in enumerate(sorted({mark for _table, mark, _words in told}, key=int))}
    return [(table, numbered[mark], words) for table, mark, words in told]


def _election(order: list[int]) -> tuple[list[object], list[int], list[str]]:
    """The pictures after each vote, how many were counted together, and what waits in the boxes, when people vote like
    this one after the other."""
    with chance.seeded(11):
        poll = a_poll("Yes", "Perhaps", "No", secrecy="sealed", results="always")
        pictures, groups = [], []
        for number in order:
            a_vote(poll, number, by=a_member())
            groups.append(actions.count_sealed(poll_id=poll.pk))
            pictures.append(_picture(poll))
        boxes = SealedBox.objects.filter(poll=poll).order_by("slot")
        waiting = [
            key for box in boxes for key in sealing.opened(box.content, poll_id=poll.pk, slot=box.slot)
        ]
    return pictures, groups, waiting


def test_two_sealed_elections_that_differ_in_who_chose_what_look_the_same():
    """Whoever has a picture of the database after every vote, with its transaction marks and row order, has chance."""
    order = [1, 2, 3, 1, 1, 2, 1, 3, 2, 2, 1, 1, 3, 2, 1, 3]
    ours, groups, in_boxes = _election(order)
    theirs, same_groups, in_their_boxes = _election(order[::-1])
    assert ours == theirs
    assert groups == same_groups
    assert set(groups) == {0, 5}
    assert in_boxes != in_their_boxes, "the control: with the secret they are not the same"
