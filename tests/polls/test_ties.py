"""An order that ends level is told so: on the page, in the files, and in the published rules."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from polls import actions
from polls.models import Poll
from tests.builders.polls import a_poll, a_vote

pytestmark = pytest.mark.django_db


def closed(poll: Poll) -> str:
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    return Client().get(poll.get_absolute_url()).content.decode()


@pytest.mark.parametrize("method", ["runoff", "borda"])
def test_a_tie_is_told_as_a_tie(method):
    poll = a_poll("Alpha", "Beta", kind="ranked", method=method)
    a_vote(poll, 1)
    a_vote(poll, 2)
    page = closed(poll)
    assert "Level: Alpha, Beta. None of them is ahead." in page
    assert page.count("data-level") == 2 and "data-win" not in page
    assert "<b>100" not in page and "out, round" not in page
    outcome = json.loads(Client().get(f"/polls/{poll.pk}/export/json/").content)["outcome"]
    assert (outcome["method"], outcome["won"], outcome["level"]) == (method, [], [1, 2])
    lines = Client().get(f"/polls/{poll.pk}/export/csv/").content.decode("utf-8-sig").splitlines()
    assert "level,Alpha" in lines and "level,Beta" in lines


def test_a_winner_is_a_winner():
    poll = a_poll("Alpha", "Beta", kind="ranked")
    for number in (1, 2, 2):
        a_vote(poll, number)
    page = closed(poll)
    assert page.count("data-win") == 1 and "Level:" not in page
    told = json.loads(Client().get(f"/polls/{poll.pk}/export/json/").content)
    assert told["outcome"]["won"] == [2]
    assert "won,Beta" in Client().get(f"/polls/{poll.pk}/export/csv/").content.decode("utf-8-sig")


def test_a_round_says_by_which_rule_one_of_two_went_out():
    poll = a_poll("Alpha", "Beta", "Gamma", kind="ranked")
    for order in ((1, 3), (1, 3), (2,), (3,)):
        a_vote(poll, *order)
    page = closed(poll)
    said = (
        "Round 1: Beta, Gamma had equally few votes; Beta went out, having fewer points for places (Borda)."
    )
    assert said in page
    assert json.loads(Client().get(f"/polls/{poll.pk}/export/json/").content)["outcome"]["rounds"][0][
        "out"
    ] == [2]
    assert said in Client().get(f"/polls/{poll.pk}/export/csv/").content.decode("utf-8-sig")


@pytest.mark.parametrize(("language", "said"), [("en", "they are level"), ("zh-hans", "则它们持平")])
def test_the_rule_for_ties_is_published(language, said):
    assert said in Client().get("/polls/truth/", headers={"accept-language": language}).content.decode()
