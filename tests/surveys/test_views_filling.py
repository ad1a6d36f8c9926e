"""Surveys from pages: without a script, as a guest and as a member, with everything that can go wrong."""

from __future__ import annotations

import pytest
from django.test import Client

from polls import guests
from polls.surveys import actions, typed
from polls.surveys.models import Answer, Response
from tests.builders.members import a_member, signed_in
from tests.builders.surveys import a_question, a_scale, a_survey, an_anonymous_survey, answered, begun, words

pytestmark = pytest.mark.django_db
OURS = {"origin": "http://testserver"}


def post(client: Client, survey, verb: str, **form):
    return client.post(f"/surveys/{survey.slug}/{verb}/", form, headers=OURS)


def page(client: Client, survey, verb: str = "", query: str = "") -> str:
    answer = client.get(f"/surveys/{survey.slug}/{verb}{'/' if verb else ''}{query}")
    assert answer.status_code == 200, answer.get("Location")
    return answer.content.decode()


def to(answer) -> str:
    return answer["Location"].rstrip("/").rpartition("/")[2]


def test_a_guest_fills_one_in_to_its_end_without_a_script():
    survey = a_survey(a_question("Yes", "No", to=["", "2"]), words(), a_scale("csat"), thanks="So kind")
    client = Client()
    assert "Begin, or go on" in page(client, survey)
    assert to(post(client, survey, "start")) == "fill"
    assert guests.COOKIE in client.cookies
    first = page(client, survey, "fill")
    assert "Page 1 of at most 3" in first and 'name="q1"' in first and "autofocus" in first
    assert to(post(client, survey, "answer", first=1, q1=2)) == "fill"
    last = page(client, survey, "fill")
    assert "how satisfied are you with the car?" in last and "Page 2 of at most 2" in last
    assert to(post(client, survey, "answer", first=3, q3=4)) == "check"
    look = page(client, survey, "check")
    assert "No" in look and "What else" not in look
    assert not Answer.objects.exists()
    assert to(post(client, survey, "send")) == "thanks"
    assert "So kind" in page(client, survey, "thanks")
    assert sorted(Answer.objects.values_list("question__number", "value")) == [(1, 2), (3, 4)]
    assert to(post(client, survey, "start")) == "thanks"


def test_an_answer_is_changed_from_the_last_look():
    survey, client = a_survey(a_question(), a_question()), Client()
    post(client, survey, "start")
    post(client, survey, "answer", first=1, q1=1)
    post(client, survey, "answer", first=2, q2=2)
    again = page(client, survey, "fill", "?at=1&check=1")
    assert 'value="1" checked' in again and 'name="check"' in again
    assert to(post(client, survey, "answer", first=1, q1=3, check=1)) == "check"
    assert client.get(f"/surveys/{survey.slug}/check/")["Location"].endswith(
        "/fill/"
    )  # page 2 waits, still filled in
    assert 'value="2" checked' in page(client, survey, "fill")


def test_what_was_typed_stays_beside_what_is_wrong():
    survey = a_survey(words(starts_page=True), a_question("A", "B", starts_page=False))
    client = Client()
    post(client, survey, "start")
    answer = post(client, survey, "answer", first=1, **{"q1-words": "Long thoughts"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Long thoughts" in said and 'href="#q2"' in said and "This question needs an answer." in said


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"first": "x"},
        {"first": "99"},
        {"first": "-1", "q1": "1"},
        {"first": "1", "q1": "9999999999"},
        {"first": "1", "q1": "9" * 5000},
        {"first": "1", "q1": "٣"},
        {"first": "1", "q1-words": "x" * 9000},
        {"first": "1", **{f"q{n}": "1" for n in range(500)}},
    ],
)
def test_hostile_answers_are_refused_quietly(form):
    survey, client = a_survey(a_question()), Client()
    post(client, survey, "start")
    assert post(client, survey, "answer", **form).status_code in (302, 404, 422)
    assert post(client, survey, "send").status_code == 302


def test_a_form_from_elsewhere_counts_nothing():
    survey, client = a_survey(a_question()), Client()
    for verb in ("start", "answer", "send"):
        answer = client.post(
            f"/surveys/{survey.slug}/{verb}/", headers={"origin": "https://elsewhere.example"}
        )
        assert answer.status_code == 403
    assert not Response.objects.exists()


def test_a_machine_that_fills_in_everything_begins_nothing():
    survey, client = a_survey(), Client()
    assert to(post(client, survey, "start", website="x")) == survey.slug
    assert not Response.objects.exists()


@pytest.mark.parametrize("verb", ["fill", "check", "thanks"])
def test_pages_of_what_was_not_begun_lead_to_the_survey(verb):
    survey = a_survey()
    for client in (Client(), signed_in(Client(), a_member())):
        assert client.get(f"/surveys/{survey.slug}/{verb}/")["Location"] == survey.get_absolute_url()


def test_the_promise_is_read_before_and_after():
    survey, client = an_anonymous_survey(), signed_in(Client(), a_member())
    assert "nobody can find out what you answered" in page(client, survey)
    post(client, survey, "start")
    post(client, survey, "answer", first=1, q1=1)
    assert "nobody can find out what you answered" in page(client, survey, "check")
    post(client, survey, "send")
    assert "not even you" in page(client, survey, "thanks")


def test_the_list_tells_what_is_asked_and_what_came_of_it():
    client = Client()
    assert "Nothing is being asked just now" in client.get("/surveys/").content.decode()
    survey = a_survey()
    answered(survey, {1: 1})
    said = client.get("/surveys/").content.decode()
    assert survey.title in said and "New survey" not in said
    team = signed_in(Client(), a_member(role="editor"), strongly=True)
    assert "New survey" in team.get("/surveys/?show=drafts").content.decode()


@pytest.mark.parametrize("is_last", [False, True])
def test_who_is_in_the_middle_when_it_closes_is_led_out_and_told_why(is_last):
    survey = a_survey(a_question(), a_question())
    member = a_member()
    begun(survey, {1: 1, 2: 1} if is_last else {1: 1}, by=member)
    client = signed_in(Client(), member)
    actions.close_wave(actor=survey.author, slug=survey.slug)
    answer = client.post(f"/surveys/{survey.slug}/answer/", {"first": "2", "q2": "1"}, follow=True)
    assert answer.redirect_chain[-1][0] == survey.get_absolute_url()
    assert "This survey is closed" in answer.content.decode()
    for address in ("fill", "check"):
        assert client.get(f"/surveys/{survey.slug}/{address}/")["Location"] == survey.get_absolute_url()


def test_a_survey_for_members_is_called_no_poll():
    survey = a_survey(a_question(), audience="members")
    page = Client().get(survey.get_absolute_url()).content.decode()
    assert "This is for members. Sign in or join to take part." in page
    assert "This poll" not in page


def test_thanks_say_what_the_survey_announced():
    member = signed_in(Client(), a_member())
    for client, said in ((member, "with your name"), (Client(), "without a name")):
        survey = a_survey(a_question())
        assert "sees your answers with your name; a guest has none" in page(client, survey)
        post(client, survey, "start")
        post(client, survey, "answer", first=1, q1=1)
        post(client, survey, "send")
        assert f"The team sees them {said}" in page(client, survey, "thanks")


def test_no_example_promises_a_secret_that_its_rules_do_not_keep():
    for name in ("visit", "satisfaction"):
        spec = typed.template(name)
        assert spec.secrecy == "anonymous" or "who said it" not in spec.thanks
