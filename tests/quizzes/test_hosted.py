"""A hosted run: steps without gaps, the clock, points, names, who may do what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import Http404

from community.core.access import Invalid, Refused
from forum import rights
from polls import guests
from polls.quizzes import actions, counters, handlers, hosted, typed
from polls.quizzes.actions import OptionSpec, QuestionSpec
from polls.quizzes.models import Player, Run, RunAnswer
from polls.quizzes.queries import runs
from polls.voters import Voter
from tests.builders.forum import a_board
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


# Playing


def test_the_first_answer_stays_and_is_worth_nothing_before_the_close():
    run = a_run()
    player = a_player(run)
    led(run, "next")
    first = a_tap(player, right=False)
    voter = Voter.of(player.member)
    again = actions.answer_run(voter=voter, code=run.code, place=0, picked=["0"])
    assert again.repeated
    assert again.answer.pk == first.pk
    a_tap(a_player(run))
    assert not RunAnswer.objects.filter(is_right=True).exists()
    assert not RunAnswer.objects.exclude(points=0).exists()


@pytest.mark.parametrize("picked", [[], ["9"], ["0", "1"], ["-1"], ["0"] * 50, ["x"]])
def test_what_is_no_answer_is_refused(picked):
    run = a_run()
    player = a_player(run)
    led(run, "next")
    with pytest.raises(Invalid):
        actions.answer_run(voter=Voter.of(player.member), code=run.code, place=0, picked=picked)
    assert not RunAnswer.objects.exists()


def test_several_right_answers_count_as_a_whole():
    options = [OptionSpec("One", is_right=True), OptionSpec("Two", is_right=True), OptionSpec("Three")]
    run = a_run(a_quiz([QuestionSpec("Which?", options, takes_several=True)], shuffles=False))
    whole, half = a_player(run), a_player(run)
    led(run, "next")
    for player, picked in ((whole, ["1", "0"]), (half, ["0"])):
        actions.answer_run(voter=Voter.of(player.member), code=run.code, place=0, picked=picked)
    led(run, "close")
    assert [Player.objects.get(pk=one.pk).right_count for one in (whole, half)] == [1, 0]


def test_answers_come_from_the_room_to_the_open_question_alone():
    run = a_run()
    player = a_player(run)
    voter = Voter.of(player.member)
    with pytest.raises(Http404):
        actions.answer_run(voter=voter, code=run.code, place=0, picked=["0"])
    led(run, "next")
    with pytest.raises(Http404):
        actions.answer_run(voter=Voter.of(a_member()), code=run.code, place=0, picked=["0"])
    with pytest.raises(Http404):
        actions.answer_run(voter=voter, code=run.code, place=1, picked=["0"])
    led(run, "close")
    assert refused(actions.answer_run, voter=voter, code=run.code, place=0, picked=["0"]) == "closed"


def test_who_comes_late_plays_from_the_open_question_on_and_nobody_after_the_end():
    run = led(a_run(), "next", "close", "next")
    late = a_player(run)
    a_tap(late)
    led(run, "close")
    assert Player.objects.get(pk=late.pk).right_count == 1
    led(run, "next")
    assert refused(actions.join_run, voter=Voter.of(a_member()), code=run.code) == "closed"


def test_coming_in_twice_is_being_there_once(facts):
    run, member = a_run(), a_member()
    first = a_player(run, by=member, name="Anna")
    assert a_player(run, by=member).pk == first.pk
    assert a_player(run, by=member, name="Anna B").name == "Anna B"
    assert len(facts.of("RunJoined")) == 1


@pytest.mark.parametrize("name", ["a", "Admin", "x" * 25, "a<b>", "Anna\u202eB<"])
def test_names_follow_the_rules_of_the_house(name):
    with pytest.raises(Invalid) as refusal:
        a_player(a_run(), guest="g" * 43, name=name)
    assert refusal.value.field == "name"
    assert not Player.objects.exists()


def test_nobody_plays_under_the_name_of_another():
    run, member = a_run(), a_member(name="Marta Reyes")
    a_player(run, guest="a" * 43, name="Anna")
    for taken in ("ANNA", "Anná", "marta reyes"):
        with pytest.raises(Invalid) as refusal:
            a_player(run, guest="b" * 43, name=taken)
        assert refusal.value.code == "name_taken"
    assert a_player(run, by=member, name="Marta Reyes").name == "Marta Reyes"


def test_the_host_takes_a_name_off_and_it_stays_off():
    run = a_run()
    player = a_player(run, guest="a" * 43, name="Rude Word")
    for _ in range(2):
        actions.take_name_off(actor=run.host, code=run.code, player_id=player.pk)
    assert now(run).sequence == 2
    assert a_player(run, guest="a" * 43, name="Another").name == ""


def test_a_run_on_a_board_is_for_those_who_read_it():
    author, outsider = a_member(role="admin"), a_member()
    board = a_board(rights=rights.CIRCLE)
    run = a_run(a_quiz(1, author=author, board=board.slug), host=author)
    with pytest.raises(Http404):
        a_player(run, by=outsider)
    members_only = a_run(a_quiz(1, audience="members"))
    assert refused(actions.join_run, voter=Voter(None, "g" * 43), code=members_only.code) == "sign_in"
    muted = a_member(standing="muted")
    assert refused(actions.join_run, voter=Voter.of(muted), code=members_only.code)


def test_a_full_room_says_so(monkeypatch):
    monkeypatch.setattr(hosted, "MOST_PLAYERS", 1)
    run = a_run()
    a_player(run)
    assert refused(actions.join_run, voter=Voter.of(a_member()), code=run.code) == "full"


def test_a_guest_who_signs_in_keeps_their_place_and_nobody_is_there_twice():
    run, member, key = a_run(), a_member(), guests.key_from("t" * 24)
    player = a_player(run, guest=key, name="Anna")
    assert actions.take_over_players(member=member, guest_key=key) == (run.pk,)
    player.refresh_from_db()
    assert (player.member, player.guest_key) == (member, "")
    a_player(run, guest=key)
    assert actions.take_over_players(member=member, guest_key=key) == ()
    assert run.players.count() == 1
    assert actions.take_over_players(member=member, guest_key=key) == ()
    assert now(run).sequence == 2


def test_numbers_that_went_wrong_are_counted_anew():
    run = a_run()
    player = a_player(run)
    led(run, "next")
    a_tap(player)
    led(run, "close")
    Player.objects.update(points=7)
    assert counters.rebuild_runs() == 1
    assert Player.objects.get(pk=player.pk).points > 900


def test_a_version_grows_with_every_step_player_and_answer():
    run = a_run()
    seen = [runs.versions([run.pk])[run.pk]]
    for act in (lambda: a_player(run), lambda: led(run, "next"), lambda: a_tap(Player.objects.get())):
        act()
        seen.append(runs.versions([run.pk])[run.pk])
        assert seen[-1] == runs.version_of(runs.stage(now(run)))
    led(run, "close", "standings", "next")
    seen.append(runs.versions([run.pk])[run.pk])
    assert seen == sorted(set(seen))
