"""Filling a survey in: page by page, on several days and devices, sent once, never doubled."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.signals import user_logged_in
from django.http import Http404
from django.test import Client, RequestFactory

from community.core import clock
from community.core.access import Refused
from polls.surveys import actions
from polls.surveys.models import Answer, Response
from polls.voters import Voter
from tests.builders.forum import a_board
from tests.builders.members import a_member, signed_in
from tests.builders.surveys import a_question, a_scale, a_survey, answered, begun, wave_of, words

pytestmark = pytest.mark.django_db


def said(voter_filter: dict | None = None) -> dict[int, list]:
    """What counts: number of a question → values and words."""
    found: dict[int, list] = {}
    rows = Answer.objects.filter(**(voter_filter or {})).order_by("question__number", "value")
    for number, value, text in rows.values_list("question__number", "value", "words"):
        found.setdefault(number, []).append(text or value)
    return found


def test_nothing_counts_before_it_is_sent(facts):
    survey = a_survey(a_question(), words())
    voter = begun(survey, {1: 2, 2: "Fine"})
    assert not Answer.objects.exists()
    assert not facts.of("SurveyAnswered")
    actions.send_response(voter=voter, slug=survey.slug)
    actions.send_response(voter=voter, slug=survey.slug)
    assert said() == {1: [2], 2: ["Fine"]}
    assert facts.only("SurveyAnswered").member_id == voter.member.pk
    assert Response.objects.get().progress == {}


def test_somebody_goes_on_where_they_were_on_any_device():
    survey = a_survey(a_question(), a_question(), a_question())
    voter = begun(survey, {1: 1, 2: 3})
    assert actions.start_response(voter=voter, slug=survey.slug).next == 3
    assert Response.objects.count() == 1


def test_the_way_depends_on_the_answers_and_what_was_left_does_not_count():
    survey = a_survey(a_question("Yes", "No", to=["", "end"]), words(), a_scale())
    short = answered(survey, {1: 2})
    assert said({"response__member": short.member}) == {1: [2]}
    voter = begun(survey, {1: 1, 2: "Much", 3: 9})
    actions.answer_page(voter=voter, slug=survey.slug, first=1, sent={1: (["2"], "")})
    actions.send_response(voter=voter, slug=survey.slug)
    assert said({"response__member": voter.member}) == {1: [2]}


def test_a_page_with_faults_keeps_nothing_and_names_each():
    survey = a_survey(a_question(), a_scale(starts_page=False), words(is_required=False, starts_page=False))
    voter = begun(survey, {})
    with pytest.raises(actions.Unanswered) as refused:
        actions.answer_page(voter=voter, slug=survey.slug, first=1, sent={1: (["1"], ""), 2: (["11"], "")})
    assert set(refused.value.problems) == {2}
    assert actions.start_response(voter=voter, slug=survey.slug).next == 1


def test_nobody_skips_ahead_or_sends_half():
    survey = a_survey(a_question(), a_question())
    voter = begun(survey, {})
    with pytest.raises(Refused) as ahead:
        actions.answer_page(voter=voter, slug=survey.slug, first=2, sent={2: (["1"], "")})
    assert ahead.value.code == "ahead"
    with pytest.raises(Refused) as half:
        actions.send_response(voter=voter, slug=survey.slug)
    assert half.value.code == "unfinished"
    with pytest.raises(Http404):
        actions.answer_page(voter=voter, slug=survey.slug, first=9, sent={})


@pytest.mark.parametrize("act", ["answer_page", "send_response"])
def test_without_a_beginning_there_is_nothing_to_answer(act):
    survey = a_survey()
    more = {"first": 1, "sent": {}} if act == "answer_page" else {}
    with pytest.raises(Http404):
        getattr(actions, act)(voter=Voter.of(a_member()), slug=survey.slug, **more)


def test_what_was_sent_stays():
    survey = a_survey(a_question())
    voter = answered(survey, {1: 1})
    for act, more in (("start_response", {}), ("answer_page", {"first": 1, "sent": {1: (["2"], "")}})):
        with pytest.raises(Refused) as refused:
            getattr(actions, act)(voter=voter, slug=survey.slug, **more)
        assert refused.value.code == "sent"
    assert said() == {1: [1]}


def test_a_closed_wave_takes_nothing_more(frozen_clock):
    survey = a_survey(a_question(), closes_at=clock.now() + timedelta(hours=1))
    voter = begun(survey, {1: 1})
    frozen_clock.move(timedelta(hours=1))
    for act, more in (
        ("start_response", {}),
        ("answer_page", {"first": 1, "sent": {}}),
        ("send_response", {}),
    ):
        with pytest.raises(Refused) as refused:
            getattr(actions, act)(voter=voter, slug=survey.slug, **more)
        assert refused.value.code == "closed"
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("audience", "who", "code"),
    [
        ("members", {}, "sign_in"),
        ("owners", {"is_verified_owner": False}, "not_owner"),
        ("everyone", {"standing": "suspended"}, "suspended"),
    ],
)
def test_who_may_not_answer_hears_why(audience, who, code):
    survey = a_survey(audience=audience)
    voter = Voter.of(a_member(**who)) if who else Voter(None, "a-guest")
    with pytest.raises(Refused) as refused:
        actions.start_response(voter=voter, slug=survey.slug)
    assert code in refused.value.code


def test_a_survey_on_a_board_is_absent_for_who_may_not_read_it():
    from forum.rights import CIRCLE

    board = a_board(rights=CIRCLE)
    survey = a_survey(author=a_member(role="admin"), board=board.slug)
    with pytest.raises(Http404):
        actions.start_response(voter=Voter.of(a_member()), slug=survey.slug)


# Guests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_sent", [True, False])
def test_a_guests_answers_become_the_members(is_sent, facts):
    survey, member = a_survey(a_question(), a_question()), a_member()
    (answered if is_sent else begun)(survey, {1: 1, 2: 2} if is_sent else {1: 1}, guest="a-guest")
    assert actions.take_over_responses(member=member, guest_key="a-guest") == (survey.pk,)
    assert actions.take_over_responses(member=member, guest_key="a-guest") == ()
    response = Response.objects.get()
    assert (response.member, response.group) == (member, "member")
    assert facts.only("ResponsesTakenOver").member_id == member.pk
    with pytest.raises(Refused) as refused:  # the cookie answers once
        actions.start_response(voter=Voter(None, "a-guest"), slug=survey.slug)
    assert refused.value.code == "elsewhere"


def test_the_members_own_answers_win_and_nobody_counts_twice():
    survey, member = a_survey(a_question()), a_member()
    answered(survey, {1: 1}, guest="a-guest")
    answered(survey, {1: 3}, by=member)
    assert actions.take_over_responses(member=member, guest_key="a-guest") == ()
    assert said() == {1: [3]}
    assert Response.objects.filter(member=member).count() == 1


def test_what_a_closed_wave_counted_keeps_its_group():
    survey, member = a_survey(a_question()), a_member()
    answered(survey, {1: 1}, guest="a-guest")
    actions.close_wave(actor=survey.author, slug=survey.slug)
    actions.take_over_responses(member=member, guest_key="a-guest")
    assert Response.objects.get().group == "guest"


def test_signing_in_takes_the_answers_of_this_device_along():
    survey, client, member = a_survey(a_question(), a_question()), Client(), a_member()
    ours = {"origin": "http://testserver"}
    client.post(f"/surveys/{survey.slug}/start/", headers=ours)
    client.post(f"/surveys/{survey.slug}/answer/", {"first": 1, "q1": 1}, headers=ours)
    request = RequestFactory().get("/")
    request.COOKIES = {name: cookie.value for name, cookie in client.cookies.items()}
    user_logged_in.send(sender=type(member), request=request, user=member)
    assert actions.start_response(voter=Voter.of(member), slug=survey.slug).next == 2
    assert "Go on where I was" in signed_in(Client(), member).get(survey.get_absolute_url()).content.decode()


def test_progress_is_told_to_its_owner_and_holds_no_more_than_answers():
    survey = a_survey(a_question(), words())
    begun(survey, {1: 2})
    kept = Response.objects.get(wave=wave_of(survey)).progress
    assert json.loads(json.dumps(kept)) == {"trail": [1], "answers": {"1": [[2], ""]}}
