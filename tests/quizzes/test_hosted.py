"""A hosted run: steps without gaps, the clock, points, names, who may do what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from community.core.access import Refused
from polls.quizzes import actions, counters, handlers, hosted, typed
from polls.quizzes.models import Player, Run
from polls.quizzes.queries import runs
from tests.builders.members import a_member
from tests.builders.quizzes import (
    a_player,
    a_question,
    a_quiz,
    a_run,
    a_tap,
    an_outcome_quiz,
    led,
)

pytestmark = pytest.mark.django_db


def refused(act, **kwargs) -> str:
    with pytest.raises(Refused) as refusal:
        act(**kwargs)
    return refusal.value.code


def now(run: Run) -> Run:
    return Run.objects.select_related("quiz").get(pk=run.pk)


# Pure rules


@pytest.mark.parametrize(
    ("took", "seconds", "points"),
    [
        (0, 20, 1000),
        (1, 20, 1000),
        (40, 20, 999),
        (10_000, 20, 750),
        (20_000, 20, 500),
        (99_000, 20, 500),
        (7, 5, 1000),
    ],
)
def test_points_fall_in_proportion_to_the_time_taken(took, seconds, points):
    assert hosted.points(took, seconds) == points


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("abc def", "ABCDEF"),
        (" a-b-c-2-3-4 ", "ABC234"),
        ("ABCDE", ""),
        ("ABCDEFG", ""),
        ("ABCDE0", ""),
        ("", ""),
        ("ＡＢＣＤＥＦ", ""),
        ("ABCDEF" * 500, ""),
    ],
)
def test_a_code_is_read_as_people_type_it(typed, code):
    assert hosted.code_of(typed) == code


def test_codes_hold_nothing_that_looks_like_something_else():
    assert not set(hosted.ALPHABET) & set("01ILO")
    assert hosted.code_of(hosted.new_code())


def test_who_is_level_shares_a_place():
    scores = [900, 700, 700, 100]
    assert [hosted.place_of(mine, scores) for mine in (900, 700, 100, 0)] == [1, 2, 4, 5]


def test_nobody_has_a_place_while_nobody_has_points():
    assert hosted.place_of(0, [0, 0, 0]) is None
    assert hosted.place_of(0, [700, 0, 0]) == 2
    run = a_run(questions=1)
    player = a_player(run, name="Anna")
    a_player(run)
    led(run, "next")
    a_tap(player, right=False)
    led(run, "close")
    assert runs.standings(run) == ([], [0, 0])


# Leading


def test_a_run_goes_from_the_lobby_to_its_end_in_steps_without_gaps(facts, frozen_clock):
    run = a_run(questions=2)
    anna, ben = a_player(run, name="Anna"), a_player(run, guest="g" * 43)
    led(run, "next")
    frozen_clock.move(timedelta(seconds=4))
    a_tap(anna)
    a_tap(ben, right=False)
    led(run, "close", "standings", "next")
    a_tap(ben)
    ended = led(run, "close", "next")
    assert (ended.state, ended.asked) == ("ended", 2)
    assert [fact.sequence for fact in facts.of("RunMoved")] == list(range(2, ended.sequence + 1))
    assert [fact.state for fact in facts.of("RunMoved")] == [
        "asking", "closed", "standings", "asking", "closed", "ended",
    ]  # fmt: skip
    standings, scores = runs.standings(ended)
    assert [(one.place, one.name, one.points) for one in standings] == [(1, "", 1000), (2, "Anna", 900)]
    assert scores == [1000, 900]
    assert counters.rebuild_runs() == 0


def test_what_is_pressed_twice_moves_once():
    run = a_run()
    for _ in range(2):
        actions.move_run(actor=run.host, code=run.code, to="next", step=1)
    assert (now(run).sequence, now(run).asked) == (2, 1)


def test_starting_again_goes_back_to_the_run_under_way():
    quiz = a_quiz(1)
    run = a_run(quiz)
    assert a_run(quiz).pk == run.pk
    led(run, "end")
    assert a_run(quiz).pk != run.pk


@pytest.mark.parametrize(
    ("moves", "to"),
    [
        ((), "close"),
        ((), "standings"),
        (("next",), "next"),
        (("next",), "standings"),
        (("end",), "next"),
        ((), "x"),
    ],
)
def test_a_run_goes_nowhere_else(moves, to):
    run = led(a_run(), *moves) if moves else a_run()
    assert refused(actions.move_run, actor=run.host, code=run.code, to=to, step=now(run).sequence) == "state"


def test_its_author_and_the_team_host_and_nobody_else():
    quiz = a_quiz(1)
    run = a_run(quiz)
    assert a_run(quiz, host=a_member(role="moderator")).pk != run.pk
    for who, code in ((a_member(), "not_staff"), (a_member(role="editor"), "not_author")):
        assert refused(actions.start_run, actor=who, slug=quiz.slug) == code
    for who, code in ((a_member(), "not_staff"), (a_member(role="editor"), "not_host")):
        assert refused(actions.move_run, actor=who, code=run.code, to="next", step=1) == code
        assert refused(actions.take_name_off, actor=who, code=run.code, player_id=1) == code
        assert refused(actions.greet_host, actor=who, code=run.code) == code


def test_only_what_has_right_answers_can_be_hosted():
    quiz = an_outcome_quiz()
    assert refused(actions.start_run, actor=quiz.author, slug=quiz.slug) == "kind"
    empty = a_quiz([], is_draft=True)
    assert refused(actions.start_run, actor=empty.author, slug=empty.slug) == "draft"
    assert a_run(a_quiz(1, is_draft=True)).state == "lobby"


def test_a_run_asks_what_the_quiz_said_when_it_began():
    quiz = a_quiz([a_question("The old words?")])
    run = led(a_run(quiz), "next")
    spec = typed.from_quiz(quiz)
    asked = replace(spec.questions[0], text="Other words?")
    actions.edit_quiz(actor=quiz.author, slug=quiz.slug, spec=replace(spec, questions=[asked]))
    assert now(run).sheet.text == "The old words?"


# The clock


def test_the_clock_closes_a_question_a_moment_after_what_the_pages_say(frozen_clock):
    run = a_run(seconds=10)
    player = a_player(run)
    led(run, "next")
    frozen_clock.move(timedelta(seconds=11.9))
    assert a_tap(player).elapsed == 10_000
    assert actions.due_runs() == []
    actions.keep_time(run_id=run.pk)
    assert now(run).state == "asking"
    frozen_clock.move(timedelta(seconds=0.1))
    late = a_player(run)
    assert refused(a_tap, player=late) == "closed"
    assert actions.due_runs() == [run.pk]
    handlers.keep_time.call()
    assert (now(run).state, now(run).sequence) == ("closed", 3)
    assert Player.objects.get(pk=player.pk).points == 500
    actions.keep_time(run_id=run.pk)
    assert now(run).sequence == 3


def test_without_its_host_a_run_waits_and_goes_on_when_they_are_back(frozen_clock):
    run = a_run()
    frozen_clock.move(hosted.AWAY - timedelta(seconds=1))
    actions.greet_host(actor=run.host, code=run.code)
    frozen_clock.move(hosted.AWAY)
    handlers.keep_time.call()
    assert now(run).paused_at is not None
    assert now(run).sequence == 2
    actions.greet_host(actor=run.host, code=run.code)
    assert (now(run).paused_at, now(run).sequence) == (None, 3)
    frozen_clock.move(hosted.ABANDONED)
    handlers.keep_time.call()
    assert now(run).is_over


def test_ending_in_the_middle_of_a_question_counts_what_was_answered(frozen_clock):
    run = a_run()
    player = a_player(run)
    led(run, "next")
    a_tap(player)
    assert led(run, "end").state == "ended"
    assert Player.objects.get(pk=player.pk).points == 1000
