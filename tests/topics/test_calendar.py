"""The topic calendar: nothing without an owner, reminders in time, a label on the thread, a summary by a person."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client

from activity.notices.models import Notification
from community.core.access import Invalid, Refused
from community.core.tasks.testing import run_due
from community.members import actions as member_actions
from forum import actions as forum
from forum.models import Thread
from forum.rights import CIRCLE
from moderation.insight.queries.watch import watch
from moderation.topics import actions, policy
from moderation.topics.handlers import remind_owners
from moderation.topics.models import Topic
from moderation.topics.policy import Owed, Phase
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.topics import DAY, a_topic
from tests.support.inert import Page

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


@pytest.fixture
def mei(frozen_clock):
    return a_member(name="Mei", role="moderator")


@pytest.fixture
def board(mei):
    return a_board()


def told(member) -> list[str]:
    rows = Notification.objects.filter(recipient=member, kind="duty", withdrawn_at=None, read_at=None)
    return sorted(row.data["what"] for row in rows)


def reminded(member) -> list[str]:
    remind_owners()
    run_due()
    return told(member)


def said(response) -> str:
    return unescape(response.content.decode())


# -- planning


def test_without_an_owner_nothing_is_scheduled(mei, board):
    with pytest.raises(Invalid) as refused:
        a_topic(mei, board, owner_id=None)
    assert refused.value.field == "owner" and "Without an owner" in refused.value.reason
    idea = a_topic(mei, board, owner_id=None, is_scheduled=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Topic.objects.filter(pk=idea.pk).update(state="scheduled")
    assert Topic.objects.get().state == "idea"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"closes_on": None}, "closes_on"),
        ({"opens_on": None}, "opens_on"),
        ({"closes_on": MONDAY - DAY}, "closes_on"),
        ({"closes_on": MONDAY + 93 * DAY}, "closes_on"),
        ({"opens_on": date(1999, 1, 1), "closes_on": date(1999, 1, 2)}, "opens_on"),
        ({"opens_on": date.max, "closes_on": date.max}, "opens_on"),
        ({"closes_on": date.min}, "closes_on"),
        ({"theme": " "}, "theme"),
        ({"theme": "x" * 101}, "theme"),
        ({"about": "x" * 501}, "about"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(mei, board, told, field):
    given = {"theme": "Tyres", "opens_on": MONDAY, "closes_on": MONDAY + DAY, "owner_id": mei.pk} | told
    with pytest.raises(Invalid) as refused:
        actions.plan_topic(actor=mei, board_id=board.pk, is_scheduled=True, **given)
    assert refused.value.field == field and not Topic.objects.exists()


def test_an_owner_keeps_order_there_and_who_plans_too(mei, board):
    for other in (a_member(), a_member(role="editor")):
        with pytest.raises(Invalid):
            a_topic(mei, board, owner_id=other.pk)
        with pytest.raises(Refused):
            a_topic(other, board, owner_id=mei.pk)
    secret = a_board(rights={"read": ["admin"], "moderate": ["admin"]})
    with pytest.raises(Http404):
        a_topic(mei, secret)
    hidden = a_topic(a_member(role="admin"), secret, owner_id=None, is_scheduled=False)
    with pytest.raises(Http404):
        actions.drop_topic(actor=mei, topic_id=hidden.pk)


def test_whoever_left_the_team_is_shown_and_reminded_no_more(mei, board, frozen_clock):
    other = a_member(name="Otto Lind", role="moderator")
    row = a_topic(mei, board, owner_id=other.pk)
    reader = Client()
    assert "looked after by Otto Lind" in said(reader.get("/topics/"))
    member_actions.set_role(actor=None, member=other, role="member")
    assert reminded(other) == [] and "Otto Lind" not in said(reader.get("/topics/"))
    desk = signed_in(Client(), mei, strongly=True)
    assert "nobody looks after it" in said(desk.get("/staff/topics/"))
    address = f"/staff/topics/{row.pk}/"
    assert "has left the team" in said(desk.get(address))
    plan = {"theme": row.theme, "opens_on": row.opens_on, "closes_on": row.closes_on, "schedule": "1"}
    assert desk.post(address, plan | {"owner": "", "version": 0}).status_code == 422
    assert desk.post(address, plan | {"owner": mei.pk, "version": 0}).status_code == 302
    assert "looked after by Mei" in said(reader.get("/topics/"))


# -- reminding


def test_the_owner_is_reminded_when_it_opens_and_when_the_summary_is_due(mei, board, frozen_clock):
    topic = a_topic(mei, board, starts=1)
    assert reminded(mei) == []
    frozen_clock.move(DAY)
    assert reminded(mei) == ["topic_opens"]
    thread = a_thread(author=mei, board=board)
    actions.give_thread(actor=mei, topic_id=topic.pk, thread_id=thread.pk)
    run_due()
    assert reminded(mei) == [], "what was done is asked for no more"
    frozen_clock.move(6 * DAY)
    assert reminded(mei) == ["topic_summary"]
    assert reminded(mei) == ["topic_summary"], "once, however often the clock comes by"
    row = Notification.objects.get(recipient=mei, withdrawn_at=None)
    assert row.count == 1
    assert signed_in(Client(), mei, strongly=True).get(f"/notices/{row.pk}/")["Location"] == (
        f"/staff/topics/{topic.pk}/"
    )
    a_reply(author=mei, thread=thread, body="Two sets a year, said most of you.")
    actions.sum_up(actor=mei, topic_id=topic.pk, number=2)
    run_due()
    assert reminded(mei) == []


def test_a_new_owner_is_reminded_and_the_old_one_is_relieved(mei, board):
    li = a_member(name="Li", role="moderator")
    topic = a_topic(mei, board)
    assert reminded(mei) == ["topic_opens"]
    days = {"opens_on": topic.opens_on, "closes_on": topic.closes_on, "is_scheduled": True}
    actions.change_topic(actor=mei, topic_id=topic.pk, version=0, theme=topic.theme, owner_id=li.pk, **days)
    assert reminded(li) == ["topic_opens"] and told(mei) == []


def test_late_ones_stand_on_the_watchdog(mei, board, frozen_clock):
    topic = a_topic(mei, board)
    assert watch([board]).late == []
    frozen_clock.move(DAY)
    assert [one.topic for one in watch([board]).late] == [topic]
    page = said(signed_in(Client(), mei, strongly=True).get("/desk/insight/"))
    assert "Mei owes its thread" in page and f'href="/staff/topics/{topic.pk}/"' in page
    thread = a_thread(author=mei, board=board)
    actions.give_thread(actor=mei, topic_id=topic.pk, thread_id=thread.pk)
    frozen_clock.move(5 * DAY + policy.SUMMARY_WITHIN)
    assert watch([board]).late == []
    frozen_clock.move(DAY)
    assert [one.owed for one in watch([board]).late] == [Owed.SUMMARY]


def test_the_days_of_a_theme():
    first, last = MONDAY, MONDAY + 6 * DAY
    phases = [policy.phase(first, last, MONDAY + n * DAY) for n in (-1, 0, 6, 7)]
    assert phases == [Phase.COMING, Phase.ON, Phase.ON, Phase.OVER]
    owed = [
        policy.owed(first, last, MONDAY + n * DAY, has_thread=has_thread, has_summary=False)
        for n, has_thread in ((-1, False), (0, False), (5, True), (6, True), (9, False))
    ]
    assert owed == [Owed.NOTHING, Owed.THREAD, Owed.NOTHING, Owed.SUMMARY, Owed.THREAD]


# -- its thread


def test_the_thread_carries_the_label_in_page_list_and_log(mei, board):
    topic = a_topic(mei, board, theme="冬季轮胎")
    thread = a_thread(author=mei, board=board)
    before = Thread.objects.get(pk=thread.pk).sequence
    actions.give_thread(actor=mei, topic_id=topic.pk, thread_id=thread.pk)
    assert Thread.objects.get(pk=thread.pk).sequence == before + 1, "open pages hear of it"
    page = said(Client().get(thread.get_absolute_url()))
    assert "Theme: 冬季轮胎" in page and "the thread of the theme “冬季轮胎”" in page
    assert "冬季轮胎" in said(Client().get(board.get_absolute_url()))
    actions.drop_topic(actor=mei, topic_id=topic.pk)
    assert Thread.objects.get(pk=thread.pk).topic == ""


def test_a_thread_has_one_theme_and_lies_on_its_board(mei, board):
    topic, other = a_topic(mei, board), a_topic(mei, board, theme="Charging at home")
    thread, elsewhere = a_thread(author=mei, board=board), a_thread(author=mei)
    actions.give_thread(actor=mei, topic_id=topic.pk, thread_id=thread.pk)
    for topic_id, thread_id in ((other.pk, thread.pk), (other.pk, elsewhere.pk)):
        with pytest.raises(Invalid):
            actions.give_thread(actor=mei, topic_id=topic_id, thread_id=thread_id)


def test_a_theme_follows_its_merged_thread(mei, board):
    topic = a_topic(mei, board)
    source, target = a_thread(author=mei, board=board), a_thread(author=a_member(), board=board)
    actions.give_thread(actor=mei, topic_id=topic.pk, thread_id=source.pk)
    forum.merge_threads(actor=mei, source_id=source.pk, target_id=target.pk, reason="The same matter")
    run_due()
    topic.refresh_from_db()
    assert topic.thread_id == target.pk
    assert list(Thread.objects.order_by("pk").values_list("topic", flat=True)) == ["", topic.theme]


# -- the summary


def test_a_summary_is_a_post_of_the_team_in_the_thread(mei, board):
    topic = a_topic(mei, board)
    with pytest.raises(Refused):
        actions.sum_up(actor=mei, topic_id=topic.pk, number=2)
    thread = a_thread(author=mei, board=board)
    actions.give_thread(actor=mei, topic_id=topic.pk, thread_id=thread.pk)
    a_reply(author=a_member(), thread=thread, body="I change mine in October.")
    for number in (1, 2, 3):
        with pytest.raises(Invalid):
            actions.sum_up(actor=mei, topic_id=topic.pk, number=number)
    post = a_reply(author=mei, thread=thread, body="Most of you change them in October.")
    actions.sum_up(actor=mei, topic_id=topic.pk, number=3)
    page = said(Client().get("/topics/"))
    assert "What came of it" in page and "Most of you change them in October." in page
    forum.hide_post(actor=a_member(role="admin"), post_id=post.pk, reason="Wrong figures")
    page = said(Client().get("/topics/"))
    assert "Most of you change" not in page and "The summary is still to come." in page
    actions.take_summary_off(actor=mei, topic_id=topic.pk)
    assert Topic.objects.get().state == "scheduled"


def test_who_comes_later_or_presses_twice_is_told_how_it_stands(mei, board):
    topic = a_topic(mei, board)
    thread = a_thread(author=mei, board=board)
    actions.give_thread(actor=mei, topic_id=topic.pk, thread_id=thread.pk)
    for n in range(2):
        a_reply(author=mei, thread=thread, body=f"What came of it, {n}.")
    for _press in range(2):
        assert actions.sum_up(actor=mei, topic_id=topic.pk, number=2).summary.number == 2
    client = signed_in(Client(), mei, strongly=True)
    page = said(client.post(f"/staff/topics/{topic.pk}/drop/", follow=True))
    assert "This theme is summed up. Take the summary off first." in page and "Dropped." not in page
    other = client.post(f"/staff/topics/{topic.pk}/", {"summary": "1", "number": "3"})
    assert other.status_code == 422 and "This theme is summed up." in said(other)
    assert Topic.objects.get().state == "closed"
    actions.take_summary_off(actor=mei, topic_id=topic.pk)
    actions.drop_topic(actor=mei, topic_id=topic.pk)
    page = said(client.post(f"/staff/topics/{topic.pk}/open/", follow=True))
    assert "This theme was dropped." in page and "It is open again." not in page


def test_who_may_not_act_owns_nothing_and_what_they_summed_up_stays(mei, board):
    li = a_member(role="moderator")
    topic = a_topic(mei, board)
    thread = a_thread(author=mei, board=board)
    actions.give_thread(actor=mei, topic_id=topic.pk, thread_id=thread.pk)
    a_reply(author=li, thread=thread, body="Most of you change them in October.")
    admin = a_member(role="admin")
    member_actions.set_standing(actor=admin, member=li, standing="muted", reason="Away from the team for now")
    with pytest.raises(Invalid) as refused:
        a_topic(mei, board, theme="Another", owner_id=li.pk)
    assert refused.value.field == "owner"
    assert actions.sum_up(actor=mei, topic_id=topic.pk, number=2).summary.author == li


# -- pages


def test_the_public_list_tells_of_boards_that_one_may_read(mei, board, frozen_clock):
    circle = a_board(rights=CIRCLE)
    admin = a_member(role="admin")
    for name, where, starts in (
        ("On these days", board, 0),
        ("In two weeks", board, 14),
        ("Inside", circle, 0),
    ):
        a_topic(admin, where, theme=name, starts=starts, owner_id=admin.pk)
    a_topic(mei, board, theme="Only an idea", is_scheduled=False)
    page = said(Client().get("/topics/"))
    assert page.index("On these days") < page.index("In two weeks")
    assert "Inside" not in page and "Only an idea" not in page
    assert "Inside" in said(signed_in(Client(), admin, strongly=True).get("/topics/"))


@pytest.mark.parametrize("rows", [2, 12])
def test_the_public_list_costs_the_same_however_many_there_are(
    rows, mei, board, django_assert_max_num_queries
):
    for n in range(rows):
        topic = a_topic(mei, board, theme=f"Theme of week {n}", starts=-7 * n)
        thread = a_thread(author=mei, board=board)
        actions.give_thread(actor=mei, topic_id=topic.pk, thread_id=thread.pk)
        a_reply(author=mei, thread=thread, body=f"What came of week {n}, in short.")
        actions.sum_up(actor=mei, topic_id=topic.pk, number=2)
    client = signed_in(Client(), a_member())
    client.get("/topics/")
    with django_assert_max_num_queries(9):
        page = said(client.get("/topics/"))
    assert page.count("data-row") == rows


def test_a_theme_is_planned_given_its_thread_and_summed_up_by_forms(mei, board):
    client = signed_in(Client(), mei, strongly=True)
    page = said(client.get("/staff/topics/"))
    assert ">Choose a board</option>" in page and "-----" not in page
    assert (
        client.post("/staff/topics/", {"board": board.slug})["Location"] == f"/staff/topics/new/{board.slug}/"
    )
    plan = {
        "theme": "Winter tyres",
        "about": "",
        "owner": "",
        "opens_on": "2026-11-23",
        "closes_on": "2026-11-29",
    }
    response = client.post(f"/staff/topics/new/{board.slug}/", plan | {"schedule": "1"})
    assert response.status_code == 422 and "Without an owner nothing is scheduled" in said(response)
    assert Page(said(response)).fields["theme"] == "Winter tyres", "the form stays filled"
    address = client.post(f"/staff/topics/new/{board.slug}/", plan | {"idea": "1"})["Location"]
    owned = plan | {"owner": mei.pk, "schedule": "1", "version": 0}
    assert client.post(address, owned).status_code == 302
    assert "It begins today: open its thread." in said(client.get(address))
    thread = a_thread(author=mei, board=board)
    assert client.post(address, {"thread": "1", "target": thread.get_absolute_url()}).status_code == 302
    assert client.post(address, {"summary": "1", "number": "9"}).status_code == 422
    a_reply(author=mei, thread=thread, body="Most of you change them in October.")
    assert client.post(address, {"summary": "1", "number": "2"}).status_code == 302
    assert "Summed up" in said(client.get(address))
    client.post(f"{address}open/")
    client.post(f"{address}drop/")
    assert Topic.objects.get().state == "dropped"


def test_the_calendar_is_not_there_for_others(mei, board):
    topic = a_topic(mei, board)
    for member in (a_member(), a_member(role="editor")):
        client = signed_in(Client(), member, strongly=True)
        for address in ("/staff/topics/", f"/staff/topics/{topic.pk}/", f"/staff/topics/new/{board.slug}/"):
            assert client.get(address).status_code == 404
        assert client.post(f"/staff/topics/{topic.pk}/drop/").status_code == 404
    assert Topic.objects.get().state == "scheduled"


def a_plan(topic, **told):
    given = {"theme": topic.theme, "about": "", "owner": topic.owner_id, "schedule": "1"}
    return given | {"opens_on": topic.opens_on, "closes_on": topic.closes_on, "version": topic.version} | told


def test_of_two_who_save_one_plan_the_second_looks_at_the_first_before(mei, board):
    topic = a_topic(mei, board)
    desk, address = signed_in(Client(), mei, strongly=True), f"/staff/topics/{topic.pk}/"
    assert 'name="version" value="0"' in desk.get(address).content.decode()
    assert desk.post(address, a_plan(topic, theme="Summer tyres")).status_code == 302
    told = desk.post(address, a_plan(topic, theme="Snow chains", about="Where they are asked for"))
    page = unescape(told.content.decode())
    assert told.status_code == 422 and "Somebody changed this plan meanwhile." in page
    assert "The plan as it stands now" in page and "Summer tyres" in page
    assert 'value="Snow chains"' in page and "Where they are asked for" in page
    assert Topic.objects.get().theme == "Summer tyres"
    assert 'name="version" value="1"' in page, "sent again, it is meant"
    assert desk.post(address, a_plan(topic, theme="Snow chains", version=1)).status_code == 302
    assert Topic.objects.get().theme == "Snow chains"


@pytest.mark.parametrize("version", ["", "-1", "x", "99"])
def test_a_plan_is_not_laid_out_anew_over_one_that_nobody_saw(mei, board, version):
    topic = a_topic(mei, board)
    told = signed_in(Client(), mei, strongly=True).post(
        f"/staff/topics/{topic.pk}/", a_plan(topic, theme="Snow chains", version=version)
    )
    assert told.status_code == 422 and Topic.objects.get().theme == "Winter tyres"


def test_a_page_from_before_a_theme_was_dropped_does_not_take_it_up_again(mei, board):
    topic = a_topic(mei, board)
    actions.drop_topic(actor=mei, topic_id=topic.pk)
    told = signed_in(Client(), mei, strongly=True).post(f"/staff/topics/{topic.pk}/", a_plan(topic))
    assert told.status_code == 422 and Topic.objects.get().state == "dropped"
