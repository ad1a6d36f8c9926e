"""Quizzes from pages: without a script, as a member and as a guest; and what a page must not tell."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from polls import guests
from polls.quizzes import actions
from polls.quizzes.actions import OutcomeSpec
from polls.quizzes.models import Attempt
from polls.voters import Voter
from tests.builders.forum import a_board
from tests.builders.members import a_member, signed_in
from tests.builders.quizzes import a_question, a_quiz, an_attempt, an_outcome_quiz, right_places

pytestmark = pytest.mark.django_db
OURS = {"origin": "http://testserver"}


def post(client: Client, quiz, verb: str, **form):
    return client.post(f"/quizzes/{quiz.slug}/{verb}/", form, headers=OURS)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def under_way(quiz) -> Attempt:
    return Attempt.objects.get(quiz=quiz, finished_at=None)


def test_a_guest_takes_a_quiz_to_its_end_without_a_script():
    quiz, client = a_quiz(2, pass_percent=50), Client()
    assert 'action="/quizzes/' in page(client, quiz.get_absolute_url())
    started = post(client, quiz, "start")
    assert started["Location"] == f"/quizzes/{quiz.slug}/play/"
    assert guests.COOKIE in client.cookies
    for place in range(2):
        assert f'name="place" value="{place}"' in page(client, f"/quizzes/{quiz.slug}/play/")
        sent = post(client, quiz, "answer", place=place, pick=right_places(under_way(quiz), place))
        assert sent["Location"] == f"/quizzes/{quiz.slug}/play/?answered={place}"
        shown = page(client, sent["Location"])
        assert "is-right" in shown
        assert re.search(r'class="explain" role="status" tabindex="-1" autofocus', shown)
        assert "Because of" in shown
    result = page(client, f"/quizzes/{quiz.slug}/result/")
    assert "Passed." in result
    assert "<b>2</b> of 2 right" in result


def test_what_enter_presses_is_the_answer_and_passes_nothing_over():
    quiz, client = a_quiz(1), Client()
    post(client, quiz, "start")
    form = re.search(r"<form[^>]*data-quiz-form.*?</form>", page(client, f"/quizzes/{quiz.slug}/play/"), re.S)
    assert form
    first = re.findall(r"<button[^>]*>", form[0])[0]
    assert "name=" not in first
    assert 'tabindex="-1" aria-hidden="true"' in first


def test_signing_in_makes_the_guests_attempt_the_members():
    quiz, client, member = a_quiz(1), Client(), a_member(password="a-road-through-the-birches")
    post(client, quiz, "start")
    post(client, quiz, "answer", place=0, pick="0")
    client.login(username=member.email, password="a-road-through-the-birches")
    signed_in(client, member)
    attempt = Attempt.objects.get(quiz=quiz)
    if attempt.member_id is None:  # signing in without a request, as tests do, carries no cookie
        actions.take_over_attempts(member=member, guest_key=attempt.guest_key)
    assert "of 1 right" in page(client, f"/quizzes/{quiz.slug}/result/")


def test_nothing_on_the_way_to_an_answer_tells_the_key():
    """Two quizzes alike but for the key give the same pages to the byte, numbers of rows and tokens aside."""
    member = a_member()
    client = signed_in(Client(), member)
    seen = []
    for right in (1, 3):
        question = a_question("Which of them?", right=right, why="Secret reason", why_title="Secret heading")
        options = [
            type(o)(f"Answer {n}", f"Secret note {n}", n == right) for n, o in enumerate(question.options, 1)
        ]
        quiz = a_quiz(
            [type(question)("Which of them?", options, why="Secret reason")], title="The same title"
        )
        actions.start_attempt(voter=Voter.of(member), slug=quiz.slug, seed="same")
        told = page(client, f"/quizzes/{quiz.slug}/play/")
        headers = {
            k: v
            for k, v in client.get(f"/quizzes/{quiz.slug}/play/").items()
            if k not in ("X-Request-ID", "Expires", "Content-Length")
        }
        told = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", told.replace(quiz.slug, "SLUG"))
        assert "Secret" not in told
        assert "is-right" not in told
        assert re.findall(r'name="pick" value="(\d+)"', told) == ["0", "1", "2", "3"]  # places, not numbers
        seen.append((re.sub(r"nonce-[\w-]+|[0-9a-f]{32,}", "", told), json.dumps(headers, sort_keys=True)))
    assert seen[0] == seen[1]


def test_an_answer_before_its_turn_shows_nothing():
    quiz = a_quiz(2)
    member = a_member()
    client = signed_in(Client(), member)
    post(client, quiz, "start")
    for place in (0, 1, 7):
        told = page(client, f"/quizzes/{quiz.slug}/play/?answered={place}")
        assert "is-right" not in told
        assert "Because of" not in told


def test_another_persons_attempt_is_out_of_reach():
    quiz = a_quiz(1)
    an_attempt(quiz, by=a_member())
    stranger = signed_in(Client(), a_member())
    assert stranger.get(f"/quizzes/{quiz.slug}/play/?answered=0")["Location"] == quiz.get_absolute_url()
    assert stranger.get(f"/quizzes/{quiz.slug}/result/").status_code == 302


def test_a_forged_cookie_is_nobodys():
    quiz, client = a_quiz(1), Client()
    attempt = an_attempt(quiz, guest=guests.key_from("t" * 24))
    for cookie in ("t" * 24, f"{'t' * 24}.forged", "x" * 5000, attempt.guest_key):
        client.cookies[guests.COOKIE] = cookie
        assert client.get(f"/quizzes/{quiz.slug}/result/").status_code == 302


def test_a_form_of_another_site_starts_nothing():
    quiz = a_quiz(1)
    answer = Client().post(f"/quizzes/{quiz.slug}/start/", headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert not Attempt.objects.exists()


def test_a_machine_that_fills_in_everything_starts_nothing():
    quiz = a_quiz(1)
    post(Client(), quiz, "start", website="https://spam.example")
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"place": 0}, 422),
        ({"place": 0, "pick": "99"}, 422),
        ({"place": 0, "pick": ["0", "1"]}, 422),
        ({"place": 0, "pick": ["0"] * 200}, 422),
        ({"place": "0" * 500, "pick": "0"}, 404),
        ({"place": "-1", "pick": "0"}, 404),
        ({"place": "１", "pick": "0"}, 404),
        ({"place": 1, "pick": "0"}, 302),
        ({}, 404),
    ],
)
def test_unfit_answers_get_a_clear_no(form, status):
    quiz, client = a_quiz(2), signed_in(Client(), a_member())
    post(client, quiz, "start")
    answer = post(client, quiz, "answer", **form)
    assert answer.status_code == status
    assert not under_way(quiz).answers.exists()
    if status == 422:
        assert 'role="alert"' in answer.content.decode()


def test_hostile_words_stay_words():
    hostile = '</script><img src=x onerror="alert(1)">{{ 7|add:7 }}'
    quiz = a_quiz([a_question(hostile, why=hostile, source=hostile)], title=f"A {hostile}", about=hostile)
    client = signed_in(Client(), a_member())
    post(client, quiz, "start")
    for address in ("", "play/"):
        assert "<img src=x" not in page(client, f"/quizzes/{quiz.slug}/{address}")
    sent = post(client, quiz, "answer", place=0, pick="0")
    assert "<img src=x" not in page(client, sent["Location"])
    assert "<img src=x" not in page(client, f"/quizzes/{quiz.slug}/result/")


def test_time_is_told_and_kept(frozen_clock):
    quiz, client = a_quiz(1, seconds=30), signed_in(Client(), a_member())
    post(client, quiz, "start")
    assert 'data-quiz-clock="30"' in page(client, f"/quizzes/{quiz.slug}/play/")
    frozen_clock.move(timedelta(seconds=12))
    assert 'data-quiz-clock="18"' in page(client, f"/quizzes/{quiz.slug}/play/")
    frozen_clock.move(timedelta(seconds=60))
    sent = post(client, quiz, "answer", place=0, pick="0")
    assert "Time was up." in page(client, sent["Location"])


def test_an_outcome_quiz_goes_from_question_to_question_and_ends_with_shares():
    quiz, client = an_outcome_quiz(), signed_in(Client(), a_member())
    post(client, quiz, "start")
    assert post(client, quiz, "answer", place=0, pick="0")["Location"].endswith("/play/")
    assert post(client, quiz, "answer", place=1, pick="0")["Location"].endswith("/result/")
    told = page(client, f"/quizzes/{quiz.slug}/result/")
    assert "Where your answers point" in told
    assert "is no measurement" in told


def test_an_outcome_whose_board_has_its_name_is_named_once():
    board = a_board(title_en="Aurora E")
    spec = [OutcomeSpec("Aurora E", "", board.slug), OutcomeSpec("Aurora Trek", "", board.slug)]
    quiz, client = an_outcome_quiz(outcomes=spec), signed_in(Client(), a_member())
    post(client, quiz, "start")
    post(client, quiz, "answer", place=0, pick="0")
    post(client, quiz, "answer", place=1, pick="0")
    told = page(client, f"/quizzes/{quiz.slug}/result/")
    shares = told[told.index('<ol class="roads">') : told.index("</ol>", told.index('<ol class="roads">'))]
    assert shares.count("Aurora E</a>") == 2  # its own name as the way there; below, the other one's board
    assert "Aurora E <small>" not in shares


def test_the_list_pages_and_says_when_there_is_nothing():
    client = Client()
    assert "No quiz here yet" in page(client, "/quizzes/")
    for _ in range(21):
        a_quiz(1)
    told = page(signed_in(Client(), a_member()), "/quizzes/")
    assert told.count('class="ph"') == 20
    following = re.search(r'href="(\?page=[^"]+)" rel="next"', told)
    assert following


def test_drafts_are_for_those_who_make_them():
    quiz = a_quiz(1, is_draft=True)
    assert Client().get(quiz.get_absolute_url()).status_code == 404
    assert signed_in(Client(), a_member()).get(quiz.get_absolute_url()).status_code == 404
    author = signed_in(Client(), quiz.author)
    assert quiz.title in page(author, "/quizzes/?show=drafts")
    assert quiz.title not in page(author, "/quizzes/")


def test_who_is_in_the_middle_when_it_is_archived_is_led_out_and_told_why():
    quiz, member = a_quiz(2), a_member()
    client = signed_in(Client(), member)
    client.post(f"/quizzes/{quiz.slug}/start/")
    assert client.get(f"/quizzes/{quiz.slug}/play/").status_code == 200
    actions.move_quiz(actor=quiz.author, slug=quiz.slug, to="archived")
    assert client.get(f"/quizzes/{quiz.slug}/play/")["Location"] == quiz.get_absolute_url()
    answer = client.post(f"/quizzes/{quiz.slug}/answer/", {"place": "0", "pick": "0"}, follow=True)
    assert answer.redirect_chain[-1][0] == quiz.get_absolute_url()
    assert "This quiz is archived" in answer.content.decode()
    actions.move_quiz(actor=quiz.author, slug=quiz.slug, to="open")
    assert client.get(f"/quizzes/{quiz.slug}/play/").status_code == 200
