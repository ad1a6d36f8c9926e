"""What the brand owes to what members decided: a day, in public, late until there is an answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import Http404
from django.test import Client

from community.core import clock
from community.core.access import Invalid, Refused
from community.members.models import Member
from polls import actions, said
from polls.models import BrandAnswer, Correction, Poll
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def a_decision(*, is_over: bool = True) -> Poll:
    poll = a_poll("Yes", "No", is_decision=True, author=a_member(role="admin"), results="always")
    a_vote(poll, 1)
    return actions.close_poll(actor=poll.author, poll_id=poll.pk) if is_over else poll


def answer(poll: Poll, text: str = "We build it.", outcome: str = "will") -> BrandAnswer:
    return actions.answer_decision(actor=a_member(role="editor"), poll_id=poll.pk, outcome=outcome, text=text)


@pytest.mark.parametrize(
    ("is_over", "by", "answered", "state"),
    [
        (False, None, False, "voting"),
        (True, date(2026, 12, 7), False, "waiting"),
        (True, date(2026, 12, 6), False, "late"),
        (True, date(2026, 12, 6), True, "answered"),
        (True, None, False, "waiting"),
        (False, date(2026, 12, 7), False, "again"),
        (False, date(2026, 12, 6), False, "late"),
    ],
)
def test_how_it_stands(is_over, by, answered, state):
    today = date(2026, 12, 7)
    at = clock.now() if answered else None
    assert said.state(is_over=is_over, answer_by=by, answered_at=at, today=today) == state
    assert said.days_late(date(2026, 12, 1), today) == 6
    assert said.days_late(today, today) == said.days_late(None, today) == 0


def test_each_end_of_a_decision_sets_the_day(frozen_clock):
    by_hand = a_decision()
    by_time = a_poll("Yes", "No", is_decision=True, author=by_hand.author, closes_at=clock.now() + DAY)
    by_number = a_poll("Yes", "No", is_decision=True, author=by_hand.author, closes_after=1)
    a_vote(by_number, 1)
    plain = actions.close_poll(actor=by_hand.author, poll_id=a_poll(author=by_hand.author).pk)
    frozen_clock.move(2 * DAY)
    actions.close_due_poll(poll_id=by_time.pk)
    for poll, ended in ((by_hand, 23), (by_number, 23), (by_time, 24)):
        poll.refresh_from_db()
        assert poll.answer_by == date(2026, 11, ended) + said.DAYS * DAY
    assert plain.answer_by is None


def test_an_answer_ends_the_waiting_and_later_ones_follow(facts):
    poll = a_decision()
    first = answer(poll)
    assert answer(poll) == first  # pressed twice
    answer(poll, "It is built.", "done")
    poll.refresh_from_db()
    assert poll.answered_at == first.at
    assert [one.outcome for one in poll.answers.all()] == ["will", "done"]
    assert len(facts.of("DecisionAnswered")) == 2
    with pytest.raises(Refused):  # nobody votes anew on what was answered
        actions.reopen_poll(actor=poll.author, poll_id=poll.pk)


def test_who_may_not_answer_and_when():
    with pytest.raises(Refused) as early:
        answer(a_decision(is_over=False))
    assert early.value.code == "not_closed"
    with pytest.raises(Http404):
        answer(a_poll("Yes", "No"))
    poll = a_decision()
    for outcome, text in (("else", "Fine"), ("done", "  "), ("done", "x" * 1201)):
        with pytest.raises(Invalid):
            answer(poll, text, outcome)
    with pytest.raises(Refused):
        actions.answer_decision(actor=a_member(), poll_id=poll.pk, outcome="done", text="Me")
    assert not BrandAnswer.objects.exists()


def test_the_day_is_moved_with_a_reason_on_record_and_never_once_it_is_over(frozen_clock):
    poll, actor = a_decision(), a_member(role="moderator")
    later = poll.answer_by + 7 * DAY

    def move(to: date, reason: str = "Parts are late") -> Poll:
        return actions.move_answer_date(actor=actor, poll_id=poll.pk, to=to, reason=reason)

    with pytest.raises(Invalid):
        move(later, " ")
    with pytest.raises(Invalid):
        move(date.min)
    move(later)
    move(later)
    correction = Correction.objects.get()
    assert (correction.before, correction.after) == (poll.answer_by.isoformat(), later.isoformat())
    frozen_clock.move(30 * DAY)
    with pytest.raises(Refused) as refused:
        move(later + 30 * DAY)
    assert refused.value.code == "late"


def test_late_is_red_for_everybody_until_it_is_answered(frozen_clock):
    poll, quiet = a_decision(), a_decision()
    answer(quiet)
    page = Client().get("/said/").content.decode()
    assert 'data-state="waiting"' in page and poll.question in page and quiet.question not in page
    frozen_clock.move((said.DAYS + 3) * DAY)
    page = Client().get("/said/").content.decode()
    assert 'data-state="late"' in page and "said-late" in page and "1 answer is late" in page
    assert "Late: an answer was owed" in Client().get(poll.get_absolute_url()).content.decode()
    answer(poll, "<b>Sorry</b>, done.", "done")
    assert "Nothing is owed" in Client().get("/said/").content.decode()
    told = Client().get("/said/?show=answered").content.decode()
    assert "3 days late" in told and "&lt;b&gt;Sorry" in told
    assert "&lt;b&gt;Sorry" in Client().get(poll.get_absolute_url()).content.decode()


def reopened(poll: Poll, by: Member) -> str:
    actions.reopen_poll(actor=by, poll_id=poll.pk)
    open_again = Client().get("/said/").content.decode()
    actions.close_poll(actor=by, poll_id=poll.pk)
    return open_again


@pytest.mark.parametrize("is_author", [True, False])
def test_opening_a_late_decision_again_takes_nothing_back(frozen_clock, is_author):
    poll = a_decision()
    first, team = poll.answer_by, poll.author if is_author else a_member(role="moderator")
    frozen_clock.move((said.DAYS + 3) * DAY)
    assert "Opened again" not in Client().get("/said/").content.decode()
    for page in (reopened(poll, team), Client().get("/said/").content.decode()):
        assert 'data-state="late"' in page and "1 answer is late" in page and "Opened again" in page
    poll.refresh_from_db()
    assert (poll.answer_by, poll.answer_state) == (first, "late")
    with pytest.raises(Refused) as refused:
        actions.remove_poll(actor=team, poll_id=poll.pk)
    assert refused.value.code == "owed"
    actions.archive_poll(actor=team, poll_id=poll.pk)
    assert 'data-state="late"' in Client().get("/said/").content.decode()
    answer(poll, "Done at last.", "done")
    told = Client().get("/said/?show=answered").content.decode()
    assert "3 days late" in told and "Opened again" in told


def test_opening_again_before_the_day_wins_no_time_unless_it_is_moved_in_public(frozen_clock):
    poll = a_decision()
    first = poll.answer_by
    frozen_clock.move(7 * DAY)
    page = reopened(poll, poll.author)
    assert 'data-state="again"' in page and "The brand answers by" in page
    poll.refresh_from_db()
    assert poll.answer_by == first and "Opened again" in Client().get("/said/").content.decode()
    actions.reopen_poll(actor=poll.author, poll_id=poll.pk)
    page = Client().get(poll.get_absolute_url()).content.decode()
    assert "all the same" in page and "within 14 days after it closes" not in page
    team = signed_in(Client(), a_member(role="moderator"), strongly=True)
    form = team.get(f"/polls/{poll.pk}/answer/").content.decode()
    assert 'name="move"' in form and 'name="outcome"' not in form
    later = first + 7 * DAY
    actions.move_answer_date(actor=poll.author, poll_id=poll.pk, to=later, reason="They vote once more")
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    poll.refresh_from_db()
    assert (poll.answer_by, poll.first_answer_by) == (later, first)
    for address in ("/said/", poll.get_absolute_url()):
        told = Client().get(address).content.decode()
        assert "The day said first was" in told and f"/polls/{poll.pk}/corrections/" in told
    assert "They vote once more" in Client().get(f"/polls/{poll.pk}/corrections/").content.decode()


def test_the_teams_form_answers_and_keeps_what_was_typed():
    poll = a_decision()
    address = f"/polls/{poll.pk}/answer/"
    assert signed_in(Client(), a_member()).get(address).status_code == 403
    team = signed_in(Client(), a_member(role="editor"), strongly=True)
    refused = team.post(address, {"outcome": "will", "text": "x" * 1201})
    assert refused.status_code == 422 and "x" * 1201 in refused.content.decode()
    assert team.post(address, {"move": "1", "to": "yesterday", "reason": "Because"}).status_code == 422
    assert (
        team.post(address, {"outcome": "will", "text": "We build it."})["Location"] == poll.get_absolute_url()
    )
    assert BrandAnswer.objects.get().text == "We build it."
