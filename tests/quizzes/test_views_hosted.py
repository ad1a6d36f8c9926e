"""A hosted run from pages, without a script: a host leads it, guests and members play it, no page tells too soon."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from polls import guests
from polls.quizzes import hosted
from polls.quizzes.models import Player, Run
from polls.quizzes.queries import runs
from tests.builders.members import a_member, signed_in
from tests.builders.quizzes import a_player, a_question, a_quiz, a_run, a_tap, led

pytestmark = pytest.mark.django_db
OURS = {"origin": "http://testserver"}


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, run: Run, verb: str, **form):
    return client.post(f"/q/{run.code}/{verb}/", form, headers=OURS)


def entered(run: Run, name: str = "") -> Client:
    client = Client()
    assert post(client, run, "enter", name=name).status_code == 302
    return client


def test_an_evening_without_a_script():
    quiz = a_quiz([a_question("How far?", why="Because it is.")], shuffles=False)
    host = signed_in(Client(), quiz.author, strongly=True)
    begun = host.post(f"/quizzes/{quiz.slug}/runs/start/")
    run = Run.objects.get()
    assert begun["Location"] == f"/q/{run.code}/host/"
    assert f"{run.code[:3]} {run.code[3:]}" in page(host, begun["Location"])

    guest = Client()
    found = guest.get("/q/", {"code": f"{run.code[:3].lower()} {run.code[3:]}"})
    assert found["Location"] == f"/q/{run.code}/"
    assert 'name="name"' in page(guest, found["Location"])
    post(guest, run, "enter", name="Table six")
    assert guests.COOKIE in guest.cookies
    assert "You are in." in page(guest, run.get_absolute_url())

    def press(to: str) -> str:
        step = re.search(r'name="step" value="(\d+)"', page(host, f"/q/{run.code}/host/")).group(1)
        sent = host.post(f"/q/{run.code}/host/", {"do": to, "step": step})
        return page(host, sent["Location"])

    assert "How far?" in press("next")
    told = page(guest, run.get_absolute_url())
    assert re.findall(r'name="pick" value="(\d)"', told) == ["0", "1", "2", "3"]
    assert "Because" not in told
    assert post(guest, run, "answer", place=0, pick="0")["Location"] == run.get_absolute_url()
    assert "Your answer is in: A." in page(guest, run.get_absolute_url())
    assert "Because it is." in press("close")
    told = page(guest, run.get_absolute_url())
    assert re.search(r"Right: \d+ points\. \d+ points in all, place 1 of 1\.", told)
    assert "Table six" in press("next")
    assert "You finished on place 1 of 1" in page(guest, run.get_absolute_url())
    assert "How the questions went" in page(host, f"/q/{run.code}/host/")
    assert run.code in page(host, f"/quizzes/{quiz.slug}/runs/")


def test_where_nobody_has_points_nobody_is_in_front():
    run = a_run(questions=1)
    anna, host = entered(run, "Anna"), signed_in(Client(), run.host, strongly=True)
    entered(run, "Ben")
    led(run, "next")
    post(anna, run, "answer", place=0, pick="1")
    for moves, told in (
        (["close", "standings"], "Nobody has points yet."),
        (["next"], "Nobody won a point this time."),
    ):
        led(run, *moves)
        for seen in (page(anna, run.get_absolute_url()), page(host, f"/q/{run.code}/host/")):
            assert told in seen
            assert "place 1" not in seen and "<b>1</b>" not in seen


@pytest.mark.parametrize("right", [1, 4])
def test_before_the_close_no_page_and_no_frame_tells_the_key(right):
    """Two quizzes that differ in their keys alone give the same bytes, to players and to the host."""
    told = []
    for key in (1, right):
        question = a_question("Which of them?", right=key, why="Secret reason", why_title="Secret heading")
        options = [
            type(one)(f"Answer {n}", f"Secret note {n}", n == key)
            for n, one in enumerate(question.options, 1)
        ]
        quiz = a_quiz(
            [type(question)("Which of them?", options, why="Secret reason")],
            title="One title",
            shuffles=False,
        )
        run = led(a_run(quiz), "next")
        member = signed_in(Client(), a_member(name=f"Player {len(told)} {key}"))
        post(member, run, "enter")
        host = signed_in(Client(), quiz.author, strongly=True)
        seen = [page(member, run.get_absolute_url()), page(host, f"/q/{run.code}/host/")]
        seen.append(member.get(f"/q/{run.code}/state/").content.decode())
        seen.append(json.dumps(runs.frame(Run.objects.get(pk=run.pk), 0)))
        post(member, run, "answer", place=0, pick="0")
        seen.append(page(member, run.get_absolute_url()))
        for one in seen:
            assert "Secret" not in one
            assert "is-right" not in one
            assert "data-win" not in one
            assert '"key"' not in one
        frame = runs.frame(Run.objects.get(pk=run.pk), 0)
        told.append((frame["html"], sorted(frame)))
    assert told[0] == told[1]


def test_a_script_is_answered_with_what_stands():
    run = a_run()
    client = entered(run, "Anna")
    led(run, "next")
    headers = OURS | {"accept": "application/json"}
    sent = client.post(f"/q/{run.code}/answer/", {"place": "0", "pick": "1"}, headers=headers)
    assert (sent.json()["at"], sent.json()["picked"]) == (0, [1])
    told = client.get(f"/q/{run.code}/state/?after=0", headers=headers).json()
    assert told["frame"]["state"] == "asking"
    assert told["frame"]["n"] == [1, 1]
    assert told["mine"]["answer"]["picked"] == [1]
    assert "won" not in told["mine"]["answer"]
    later = client.get(f"/q/{run.code}/state/?after={told['frame']['s']}", headers=headers).json()
    assert "html" not in later["frame"]
    led(run, "close")
    late = entered(run)
    refused = late.post(f"/q/{run.code}/answer/", {"place": "0", "pick": "1"}, headers=headers)
    assert refused.status_code == 409
    assert "too late" in refused.json()["problem"]
    told = client.get(f"/q/{run.code}/state/?after=x", headers=headers).json()
    assert told["frame"]["key"] == [0]
    assert told["mine"] == {"points": 0, "scored": 1, "place": None, "answer": told["mine"]["answer"]}


def test_the_frame_of_a_step_is_drawn_once_in_each_language(monkeypatch):
    run = led(a_run(), "next")
    drawn = []
    real = runs.render_to_string
    monkeypatch.setattr(runs, "render_to_string", lambda *args: drawn.append(1) or real(*args))
    frames = [runs.frame(Run.objects.get(pk=run.pk), 0) for _ in range(3)]
    assert len(drawn) == 2
    assert set(frames[0]["html"]) == {"en", "zh-hans"}
    assert frames[0]["html"]["en"] != frames[0]["html"]["zh-hans"]


@pytest.mark.parametrize("code", ["AAAAAA", "nothing", "9" * 200])
def test_a_code_that_is_none_leads_nowhere(code):
    client = Client()
    assert client.get(f"/q/{code}/").status_code == 404
    answer = client.get("/q/", {"code": code})
    assert answer.status_code == 404
    assert "No quiz has this code" in answer.content.decode()


def test_whoever_tries_many_codes_is_asked_to_wait(monkeypatch):
    monkeypatch.setattr("polls.quizzes.limits.WRONG_CODES", 2)
    client = Client()
    assert [client.get("/q/AAAAAA/").status_code for _ in range(3)] == [404, 404, 429]


def test_a_refused_name_stays_in_the_form():
    run = a_run()
    answer = post(Client(), run, "enter", name="Admin")
    assert answer.status_code == 422
    assert 'value="Admin"' in answer.content.decode()
    assert not Player.objects.exists()
    post(Client(), run, "enter", name="Anna", website="https://spam.example")
    assert not Player.objects.exists()
    foreign = Client().post(f"/q/{run.code}/enter/", headers={"origin": "https://elsewhere.example"})
    assert foreign.status_code == 403


def test_a_double_press_is_one_player_and_like_phones_are_many():
    run = a_run()
    for _ in range(2):
        seed = re.search(r'name="seed" value="([^"]+)"', page(Client(), run.get_absolute_url())).group(1)
        for _ in range(2):
            Client().post(f"/q/{run.code}/enter/", {"seed": seed}, headers=OURS | {"user-agent": "A phone"})
    assert run.players.count() == 2


def test_the_room_says_when_its_host_is_away(frozen_clock):
    run = a_run()
    client = entered(run)
    assert "data-run-line hidden" in page(client, run.get_absolute_url())
    frozen_clock.move(hosted.AWAY)
    assert "data-run-line hidden" not in page(client, run.get_absolute_url())
    assert runs.frame(Run.objects.get(pk=run.pk), 0)["paused"]
    page(signed_in(Client(), run.host, strongly=True), f"/q/{run.code}/host/")
    assert "data-run-line hidden" in page(client, run.get_absolute_url())


def test_hostile_words_stay_words():
    hostile = '</script><img src=x onerror="alert(1)">{{ 7|add:7 }}'
    run = a_run(a_quiz([a_question(hostile, why=hostile, source=hostile)], title=f"A {hostile}"))
    client = entered(run)
    host = signed_in(Client(), run.host, strongly=True)
    for moves in ((), ("next",), ("close",)):
        led(run, *moves)
        for told in (page(client, run.get_absolute_url()), page(host, f"/q/{run.code}/host/")):
            assert "<img src=x" not in told
        assert "<img src=x" not in runs.frame(Run.objects.get(pk=run.pk), 0)["html"]["en"]


def test_the_hosts_page_is_the_hosts():
    run = a_run()
    assert "/account/login/" in Client().get(f"/q/{run.code}/host/")["Location"]
    assert signed_in(Client(), a_member()).get(f"/q/{run.code}/host/").status_code == 403
    other = signed_in(Client(), a_member(role="editor"), strongly=True)
    assert other.get(f"/q/{run.code}/host/").status_code == 403
    assert other.post(f"/q/{run.code}/host/", {"do": "next", "step": "1"}).status_code == 403


def test_the_hosts_screen_takes_names_off_and_says_what_cannot_be():
    run = a_run()
    player = a_player(run, guest="g" * 43, name="Rude Word")
    host = signed_in(Client(), run.host, strongly=True)
    assert "Rude Word" in page(host, f"/q/{run.code}/host/")
    host.post(f"/q/{run.code}/host/", {"do": "name", "player": str(player.pk)})
    assert "Rude Word" not in page(host, f"/q/{run.code}/host/")
    piece = host.post(f"/q/{run.code}/host/", {"do": "next", "step": "2"}, headers={"hx-request": "true"})
    assert b"data-host-stage" in piece.content
    assert b"<html" not in piece.content
    here = host.post(f"/q/{run.code}/host/", {"do": "here"}, headers={"accept": "application/json"})
    assert here.json() == {}
    wrong = host.post(f"/q/{run.code}/host/", {"do": "next", "step": "3"}, follow=True)
    assert "cannot go there" in wrong.content.decode()
    a_tap(a_player(run))


def test_the_list_of_runs_costs_the_same_however_many_there_were():
    quiz = a_quiz(1)
    host = signed_in(Client(), quiz.author, strongly=True)
    counts: list[int] = []
    page(host, f"/quizzes/{quiz.slug}/runs/")  # what every page asks for once
    for more in (1, 3):
        for _ in range(more):
            run = a_run(quiz)
            a_player(run)
            led(run, "end")
        with CaptureQueriesContext(connection) as asked:
            told = page(host, f"/quizzes/{quiz.slug}/runs/")
        counts.append(len(asked))
    assert told.count("See them") == 4
    assert counts[0] == counts[1]
