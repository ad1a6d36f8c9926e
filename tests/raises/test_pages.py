"""What readers see: the label everywhere, the order on one list, and how to be rid of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.core.tasks.testing import run_due
from community.members import actions as members
from forum import actions as forum
from moderation.raises.models import Raise
from tests.builders.forum import a_reply
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db
LABEL = "Raised by Li Wei (Moderator): Needs somebody who drives one"


def seen(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def titles(client: Client, address: str) -> list[str]:
    return [row.title for row in client.get(address).context["page"].items]


@pytest.fixture
def raised(hall):
    thread = hall.threads[2]
    hall.lifts(thread)
    return thread


def test_it_stands_first_on_its_boards_own_list_and_nowhere_else(hall, raised):
    client, board = Client(), hall.board.get_absolute_url()
    plain = [thread.title for thread in reversed(hall.threads)]
    assert titles(client, board) == [raised.title] + [title for title in plain if title != raised.title]
    assert titles(client, f"{board}?raised=off") == plain
    for other in (f"{board}?lane=ask", f"{board}?only=unanswered", "/latest/"):
        assert titles(client, other) == plain
    assert titles(client, f"{board}?sort=newest") == plain
    assert titles(client, "/unanswered/") == plain[::-1]


@pytest.mark.parametrize("where", ["board", "latest", "thread", "board feed", "latest feed", "thread feed"])
def test_it_is_labelled_wherever_it_is_shown(hall, raised, where):
    hall.held.move(timedelta(minutes=1))  # feeds wait until nobody can take a thread back
    address = {
        "board": hall.board.get_absolute_url(),
        "latest": "/latest/",
        "thread": raised.get_absolute_url(),
        "thread feed": f"/threads/{raised.pk}/feed/",
        "board feed": reverse("forum:board_feed", args=[hall.board.slug]),
        "latest feed": reverse("forum:latest_feed"),
    }[where]
    assert seen(Client(), address).count(LABEL) == 1


def test_what_is_found_says_it_and_costs_nothing(hall, raised):
    """The search page alone: what is offered while somebody types is a list of titles."""
    run_due()
    client, address = Client(), f"/search/?q={raised.title.split()[0]}"
    plain = hall.threads[1].get_absolute_url()
    seen(client, address)
    with CaptureQueriesContext(connection) as asked:
        page = seen(client, address)
    assert page.count(LABEL) == 1 and plain in page
    assert "Raised by" not in seen(client, address.replace("/?", "/suggest?"))
    hall.held.move(timedelta(hours=13))
    seen(client, address)
    with CaptureQueriesContext(connection) as asked_later:
        assert "Raised by" not in seen(client, address)
    assert len(asked) == len(asked_later)


def test_what_one_follows_says_it_beside_every_entry_of_the_thread_and_costs_nothing(hall, raised):
    reader, star = a_member(), a_member()
    members.follow(member=reader, target=star)
    forum.set_watch(member=reader, board_id=hall.board.pk, level="all")
    answer = a_reply(author=star, thread=raised)
    forum.accept_answer(actor=raised.author, post_id=answer.pk)
    client = signed_in(Client(), reader)
    client.get("/feed/")
    with CaptureQueriesContext(connection) as asked:
        page = seen(client, "/feed/")
    assert page.count(LABEL) == 3, "its opening, the reply, the answer"
    hall.held.move(timedelta(hours=13))
    client.get("/feed/")
    with CaptureQueriesContext(connection) as asked_later:
        assert "Raised by" not in seen(client, "/feed/")
    assert len(asked) == len(asked_later)


def test_past_its_time_nothing_says_so_even_before_the_clock_has_ended_it(hall, raised):
    hall.held.move(timedelta(hours=13))
    for address in (hall.board.get_absolute_url(), raised.get_absolute_url(), "/latest/"):
        assert "Raised by" not in seen(Client(), address)
    assert titles(Client(), hall.board.get_absolute_url())[0] == hall.threads[-1].title


def test_a_member_can_have_the_plain_order_always(hall, raised):
    reader = a_member()
    client, board = signed_in(Client(), reader), hall.board.get_absolute_url()
    assert titles(client, board)[0] == raised.title
    client.post(reverse("raises:order"), {"plain": "1", "next": board})
    assert titles(client, board)[0] == hall.threads[-1].title
    assert LABEL in seen(client, board), "marked all the same"
    client.post(reverse("raises:order"), {"plain": "0"})
    assert titles(client, board)[0] == raised.title


def test_a_raised_row_costs_one_statement_and_none_elsewhere(hall):
    client, board = Client(), hall.board.get_absolute_url()

    def cost() -> int:
        seen(client, board)
        with CaptureQueriesContext(connection) as asked:
            seen(client, board)
        return len(asked)

    before = cost()
    hall.lifts(hall.threads[0])
    one = cost()
    hall.lifts(hall.threads[1])
    assert (one - before, cost() - before) == (1, 1)


def test_moderators_raise_and_take_back_from_the_threads_menu(hall):
    thread = hall.threads[0]
    client = signed_in(Client(), hall.moderator, strongly=True)
    address = reverse("raises:raise", args=[thread.pk])
    assert address in seen(client, reverse("forum:thread_manage", args=[thread.pk]))
    assert "2 of 2 raises are left" in seen(client, address)
    short = client.post(address, {"reason": "Short", "hours": "6", "way": "must"})
    assert short.status_code == 422 and "at least 10 characters" in short.content.decode()
    assert (
        client.post(address, {"reason": "Needs an owner here", "hours": "6", "way": "must"}).status_code
        == 302
    )
    assert "It stands raised" in seen(client, address)
    client.post(reverse("raises:withdraw", args=[Raise.objects.get().pk]))
    assert Raise.objects.get().ended_by == hall.moderator


def test_who_does_not_moderate_gets_no_form(hall):
    address = reverse("raises:raise", args=[hall.threads[0].pk])
    client = signed_in(Client(), a_member())
    assert client.get(address).status_code == 403
    assert (
        client.post(address, {"reason": "Needs an owner here", "hours": "6", "way": "must"}).status_code
        == 403
    )
    assert "login" in Client().get(address)["Location"]


def test_the_ledger_is_public_and_names_no_hidden_thread(hall, raised, lot):
    lot["next"] = 0
    hall.lifts(hall.threads[5], by_lot=True)
    page = seen(Client(), reverse("raises:ledger", args=[hall.board.slug]))
    assert (
        raised.title in page and "Li Wei" in page and "left out by lot" in page and "Too few to say" in page
    )
    assert len(Client().get(reverse("raises:ledger", args=[hall.board.slug])).context["page"].items) == (
        Raise.objects.filter(board=hall.board).count()
    ), "the page equals a raw query"
    forum.hide_thread(actor=hall.moderator, thread_id=raised.pk, reason="Look")
    assert raised.title not in seen(Client(), reverse("raises:ledger", args=[hall.board.slug]))


def test_the_audit_is_for_moderators(hall, raised):
    page = seen(signed_in(Client(), hall.moderator, strongly=True), reverse("raises:audit"))
    assert "Newcomers" in page and "1 of 6 (17 %)" in page
