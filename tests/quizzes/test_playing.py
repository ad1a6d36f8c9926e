"""Playing in a hosted run: answers, late comers, names, and whose place it is."""

from __future__ import annotations

import pytest
from django.http import Http404

from community.core.access import Invalid, Refused
from forum import rights
from polls import guests
from polls.quizzes import actions, counters, hosted
from polls.quizzes.actions import OptionSpec, QuestionSpec
from polls.quizzes.models import Player, Run, RunAnswer
from polls.quizzes.queries import runs
from polls.voters import Voter
from tests.builders.forum import a_board
from tests.builders.members import a_member
from tests.builders.quizzes import (
    a_player,
    a_quiz,
    a_run,
    a_tap,
    led,
)

pytestmark = pytest.mark.django_db


def refused(act, **kwargs) -> str:
    with pytest.raises(Refused) as refusal:
        act(**kwargs)
    return refusal.value.code


def now(run: Run) -> Run:
    return Run.objects.select_related("quiz").get(pk=run.pk)


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
