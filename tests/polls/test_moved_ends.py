"""Another end after the first vote is in public: what it was, what it is, when and by whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from community.core import clock
from polls import actions
from polls.actions import Option
from polls.models import Poll
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_spec, a_vote

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _still(frozen_clock):
    pass


def open_poll(**more) -> Poll:
    return a_poll("Left", "Right", results="always", audience="everyone", **more)


def move(poll: Poll, **more) -> None:
    options = [Option(choice.text, number=choice.number) for choice in poll.choices.order_by("place")]
    spec = a_spec(question=poll.question, options=options, **({"closes_at": poll.closes_at} | more))
    actions.edit_poll(actor=poll.author, poll_id=poll.pk, spec=spec)


def record(poll: Poll, client: Client | None = None) -> list[list[str]]:
    """The rows of the public record, as texts."""
    page = (client or Client()).get(f"/polls/{poll.pk}/corrections/").content.decode()
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.S)
    return [
        [re.sub("<[^>]+>", " ", one).strip() for one in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows
    ]


def of(poll: Poll) -> str:
    return Client().get(poll.get_absolute_url()).content.decode()


def test_another_day_to_close_on_is_told():
    poll = open_poll(closes_at=clock.now() + 3 * DAY)
    before = poll.closes_at
    a_vote(poll, 1)
    assert "The end was moved" not in of(poll)
    move(poll, closes_at=before + 4 * DAY)
    move(poll, closes_at=None)
    first, second = record(poll)
    assert poll.author.name in first[0]
    assert first[1] != first[2] and first[2] == second[1]
    assert second[2] == "Open until it is closed by hand."
    assert first[3] == "The end was moved" and first[4] == "1"
    page = of(poll)
    assert f'href="/polls/{poll.pk}/corrections/">The end was moved</a>' in page
    assert "Wording changed" not in page  # nobody says that the words are others


def test_the_same_end_is_no_change():
    poll = open_poll(closes_at=clock.now() + 3 * DAY)
    a_vote(poll, 1)
    Poll.objects.filter(pk=poll.pk).update(closes_at=poll.closes_at.replace(second=7, microsecond=9))
    poll.refresh_from_db()
    move(poll)
    move(poll, closes_at=poll.closes_at.replace(second=0, microsecond=0))  # as the form sends it
    assert record(poll) == []
    assert Poll.objects.get(pk=poll.pk).closes_at == poll.closes_at


def test_before_the_first_vote_the_end_is_free():
    poll = open_poll(closes_at=clock.now() + 3 * DAY)
    move(poll, closes_at=poll.closes_at + DAY)
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    actions.reopen_poll(actor=poll.author, poll_id=poll.pk)
    assert record(poll) == []


def test_opening_again_a_poll_that_its_number_closed_is_told(frozen_clock):
    poll = open_poll(closes_after=2)
    a_vote(poll, 1)
    a_vote(poll, 2)
    frozen_clock.move(DAY)
    actions.reopen_poll(actor=poll.author, poll_id=poll.pk)
    actions.reopen_poll(actor=poll.author, poll_id=poll.pk)
    (row,) = record(poll)
    assert poll.author.name in row[0]
    assert row[1].startswith("Closed ") and row[1].endswith("After 2 votes.")
    assert row[2:] == ["Open until it is closed by hand.", "Opened again", "2"]
    assert "The end was moved" in of(poll)


def test_a_reason_that_was_given_stands_there_and_so_does_the_answers_day(frozen_clock):
    team = a_member(role="admin")
    poll = open_poll(author=team, is_decision=True, closes_at=clock.now() + DAY)
    a_vote(poll, 1)
    options = [Option("Left", number=1), Option("Right", number=2)]
    spec = a_spec(question=poll.question, options=options, closes_at=poll.closes_at + DAY)
    actions.edit_poll(actor=team, poll_id=poll.pk, spec=spec, reason="The day was a holiday")
    assert record(poll)[0][3] == "The day was a holiday"
    actions.close_poll(actor=team, poll_id=poll.pk)
    poll.refresh_from_db()
    later = poll.answer_by + 3 * DAY
    actions.move_answer_date(actor=team, poll_id=poll.pk, to=later, reason="Measured first")
    assert later.isoformat() not in record(poll)[1][2]
    assert str(later.day) in record(poll)[1][2]


def test_it_is_told_in_chinese():
    poll = open_poll(closes_at=clock.now() + 3 * DAY)
    a_vote(poll, 1)
    move(poll, closes_at=None)
    reader = signed_in(Client(), a_member(language="zh-hans"))
    with translation.override("zh-hans"):
        page = reader.get(
            f"/polls/{poll.pk}/corrections/", headers={"accept-language": "zh-hans"}
        ).content.decode()
    assert "截止时间改过" in page
