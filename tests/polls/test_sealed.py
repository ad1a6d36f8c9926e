"""Sealed polls: who took part and what was chosen are never beside each other, whoever looks."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from activity.live import tallies
from community.core.access import Refused
from community.core.models import IdempotencyKey
from polls import actions, sealing
from polls.counters import recount, waiting
from polls.models import Ballot, BallotChoice, Participation, Poll, SealedBox
from polls.queries import shown
from polls.voters import Voter
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote, counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def poll(frozen_clock) -> Poll:
    return a_poll("Yes", "Perhaps", "No", secrecy="sealed", results="always")


def test_a_vote_leaves_no_ballot_no_key_and_no_word_in_facts(poll, facts):
    voter = a_member()
    assert a_vote(poll, 3, by=voter, idempotency_key="pressed").outcome == "cast"
    assert a_vote(poll, 1, by=voter).outcome == "repeated"
    assert not Ballot.objects.exists()
    assert not BallotChoice.objects.exists()
    assert not IdempotencyKey.objects.filter(verb="cast_ballot").exists()
    fact = facts.only("BallotCast")
    assert (fact.member_id, fact.ballot_id) == (None, None)
    assert counted(poll) == {"": 1}
    assert waiting(poll) == 1


def test_rows_do_not_tell_who_when_or_what(poll):
    """What a copy of the database holds of a vote: a digest, and a box of always the same size."""
    people = [a_member() for _ in range(3)]
    sizes = set()
    for n, person in enumerate(people):
        a_vote(poll, 1 + n, by=person)
        sizes |= {len(bytes(box.content)) for box in SealedBox.objects.filter(poll=poll)}
    assert len(sizes) == 1
    names = {field.name for field in Participation._meta.get_fields()}
    assert names == {"mark", "poll"}
    for row in Participation.objects.filter(poll=poll):
        assert not any(str(person.pk) == row.mark for person in people)
    poll_boxes = SealedBox.objects.filter(poll=poll)
    held = 0
    for box in poll_boxes:
        keys = sealing.opened(box.content, poll_id=poll.pk, slot=box.slot)
        words = json.dumps(keys, separators=(",", ":")).encode()
        held += len(keys)
        assert not any(words[at : at + 5] in bytes(box.content) for at in range(len(words) - 4))
    assert held == 3


def test_the_box_of_another_poll_or_another_site_does_not_open(poll, settings):
    box = SealedBox.objects.filter(poll=poll).first()
    with pytest.raises(ValueError, match="cannot be opened"):
        sealing.opened(box.content, poll_id=poll.pk + 1, slot=box.slot)
    settings.SECRET_KEY = "another secret, and a long one at that"
    with pytest.raises(ValueError, match="cannot be opened"):
        sealing.opened(box.content, poll_id=poll.pk, slot=box.slot)


def test_a_new_secret_lets_nobody_vote_twice_and_loses_no_vote(poll, settings):
    voter = a_member()
    a_vote(poll, 1, by=voter)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret, and a long one at that"
    assert a_vote(poll, 2, by=voter).outcome == "repeated"
    assert waiting(poll) == 1
    assert shown.one(Voter.of(voter), poll.pk).took_part


def test_votes_are_counted_in_groups_and_a_group_always_stays(poll):
    for n in range(9):
        a_vote(poll, 1 + n % 3)
    assert actions.count_sealed(poll_id=poll.pk) == 0
    a_vote(poll, 1)
    assert actions.count_sealed(poll_id=poll.pk) == 5
    assert waiting(poll) == 5
    assert sum(n for key, n in counted(poll).items() if key) == 5
    for _ in range(4):
        a_vote(poll, 2)
    assert actions.count_sealed(poll_id=poll.pk) == 0
    a_vote(poll, 2)
    assert actions.count_sealed(poll_id=poll.pk) == 5


def test_the_last_group_is_counted_when_the_poll_has_closed_and_settled(poll, frozen_clock):
    for n in range(3):
        a_vote(poll, 1 + n % 2)
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    assert actions.count_sealed(poll_id=poll.pk) == 0
    page = Client().get(poll.get_absolute_url()).content.decode()
    notice = "The last votes are being counted: 3 are not in the result yet."
    assert "Final count" not in page
    assert page.index(notice) < page.index('<ol class="roads'), "above the bars, for everybody to see"
    frozen_clock.move(timedelta(minutes=30))
    assert notice in Client().get(poll.get_absolute_url()).content.decode(), "as long as it is so"
    assert actions.count_sealed(poll_id=poll.pk) == 3
    page = Client().get(poll.get_absolute_url()).content.decode()
    assert "Final count" in page and "being counted" not in page, "and no longer"
    assert actions.count_sealed(poll_id=poll.pk) == 0
    assert counted(poll) == {"": 3, "1": 2, "2": 1}
    assert recount(poll.pk).agrees


@pytest.mark.parametrize("fields", [{}, {"kind": "multiple", "most": 2}, {"kind": "ranked"}])
def test_shares_are_of_the_votes_that_were_counted(fields, frozen_clock):
    poll = a_poll("Yes", "Perhaps", "No", secrecy="sealed", results="always", **fields)
    numbers = (1, 2) if fields else (1,)
    for _ in range(11):
        a_vote(poll, *numbers)
    actions.count_sealed(poll_id=poll.pk)
    seen = shown.one(Voter(), poll.pk)
    assert (seen.counted, seen.uncounted, seen.is_being_counted) == (11, 5, False)
    if not poll.is_ranked:
        assert seen.bars[0].percent == 100
    assert "5 votes lie in the box." in Client().get(poll.get_absolute_url()).content.decode()
    assert json.loads(tallies.news(poll.pk, 0)[0])["left"] == 5
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    frozen_clock.move(timedelta(minutes=1))
    actions.count_sealed(poll_id=poll.pk)
    assert shown.one(Voter(), poll.pk).uncounted == 0
    assert recount(poll.pk).agrees


def test_what_a_watcher_of_the_counts_learns_is_a_group(poll):
    """Whoever looks at every total after every vote never sees one vote come alone."""
    seen, steps = {}, []
    for n in range(37):
        a_vote(poll, 1 + n % 3)
        actions.count_sealed(poll_id=poll.pk)
        now = {key: n for key, n in counted(poll).items() if key}
        steps.append(sum(now.values()) - sum(seen.values()))
        seen = now
    assert {step for step in steps if step} == {5}


def test_a_sealed_vote_is_not_changed_withdrawn_or_cast_by_guests_and_the_house(poll):
    voter = a_member()
    a_vote(poll, 1, by=voter)
    for act in (
        lambda: actions.withdraw_ballot(voter=Voter.of(voter), poll_id=poll.pk),
        lambda: a_vote(poll, 1, guest="g"),
        lambda: a_vote(poll, 1, by=a_member(role="editor")),
    ):
        with pytest.raises(Refused):
            act()
    assert counted(poll) == {"": 1}


def test_several_choices_and_orders_are_sealed_as_well(frozen_clock):
    several = a_poll("A", "B", "C", secrecy="sealed", kind="multiple", most=2)
    ranked = a_poll("A", "B", "C", secrecy="sealed", kind="ranked")
    for _ in range(2):
        a_vote(several, 1, 3)
        a_vote(ranked, 3, 1)
    for poll in (several, ranked):
        actions.close_poll(actor=poll.author, poll_id=poll.pk)
    frozen_clock.move(timedelta(minutes=1))
    for poll in (several, ranked):
        actions.count_sealed(poll_id=poll.pk)
    assert counted(several) == {"": 2, "1": 2, "3": 2}
    assert counted(ranked) == {"": 2, "3>1": 2}


def test_it_is_said_before_the_vote_and_after_it(poll):
    client = signed_in(Client(), a_member())
    page = client.get(poll.get_absolute_url()).content.decode()
    assert "It is sealed: nobody can find out what you chose, not even the team." in page
    assert "It stays as you cast it." in page
    piece = client.post(
        f"/polls/{poll.pk}/vote/", {"choice": "2"}, headers={"hx-request": "true"}
    ).content.decode()
    assert "Your vote is in the box" in piece
    assert "data-mine" not in piece
    assert "Perhaps" not in piece.split("data-poll-focus")[1].split("</div>")[0]


def test_the_export_of_my_data_does_not_hold_it(poll):
    voter = a_member()
    a_vote(poll, 2, by=voter)
    from community.core import personal

    rows = [rule for rule in personal.personal_rules() if rule.model.startswith("polls.")]
    assert rows and not any(list(rule.rows_of(voter.pk)) for rule in rows)


def test_the_clock_counts_what_is_due(poll, frozen_clock):
    from community.core.tasks.testing import run_due
    from polls.handlers import note_ends

    for _ in range(10):
        a_vote(poll, 1)
    note_ends.call() if hasattr(note_ends, "call") else note_ends.enqueue()
    run_due()
    assert sum(n for key, n in counted(poll).items() if key) == 5


def test_the_command_compares_and_repairs(capsys):
    poll = a_poll()
    a_vote(poll, 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE polls_tally SET count = count + 2 WHERE poll_id = %s AND key = '1'", [poll.pk])
    with pytest.raises(Exception, match="differ"):
        call_command("recount_polls")
    assert "+2" in capsys.readouterr().out
    call_command("recount_polls", str(poll.pk), "--repair")
    call_command("recount_polls")
    assert counted(poll) == {"": 1, "1": 1}


def test_a_sealed_poll_closes_at_the_number_that_was_said(facts, frozen_clock):
    poll = a_poll("Yes", "No", secrecy="sealed", closes_after=6)
    people = [a_member() for _ in range(7)]
    for n, person in enumerate(people[:6]):
        a_vote(poll, 1 + n % 2, by=person)
    assert facts.only("PollClosed").why == "number"
    assert Poll.objects.get(pk=poll.pk).closed_at is not None
    with pytest.raises(Refused):
        a_vote(poll, 1, by=people[6])
    frozen_clock.move(timedelta(minutes=1))
    actions.count_sealed(poll_id=poll.pk)
    assert counted(poll) == {"": 6, "1": 3, "2": 3}
    assert recount(poll.pk).wrong == {}
