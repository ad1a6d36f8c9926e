"""What readers, the team and administrators see of promises."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from community.core import clock, near
from moderation.promises import typed
from moderation.promises.models import Calendar, Clock, Machine, Promise, RotaShift, SetAside
from moderation.promises.queries.boards import KEY
from moderation.promises.tasks import watch
from moderation.promises.templatetags.promises_tags import due_words, left_words, promise_words
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.promises import a_calendar, a_promise

pytestmark = pytest.mark.django_db
WEEK = {"mon": "09:00–12:30, 13:30–18:00", "fri": "22:00–06:00", "holidays": "2026-12-25 Christmas"}


@pytest.fixture
def board(frozen_clock):
    board = a_board()
    a_promise(board, 120)
    return board


def answered(board, n: int) -> None:
    for _ in range(n):
        a_reply(author=a_member(), thread=a_thread(author=a_member(), board=board))


def seen(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_board_says_what_it_promises_and_that_there_are_too_few_to_say_how_it_goes(board):
    page = seen(Client(), board.get_absolute_url())
    assert "First answer within 2 h of working time." in page
    assert "No question was due" in page and "%" not in page.split("First answer")[1].split("</p>")[0]


def test_with_enough_questions_it_says_how_it_kept_it(board, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answered(board, 10)
    page = seen(Client(), board.get_absolute_url())
    assert "Last 30 days: 100 % in time, half answered before working hours began." in page
    public = seen(Client(), reverse("promises:board", args=[board.slug]))
    assert "Last 30 days: 100 % in time" in public and "So that nobody waits" in public


def raw(board, now) -> tuple[int, int]:
    """Asked and kept of the last thirty days, in the database's own words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(sum(CASE WHEN answered_at IS NOT NULL AND broken_at IS NULL THEN 1 ELSE 0 END), 0)"
            " FROM promises_clock WHERE board_id = %s AND asked_at > %s AND"
            " (answered_at IS NOT NULL OR broken_at IS NOT NULL OR (due_at <= %s AND NOT is_aside))",
            [board.pk, now - timedelta(days=30), now],
        )
        return cursor.fetchone()


def test_the_record_is_what_its_rows_say_though_nobody_counted_since(
    board, frozen_clock, django_capture_on_commit_callbacks
):
    """No worker runs here: days go by, questions leave the thirty days, and one becomes overdue."""
    with django_capture_on_commit_callbacks(execute=True):
        answered(board, 6)
    frozen_clock.move(timedelta(days=10))
    with django_capture_on_commit_callbacks(execute=True):
        answered(board, 11)
        a_thread(author=a_member(), board=board)
    frozen_clock.move(timedelta(days=21))
    near.forget(KEY)  # five minutes went by, and more
    asked, kept = raw(board, clock.now())
    assert (asked, kept) == (12, 11)
    public = seen(Client(), reverse("promises:board", args=[board.slug]))
    assert f"<dd>{asked}</dd>" in public and f'href="#kept">{kept}</a>' in public and "Counted" in public
    assert public.split('id="kept"')[1].split("</section>")[0].count("<li>") == kept
    page = seen(Client(), board.get_absolute_url())
    assert "Last 30 days: 91 % in time" in page and "Counted" in page
    operations = seen(Client(), reverse("insight:operations"))
    assert f"{kept} of {asked}" in re.sub(r"<[^>]+>", "", operations) and "Counted" in operations
    stored = Promise.objects.get()
    assert (stored.asked_count, stored.kept_count) != (asked, kept), "else this proves nothing"


def test_beside_the_composer_stands_by_when_an_answer_is_due(board):
    client = signed_in(Client(), a_member())
    page = seen(client, reverse("forum:new_thread", args=[board.slug]))
    assert "Asked now, that is by Monday, 23 November 2026, 11:00" in page


def test_a_board_without_a_promise_says_nothing(frozen_clock):
    board = a_board()
    assert "working time" not in seen(Client(), board.get_absolute_url())
    assert "promises nothing" in seen(Client(), reverse("promises:board", args=[board.slug]))


def test_who_asked_sees_the_clock_and_can_say_that_a_reply_is_no_answer(board):
    asker, helper = a_member(), a_member()
    thread = a_thread(author=asker, board=board)
    client = signed_in(Client(), asker)
    assert "is promised by Monday" in seen(client, thread.get_absolute_url())
    assert "is promised by" not in seen(Client(), thread.get_absolute_url())
    post = a_reply(author=helper, thread=thread)
    assert "#2 is not an answer" in seen(client, thread.get_absolute_url())
    address = reverse("promises:no_answer", args=[post.pk])
    assert client.post(address).status_code == 302
    assert "You said that #2" in seen(client, thread.get_absolute_url())
    signed_in(Client(), helper).post(address, {"do": "undo"})
    assert SetAside.objects.exists()
    client.post(address, {"do": "undo"})
    assert not SetAside.objects.exists()


