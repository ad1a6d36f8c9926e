"""A reply that is a template alone leaves a promise where it was: whose turn it is, how far it came, who was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.forms.models import model_to_dict
from django.test import Client

from activity.notices.models import Notification
from community.core.tasks.testing import run_due
from forum import actions as forum
from moderation.canned.models import Use
from moderation.promises import actions
from moderation.promises.actions import call_no_answer
from moderation.promises.counters import rebuild_clocks
from moderation.promises.models import Alert, Clock
from moderation.promises.tasks import watch
from tests.builders.canned import WINTER, an_answer
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.promises import ALWAYS, a_calendar, a_promise

pytestmark = pytest.mark.django_db
Stage = Clock.Stage
BODY = WINTER.replace("{asker}", "Anna")
OWN = " You wrote of 190 km at minus five: with those tyres that is fine."


class House:
    """A board that promises two hours, a rota of two, their lead, a question, and an answer kept ready."""

    def __init__(self, held) -> None:
        self.held = held
        self.admin, self.lead = a_member(role="admin"), a_member(role="admin")
        self.mei, self.li = (a_member(name=name, role="moderator") for name in ("Mei", "Li"))
        calendar = a_calendar(ALWAYS, by=self.admin, lead=self.lead)
        for member in (self.mei, self.li):
            for day in ALWAYS:
                actions.add_shift(actor=self.admin, calendar_id=calendar.pk, member=member, shift=day)
        board = a_board()
        a_promise(board, 120, calendar=calendar, by=self.admin)
        self.answer = an_answer()
        self.thread = a_thread(author=a_member(name="Anna"), board=board, title="How far in winter")
        self.waits(0)

    def waits(self, *minutes: int) -> None:
        for wait in minutes:
            self.held.move(timedelta(minutes=wait))
            watch.func()
            run_due()

    @property
    def clock(self) -> Clock:
        return Clock.objects.get(thread=self.thread)

    def told(self) -> tuple:
        """Everything that a promise on its way consists of."""
        duty = Notification.objects.filter(thread=self.thread, kind="duty").order_by("pk")
        return (
            model_to_dict(self.clock),
            list(Alert.objects.order_by("pk").values()),
            list(duty.values_list("pk", "recipient_id")),
        )


@pytest.fixture
def house(frozen_clock):
    return House(frozen_clock)


def at_the_desk(house) -> None:
    client = signed_in(Client(), house.mei, strongly=True)
    page = client.get(f"/desk/threads/{house.thread.pk}/")
    given = {"body": BODY, "key": page.context["form"]["key"].value()}
    assert client.post(f"/desk/threads/{house.thread.pk}/reply/", given).status_code == 302


def on_the_page(house) -> None:
    a_reply(author=house.mei, thread=house.thread, body=BODY)


@pytest.mark.parametrize("send", [at_the_desk, on_the_page])
@pytest.mark.parametrize(
    ("waits", "stage"),
    [
        ([5], Stage.HELD),
        ([60, 5], Stage.HANDED),
        ([60, 30, 5], Stage.LATE),
        ([60, 30, 30, 5], Stage.BROKEN),
    ],
    ids=["held", "handed over", "lead told", "broken"],
)
def test_a_template_alone_changes_nothing_of_what_is_under_way(house, send, waits, stage):
    house.waits(*waits)
    before = house.told()
    assert house.clock.stage == stage and len(before[1]) == len(before[2]) == stage
    send(house)
    assert house.told()[:2] == before[:2], "at once"
    run_due()
    watch.func()
    run_due()
    assert house.told() == before, "and after everybody heard of it"
    assert Use.objects.get().is_bare
    assert rebuild_clocks() == 0
    desk = signed_in(Client(), house.lead, strongly=True).get("/desk/promises/").content.decode()
    assert house.clock.holder.name in desk and "is given out within a minute" not in desk


def test_what_comes_after_a_template_alone_comes_when_it_would_have(house):
    on_the_page(house)
    first = house.clock.holder
    house.waits(60, 30)
    row = house.clock
    assert row.stage == Stage.LATE and row.holder != first
    assert [alert.recipient for alert in Alert.objects.order_by("stage")] == [first, row.holder, house.lead]


def test_put_into_own_words_it_answers_and_called_no_answer_all_begins_anew(house):
    on_the_page(house)
    house.waits(65)
    post = Use.objects.get().post
    forum.edit_post(actor=house.mei, post_id=post.pk, body=BODY + OWN)
    run_due()
    assert house.clock.answer == post
    house.waits(5)
    call_no_answer(actor=house.thread.author, post_id=post.pk)
    row = house.clock
    assert (row.laps, row.stage, row.holder, row.started_at) == (2, Stage.NEW, None, house.held.now())
    house.waits(0)
    assert house.clock.stage == Stage.HELD and house.clock.holder is not None


def test_a_reply_in_own_words_still_stops_it(house):
    post = a_reply(author=house.mei, thread=house.thread, body=OWN)
    assert house.clock.answer == post and house.clock.next_at is None
