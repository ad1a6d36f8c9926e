"""What voters wrote beside the open choice: who reads it, and whose it is."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

from polls import actions
from polls.queries import written
from polls.voters import Voter
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote

pytestmark = pytest.mark.django_db


def open_poll(**more):
    return a_poll("Lake", "Sand", other="Else", results="always", audience="everyone", **more)


def files(poll, client: Client) -> tuple[list[list[str]], dict]:
    """The rows of the CSV below its table, and the JSON."""
    sheet = client.get(f"/polls/{poll.pk}/export/csv/").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet)))
    below = rows[rows.index([]) + 1 :] if [] in rows else []
    return below, json.loads(client.get(f"/polls/{poll.pk}/export/json/").content)


def test_whoever_looks_after_a_poll_has_the_words_without_the_voters():
    poll = open_poll()
    member = a_member(name="Zora")
    a_vote(poll, 3, by=member, words="=Bus()")
    a_vote(poll, 3, guest="one", words="A boat")
    a_vote(poll, 1)
    rows, told = files(poll, signed_in(Client(), poll.author))
    assert rows == [["written"], ["'=Bus()"], ["A boat"]]
    assert told["written"] == [{"words": "=Bus()"}, {"words": "A boat"}]
    for client in (Client(), signed_in(Client(), member)):  # nobody looked through it
        rows, told = files(poll, client)
        assert rows == [] and "written" not in told
        assert "A boat" not in client.get(poll.get_absolute_url()).content.decode()


def test_in_a_named_poll_the_words_of_members_stand_beside_their_names():
    poll = open_poll(secrecy="named")
    a_vote(poll, 3, by=a_member(name="Zora"), words="Bus")
    a_vote(poll, 3, guest="one", words="A boat")
    assert files(poll, Client())[0] == [["written", "who"], ["Bus", "Zora"]]
    rows, told = files(poll, signed_in(Client(), poll.author))
    assert rows == [["written", "who"], ["A boat", ""], ["Bus", "Zora"]]
    assert told["written"] == [{"words": "A boat", "who": None}, {"words": "Bus", "who": "Zora"}]


def test_words_of_ballots_that_do_not_count_are_not_there():
    poll = open_poll(thread=None)
    gone = a_member()
    a_vote(poll, 3, by=gone, words="Taken back")
    actions.withdraw_ballot(voter=Voter(gone), poll_id=poll.pk)
    a_vote(poll, 3, by=a_member(), words="Left out")
    poll.ballots.filter(state="counted").update(state="left_out")
    a_vote(poll, 3, words="Bus")
    client = signed_in(Client(), poll.author)
    assert files(poll, client)[0] == [["written"], ["Bus"]]
    page = client.get(f"/polls/{poll.pk}/manage/").content.decode()
    assert "What was written" in page and "<q>Bus</q>" in page
    assert "Taken back" not in page and "Left out" not in page


def test_the_page_has_the_newest_by_the_alphabet_and_says_that_the_files_have_all(monkeypatch):
    monkeypatch.setattr(written, "NEWEST", 3)
    poll = open_poll()
    client = signed_in(Client(), poll.author)
    assert "What was written" not in client.get(f"/polls/{poll.pk}/manage/").content.decode()
    for words in ("Oldest", "tram", "Bus", "tram"):
        a_vote(poll, 3, words=words)
    page = client.get(f"/polls/{poll.pk}/manage/").content.decode()
    assert "Oldest" not in page and "The newest 3 stand here" in page
    assert page.index("<q>Bus</q>") < page.index("<q>tram</q> <small>2 times</small>")
    assert len(files(poll, client)[0]) == 5


def test_words_that_are_a_result_wait_as_the_result_does():
    poll = a_poll("Lake", other="Else", author=a_member(role="editor"), results="closed")
    a_vote(poll, 2, words="Bus")
    client = signed_in(Client(), poll.author)
    assert "Bus" not in client.get(f"/polls/{poll.pk}/manage/").content.decode()
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    assert "<q>Bus</q>" in client.get(f"/polls/{poll.pk}/manage/").content.decode()


def test_a_poll_without_an_open_choice_asks_nothing_more(django_assert_num_queries):
    from polls.queries import shown

    one = shown.one(Voter(None), a_poll(results="always", audience="everyone").pk)
    with django_assert_num_queries(0):
        assert written.written_in(one) == [] and written.newest_in(one) == ([], False)