def test_what_began_anew_after_a_miss_is_promised_again_and_the_miss_is_told(board, frozen_clock):
    asker, helper = a_member(), a_member()
    thread = a_thread(author=asker, board=board)
    client = signed_in(Client(), asker)
    frozen_clock.move(timedelta(hours=3))
    assert "was promised by" in seen(client, thread.get_absolute_url())
    post = a_reply(author=helper, thread=thread)
    client.post(reverse("promises:no_answer", args=[post.pk]))
    page = seen(client, thread.get_absolute_url())
    assert "is promised by" in page and "was promised by" not in page and "that miss stays" in page
    row = Clock.objects.select_related("terms").get(thread=thread)
    assert promise_words(row).startswith("Missed once, due again")
    frozen_clock.move(timedelta(hours=3))
    assert "was promised by" in seen(client, thread.get_absolute_url())
    assert promise_words(row).endswith("missed so far")


def test_the_team_sees_what_waits_on_its_boards(board):
    thread = a_thread(author=a_member(), board=board)
    moderator = a_member(role="moderator")
    client = signed_in(Client(), moderator, strongly=True)
    page = seen(client, reverse("promises:desk"))
    assert thread.title in page and "first post here" in page and "there is no lead" in page
    a_reply(author=moderator, thread=thread)
    assert "Nobody waits" in seen(client, reverse("promises:desk"))


def test_a_question_of_working_hours_waits_for_the_watch_alone(board, frozen_clock):
    a_thread(author=a_member(), board=board)
    client = signed_in(Client(), a_member(role="moderator"), strongly=True)
    page = seen(client, reverse("promises:desk"))
    assert "is given out within a minute" in page and "waits for working hours" not in page
    frozen_clock.move(timedelta(hours=10))
    a_thread(author=a_member(), board=board)
    assert "waits for working hours" in seen(client, reverse("promises:desk"))


def test_a_deadline_is_told_on_the_readers_wall_and_by_which_clock_it_is_counted(board, frozen_clock):
    """The desk counts by the clock, this page by working hours: each says so, and both name the same moment."""
    at = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
    frozen_clock.move(at - timedelta(hours=14) - clock.now())
    with timezone.override("UTC"), translation.override("en"):
        assert due_words(at, "Europe/Vienna") == "30 Nov, 11:00 (30 Nov, 12:00 in Europe/Vienna)"
    with timezone.override("Europe/Berlin"), translation.override("en"):
        assert due_words(at, "Europe/Vienna") == "30 Nov, 12:00", "the same wall needs no name"
    with translation.override("zh-hans"):
        assert "工作时间" in left_words(timedelta(hours=4))
    assert left_words(timedelta(hours=4)) == "4 h of working time"


def test_a_moment_on_the_wall_of_a_calendar_says_of_which_zone(frozen_clock):
    """Beside it stand moments in the reader's own zone."""
    board = a_board()
    a_promise(board, 120, calendar=a_calendar(zone="Asia/Tokyo"))
    a_thread(author=a_member(), board=board)
    desk = signed_in(Client(), a_member(role="moderator"), strongly=True)
    waiting = seen(desk, reverse("promises:desk"))
    assert "in Asia/Tokyo)</td>" in waiting and "of working time</td>" in waiting
    frozen_clock.move(timedelta(days=7))
    watch.func()
    missed = seen(Client(), reverse("promises:board", args=[board.slug])).split('id="missed"')[1]
    assert re.search(r"was due [^<]*\(Asia/Tokyo\)", missed)


def test_the_team_sees_its_alerts_and_puts_them_away(frozen_clock):
    lead = a_member(role="moderator")
    board = a_board()
    a_promise(board, 120, calendar=a_calendar(lead=lead))
    a_thread(author=a_member(), board=board)
    watch.func()
    client = signed_in(Client(), lead, strongly=True)
    page = seen(client, reverse("promises:desk"))
    assert "You were asked to look" in page and "nobody who answers in English was on the rota" in page
    alert = client.get(reverse("promises:desk")).context["alerts"][0]
    client.post(reverse("promises:seen", args=[alert.pk]))
    assert "You were asked to look" not in seen(client, reverse("promises:desk"))
    assert thread_is_with(lead)


def thread_is_with(member) -> bool:
    return "mine" in seen(signed_in(Client(), member, strongly=True), reverse("promises:desk") + "?show=mine")


