"""Taking a quiz: attempts, answers, time, what counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client

from community.core.access import Invalid, Refused
from forum import rights
from polls.actions import pledge_ballots
from polls.quizzes import actions, counters
from polls.quizzes.actions import OptionSpec, QuestionSpec
from polls.quizzes.models import Answer, Attempt, Option, Question, Quiz
from polls.quizzes.policy import GRACE
from polls.quizzes.queries import results
from polls.voters import Voter
from tests.builders.forum import a_board
from tests.builders.members import a_member
from tests.builders.quizzes import (
    a_quiz,
    an_attempt,
    an_outcome_quiz,
    right_places,
    wrong_place,
)

pytestmark = pytest.mark.django_db


def refused(act, **kwargs) -> str:
    with pytest.raises(Refused) as refusal:
        act(**kwargs)
    return refusal.value.code


def begin(quiz, voter=None, **more):
    voter = voter or Voter.of(a_member())
    return voter, actions.start_attempt(voter=voter, slug=quiz.slug, **more)


def test_an_attempt_asks_everything_and_ends_by_itself(facts):
    quiz, member = a_quiz(pass_percent=60), a_member()
    attempt = an_attempt(quiz, by=member, right=2)
    assert (attempt.right_count, attempt.is_passed, attempt.is_finished) == (2, True, True)
    assert facts.only("QuizFinished").member_id == member.pk
    assert facts.only("QuizPassed").attempt_id == attempt.pk
    quiz.refresh_from_db()
    assert quiz.finished_count == 1


def test_passing_is_stated_once_however_often_it_is_passed(facts):
    quiz, member = a_quiz(pass_percent=60), a_member()
    an_attempt(quiz, by=member)
    an_attempt(quiz, by=member)
    facts.only("QuizPassed")


def test_nothing_is_passed_where_nothing_is_to_be_passed(facts):
    an_attempt(a_quiz())
    assert not facts.of("QuizPassed")


def test_starting_again_goes_on_where_one_was():
    quiz = a_quiz()
    voter, attempt = begin(quiz)
    actions.answer_question(voter=voter, slug=quiz.slug, place=0, picked=["0"])
    _, again = begin(quiz, voter)
    assert (again.pk, again.at) == (attempt.pk, 1)


def test_attempts_are_used_up():
    quiz, member = a_quiz(most_attempts=2), a_member()
    an_attempt(quiz, by=member)
    an_attempt(quiz, by=member)
    assert refused(actions.start_attempt, voter=Voter.of(member), slug=quiz.slug) == "used_up"


@pytest.mark.parametrize(("which", "expected"), [("best", 3), ("last", 1)])
def test_the_best_or_the_last_attempt_counts(which, expected):
    quiz, member = a_quiz(which=which), a_member()
    for right in (2, 3, 1):
        an_attempt(quiz, by=member, right=right)
    assert results.standing(Voter.of(member), quiz).counts.right_count == expected


def test_an_answer_given_twice_is_given_once():
    quiz = a_quiz()
    voter, attempt = begin(quiz)
    given = actions.answer_question(voter=voter, slug=quiz.slug, place=0, picked=right_places(attempt, 0))
    again = actions.answer_question(voter=voter, slug=quiz.slug, place=0, picked=wrong_place(attempt, 0))
    assert (given.repeated, again.repeated) == (False, True)
    assert again.answer.pk == given.answer.pk
    assert Attempt.objects.get(pk=attempt.pk).right_count == 1


def test_the_last_answer_twice_ends_nothing_twice(facts):
    quiz = a_quiz(1)
    voter, _attempt = begin(quiz)
    for _ in range(2):
        actions.answer_question(voter=voter, slug=quiz.slug, place=0, picked=["0"])
    facts.only("QuizFinished")
    assert Quiz.objects.get(pk=quiz.pk).finished_count == 1


def test_no_question_is_answered_ahead():
    quiz = a_quiz()
    voter, _attempt = begin(quiz)
    assert refused(actions.answer_question, voter=voter, slug=quiz.slug, place=1, picked=["0"]) == "ahead"
    with pytest.raises(Http404):
        actions.answer_question(voter=voter, slug=quiz.slug, place=9, picked=["0"])


@pytest.mark.parametrize("picked", [[], ["4"], ["-1"], ["0", "1"], ["x"], ["0"] * 5000])
def test_what_is_no_answer_is_refused_and_leaves_no_trace(picked):
    quiz = a_quiz()
    voter, attempt = begin(quiz)
    with pytest.raises(Invalid):
        actions.answer_question(voter=voter, slug=quiz.slug, place=0, picked=picked)
    assert not Answer.objects.filter(attempt=attempt).exists()


def test_several_right_answers_must_all_be_picked():
    options = [OptionSpec("One", is_right=True), OptionSpec("Two", is_right=True), OptionSpec("Three")]
    quiz = a_quiz(questions=[QuestionSpec("Which?", options, takes_several=True)])
    voter, attempt = begin(quiz)
    right = right_places(attempt, 0)
    assert len(right) == 2
    half = actions.answer_question(voter=voter, slug=quiz.slug, place=0, picked=right[:1])
    assert not half.answer.is_right
    attempt = an_attempt(quiz)
    assert attempt.right_count == 1


def test_a_skipped_question_is_neither_right_nor_a_mistake_of_picking():
    quiz = a_quiz(1)
    voter, _attempt = begin(quiz)
    answer = actions.answer_question(voter=voter, slug=quiz.slug, place=0, skips=True).answer
    assert (answer.picked, answer.is_right, answer.is_late) == ("", False, False)


def test_time_is_the_servers_and_starts_when_the_question_is_shown(frozen_clock):
    quiz = a_quiz(seconds=20)
    voter, attempt = begin(quiz)
    frozen_clock.move(timedelta(hours=1))  # reading the rules costs nothing
    actions.show_question(voter=voter, slug=quiz.slug)
    frozen_clock.move(timedelta(seconds=20 + GRACE))
    actions.show_question(voter=voter, slug=quiz.slug)  # loading again does not wind the clock back
    given = actions.answer_question(voter=voter, slug=quiz.slug, place=0, picked=right_places(attempt, 0))
    assert given.answer.is_right
    actions.show_question(voter=voter, slug=quiz.slug)
    frozen_clock.move(timedelta(seconds=20 + GRACE, milliseconds=1))
    late = actions.answer_question(voter=voter, slug=quiz.slug, place=1, picked=right_places(attempt, 1))
    assert (late.answer.is_late, late.answer.is_right, late.answer.picked) == (True, False, "")


def test_whoever_asked_for_time_has_it(frozen_clock):
    quiz = a_quiz(seconds=20)
    voter, attempt = begin(quiz, is_unhurried=True)
    actions.show_question(voter=voter, slug=quiz.slug)
    frozen_clock.move(timedelta(hours=1))
    assert actions.answer_question(
        voter=voter, slug=quiz.slug, place=0, picked=right_places(attempt, 0)
    ).answer.is_right


def test_questions_drawn_by_chance_are_as_many_as_wanted():
    quiz = a_quiz(6, draws=2)
    _, attempt = begin(quiz)
    assert attempt.asked == 2


def test_the_order_follows_the_seed():
    quiz = a_quiz(8)
    plans = [begin(quiz, seed=seed)[1].plan for seed in ("a", "a", "b")]
    assert [list(row) for row in plans[0]] == [list(row) for row in plans[1]]
    assert plans[0] != plans[2]


def test_a_removed_quiz_and_anothers_board_are_absent():
    quiz = a_quiz()
    actions.move_quiz(actor=quiz.author, slug=quiz.slug, to="removed")
    with pytest.raises(Http404):
        begin(quiz)
    board = a_board(rights=rights.CIRCLE)
    hidden = a_quiz(author=a_member(role="admin"), board=board.slug)
    with pytest.raises(Http404):
        begin(hidden)


def test_an_archived_quiz_takes_no_attempt():
    quiz = a_quiz()
    actions.move_quiz(actor=quiz.author, slug=quiz.slug, to="archived")
    assert refused(actions.start_attempt, voter=Voter.of(a_member()), slug=quiz.slug) == "closed"


def test_members_only_is_told_to_guests():
    quiz = a_quiz(audience="members")
    assert refused(actions.start_attempt, voter=Voter(None, "k" * 30), slug=quiz.slug) == "sign_in"


def test_numbers_agree_with_a_recount():
    quiz = a_quiz()
    for right in (0, 1, 2, 3):
        an_attempt(quiz, right=right)
    member = a_member()
    an_attempt(quiz, by=member, right=1)
    an_attempt(quiz, by=member, right=3)  # a second attempt is in no statistics
    assert counters.rebuild() == 0
    question = Question.objects.filter(items__quiz=quiz).order_by("pk").first()
    assert question.answered_count == 5
    Question.objects.filter(pk=question.pk).update(answered_count=77)
    Option.objects.filter(question=question, number=1).update(picked_count=77)
    Quiz.objects.filter(pk=quiz.pk).update(finished_count=77)
    assert counters.rebuild() == 3
    assert counters.rebuild() == 0


# Guests who become members ---------------------------------------------------------------------------------------


def test_a_guests_attempt_becomes_the_members_and_passes_then(facts):
    quiz, member = a_quiz(pass_percent=60), a_member()
    attempt = an_attempt(quiz, guest="g" * 30)
    assert not facts.of("QuizPassed")
    assert actions.take_over_attempts(member=member, guest_key="g" * 30) == (quiz.pk,)
    attempt.refresh_from_db()
    assert (attempt.member_id, attempt.guest_key) == (member.pk, "")
    assert facts.only("QuizPassed").member_id == member.pk
    assert facts.only("AttemptsTakenOver").quiz_ids == (quiz.pk,)
    assert actions.take_over_attempts(member=member, guest_key="g" * 30) == ()


def test_the_members_own_attempts_win_and_nobody_is_counted_twice():
    quiz, member = a_quiz(), a_member()
    own = an_attempt(quiz, by=member, right=1)
    an_attempt(quiz, guest="g" * 30, right=3)
    assert actions.take_over_attempts(member=member, guest_key="g" * 30) == ()
    assert list(Attempt.objects.filter(quiz=quiz)) == [own]
    assert Quiz.objects.get(pk=quiz.pk).finished_count == 1
    assert counters.rebuild() == 0


def test_an_attempt_under_way_goes_on_as_the_members():
    quiz, member = a_quiz(), a_member()
    guest = Voter(None, "g" * 30)
    begin(quiz, guest)
    actions.answer_question(voter=guest, slug=quiz.slug, place=0, picked=["0"])
    actions.take_over_attempts(member=member, guest_key="g" * 30)
    assert begin(quiz, Voter.of(member))[1].at == 1


def test_an_address_proved_on_another_device_brings_the_attempts_along():
    quiz, member = a_quiz(), a_member()
    attempt = an_attempt(quiz, guest="g" * 30)
    pledge_ballots(member=member, guest_key="g" * 30)
    Client().force_login(member)
    attempt.refresh_from_db()
    assert attempt.member_id == member.pk


# Outcomes --------------------------------------------------------------------------------------------------------


def _answer_by_text(quiz, *texts):
    voter, attempt = begin(quiz)
    for place, text in enumerate(texts):
        question_id, order = attempt.plan[place]
        names = {o.number: o.text for o in Question.objects.get(pk=question_id).options.all()}
        picked = [str(at) for at, number in enumerate(order) if names[number] == text]
        attempt = actions.answer_question(voter=voter, slug=quiz.slug, place=place, picked=picked).attempt
    return attempt


def test_answers_lead_to_an_outcome():
    attempt = _answer_by_text(an_outcome_quiz(), "Motorway", "Both")
    assert attempt.outcome.title == "The long-distance car"
    found, tied = results.leanings(attempt)
    assert [(one.outcome.title, one.share.percent) for one in found] == [
        ("The long-distance car", 75),
        ("The city car", 25),
    ]
    assert not tied


def test_a_tie_is_said():
    attempt = _answer_by_text(an_outcome_quiz(), "Motorway", "Town")
    assert attempt.outcome.title == "The city car"
    assert results.leanings(attempt)[1]


def test_passing_everything_over_leads_nowhere():
    quiz = an_outcome_quiz()
    voter, _attempt = begin(quiz)
    for place in range(2):
        attempt = actions.answer_question(voter=voter, slug=quiz.slug, place=place, skips=True).attempt
    assert attempt.outcome is None
    assert attempt.is_finished