def test_a_calendar_shows_its_effect_before_it_is_in_force(frozen_clock):
    admin = a_member(role="admin")
    client = signed_in(Client(), admin, strongly=True)
    address = reverse("promises:calendar_new")
    words = WEEK | {"title": "Vienna", "zone": "Europe/Vienna", "lead": admin.pk}
    shown = client.post(address, words | {"preview": "1"})
    assert "16 h of working time in a week" in shown.content.decode() and not Calendar.objects.exists()
    assert client.post(address, words | {"save": "1"}).status_code == 302
    row = Calendar.objects.get()
    assert row.shifts == [[0, 540, 750], [0, 810, 1080], [4, 1320, 360]]
    assert row.holidays == [["2026-12-25", "Christmas"]]
    page = seen(client, reverse("promises:calendar", args=[row.pk]))
    assert "Friday 22:00–00:00" in page or "Friday 22:00–24:00" in page, "a gap of the rota"
    assert ">Choose somebody</option>" in page and "-----" not in page
    rota = reverse("promises:rota", args=[row.pk])
    client.post(rota, {"member": admin.pk, "weekday": "0", "hours": "09:00-18:00", "language": "en"})
    turn = RotaShift.objects.get()
    assert turn.duty.shift == (0, 540, 1080)
    for _press in range(2):
        assert client.post(rota, {"remove": turn.pk}).status_code == 302, (
            "pressed twice, it is off all the same"
        )
    assert not RotaShift.objects.exists()


@pytest.mark.parametrize(
    ("language", "to_lead", "to_nobody"),
    [
        ("en", "It falls to the lead.", "There is no lead, so it falls to nobody."),
        ("zh-hans", "由负责人处理。", "没有负责人，因此无人处理。"),
    ],
)
def test_a_gap_falls_to_the_lead_that_the_form_names_and_to_nobody_without_one(
    frozen_clock, language, to_lead, to_nobody
):
    """What is previewed counts, whoever leads by the calendar that is in force."""
    admin = a_member(role="admin", language=language)
    client = signed_in(Client(), admin, strongly=True)
    words = WEEK | {"title": "Vienna", "zone": "Europe/Vienna", "reason": "So it is", "preview": "1"}
    for calendar in (a_calendar(lead=admin), a_calendar()):
        address = reverse("promises:calendar", args=[calendar.pk])
        for lead, said, unsaid in ((admin.pk, to_lead, to_nobody), ("", to_nobody, to_lead)):
            shown = client.post(address, words | {"lead": lead}).content.decode()
            effect = shown.split('class="effect')[1].split("</section>")[0]
            assert said in effect and unsaid not in effect


@pytest.mark.parametrize(
    "wrong",
    [
        {"mon": "nine to five"},
        {"mon": "25:00–26:00"},
        {"mon": "09:61–10:00"},
        {"holidays": "2026-02-30 Never"},
        {"holidays": "soon"},
        {"zone": "Mars/Olympus"},
        {"mon": "", "fri": ""},
    ],
    ids=str,
)
def test_what_no_clock_shows_comes_back_with_the_form(frozen_clock, wrong):
    client = signed_in(Client(), a_member(role="admin"), strongly=True)
    words = WEEK | {"title": "Vienna", "zone": "Europe/Vienna", "save": "1"} | wrong
    response = client.post(reverse("promises:calendar_new"), words)
    assert response.status_code == 422 and not Calendar.objects.exists()


def test_a_promise_shows_what_it_would_have_meant(board):
    answered(board, 3)
    client = signed_in(Client(), a_member(role="admin"), strongly=True)
    calendar = Calendar.objects.get()
    address = reverse("promises:promise", args=[board.pk])
    words = {"calendar": calendar.pk, "minutes": "60", "reason": "Faster"}
    shown = client.post(address, words | {"preview": "1"}).content.decode()
    assert "Of 3 questions" in shown and "3 would have been in time" in shown
    assert Promise.objects.get().minutes == 120
    client.post(address, words | {"save": "1"})
    assert Promise.objects.get().minutes == 60
    client.post(address, words | {"minutes": "", "save": "1"})
    assert Promise.objects.get().minutes is None
    assert client.post(address, words | {"minutes": "1", "save": "1"}).status_code == 422


def test_accounts_that_write_by_themselves_are_named_by_administrators(board):
    client = signed_in(Client(), a_member(role="admin"), strongly=True)
    robot, address = a_member(), reverse("promises:staff")
    client.post(address, {"name": robot.name, "reason": "It greets"})
    row = Machine.objects.get()
    assert robot.name in seen(client, address)
    assert client.post(address, {"name": "Nobody at all", "reason": "?"}).status_code == 422
    client.post(address, {"unname": row.pk})
    assert not Machine.objects.exists()


def test_a_median_outside_working_hours_is_said_in_words():
    assert typed.record_words(12, 100, 0) == (
        "Last 30 days: 100 % in time, half answered before working hours began."
    )
    assert "median 1 min" in typed.record_words(12, 100, 1)
