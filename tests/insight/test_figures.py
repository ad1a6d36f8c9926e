"""The team's figures say what the rows say, on the viewer's boards alone, and every number leads to its rows."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.core.tasks.testing import run_due
from community.members.models import Member
from forum import actions
from forum.rights import CIRCLE
from moderation.insight.queries.figures import figures
from moderation.insight.tasks import tell_of_unseen
from moderation.insight.window import last_days
from moderation.promises import actions as promises
from moderation.promises.actions.watching import watch_clocks
from moderation.promises.models import Calendar, Clock
from polls.models import Ballot
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.notices import told
from tests.builders.polls import a_poll, a_vote
from tests.builders.promises import ALWAYS, a_calendar, a_promise

pytestmark = pytest.mark.django_db
PAGE = "/desk/insight/"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Site:
    """Ten days of questions on an open board: some answered, some by staff, one by a machine, one not at all."""

    def __init__(self, held: Any) -> None:
        self.held, end = held, held.now()
        held.set(end - 20 * DAY)
        self.moderator = a_member(role="moderator", name="Li Wei")
        self.regular, self.machine = a_member(name="Old hand"), a_member(name="Robot")
        self.board, self.circle = a_board(slug="open"), a_board(slug="lounge", rights=CIRCLE)
        a_promise(self.board, 60, calendar=a_calendar(ALWAYS))
        promises.name_machine(actor=a_member(role="admin"), member=self.machine, reason="Writes by itself")
        a_thread(author=self.regular, board=self.board, lane="chat")
        poll = a_poll("Yes", "No", audience="everyone")
        held.set(end - 10 * DAY)
        a_vote(poll, 1, guest="nobody-we-know")
        self.newcomers = [a_member() for _ in range(4)]
        first, second, third, _silent = self.newcomers
        self.quick = self._asked(first, 10 * MINUTE, self.regular)
        self.slow = self._asked(second, 5 * HOUR, self.moderator)
        self.by_machine = self._asked(third, MINUTE, self.machine)
        self.open = a_thread(author=self.regular, board=self.board)
        for day in (1, 2):
            held.set(end - 10 * DAY + day * DAY)
            a_reply(author=first, thread=self.quick)
        Member.objects.filter(pk__in=[first.pk, third.pk]).update(returned_at=held.now())
        Ballot.objects.create(
            poll=a_poll("A", "B"), member=second, guest_key="k", group="guest", cast_at=held.now()
        )
        held.set(end)

    def _asked(self, asker: Member, after: timedelta, by: Member) -> Any:
        thread = a_thread(author=asker, board=self.board)
        self.held.move(after)
        a_reply(author=by, thread=thread)
        return thread


@pytest.fixture
def site(frozen_clock):
    return Site(frozen_clock)


@pytest.fixture
def found(site):
    return figures(site.moderator, last_days(30, now=site.held.now(), zone="UTC"))


@pytest.fixture
def desk(site):
    return signed_in(Client(), site.moderator, strongly=True)


def test_first_replies_are_those_of_people(site, found):
    waits = found.replies.all
    assert (waits.asked, waits.answered, waits.median, waits.long) == (4, 2, 5 * HOUR, None)
    assert (found.replies.new.asked, found.replies.regular.asked) == (3, 1)
    assert found.replies.by_role == {"member": 1, "moderator": 1}
    assert waits.is_few
    actions.hide_post(
        actor=site.moderator, post_id=site.slow.posts.get(number=2).pk, reason="Not fit to be read"
    )
    again = figures(site.moderator, found.window)
    assert again.replies.all.answered == 1, "words that are gone are no reply"


def test_the_waits_equal_a_raw_query(site, found):
    sql = """
        SELECT t.id, t.opened_at, min(p.posted_at) FROM forum_thread t JOIN forum_board b ON b.id = t.board_id
        LEFT JOIN forum_post p ON p.thread_id = t.id AND p.state = 'visible' AND p.number > 1
          AND p.author_id <> t.author_id AND p.author_id NOT IN (SELECT member_id FROM promises_machine)
        WHERE t.lane = 'ask' AND t.state = 'visible' AND b.slug = 'open' GROUP BY t.id, t.opened_at
    """
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall()
    answered = sum(first is not None for _pk, _at, first in rows)
    assert (found.replies.all.asked, found.replies.all.answered) == (len(rows), answered)
    assert sum(one.asked for one in found.replies.by_hour) == len(rows)


def test_steps_are_parts_of_each_other_and_open_their_people(site, found, desk):
    counts = dict(zip(("known", "here", "back", "keeps"), found.steps.counts, strict=True))
    joined = set(
        Member.objects.listed()
        .filter(joined_at__gte=found.window.since, role="member")
        .values_list("pk", flat=True)
    )
    assert counts["here"] == len(joined) and counts["known"] == len(joined) + 1
    first, second, third, _silent = site.newcomers
    assert set(found.steps.ids("back")) == {first.pk, third.pk}
    assert found.steps.ids("keeps") == [first.pk]
    assert found.steps.ids("tapped") == [second.pk]
    assert set(found.steps.ids("answered")) >= {first.pk, second.pk, third.pk}
    assert found.steps.counts == sorted(found.steps.counts, reverse=True)
    for name in ("known", "here", "back", "keeps", "wrote"):
        page = desk.get(reverse("insight:people"), {"step": name})
        assert {one.pk for one in page.context["page"].items} == set(found.steps.ids(name)), name


def test_promises_teams_and_cohorts(site, found, desk):
    assert (found.kept.hits, found.kept.total) == (1, Clock.objects.count()), (
        "neither a machine nor five hours kept one"
    )
    (team,) = found.teams
    assert (team.role, team.people, team.posts, team.first_replies) == ("moderator", 1, 1, 1)
    week = next(one for one in found.cohorts if {m.pk for m in site.newcomers} <= one.people)
    page = desk.get(reverse("insight:people"), {"week": week.monday.isoformat(), "after": "0"})
    assert {one.pk for one in page.context["page"].items} == week.people
    for share in week.shares:
        assert share.hits <= share.total == len(week.people)
    assert desk.get(reverse("insight:people"), {"week": "x", "after": "0"}).status_code == 404


def test_questions_behind_a_number(site, desk):
    def shown(**which: str) -> list[int]:
        page = desk.get(reverse("insight:questions"), which)
        return [thread.pk for thread, _one in page.context["rows"]]

    assert shown() == [site.by_machine.pk, site.open.pk, site.slow.pk, site.quick.pk]
    assert shown(only="open", who="regular") == [site.open.pk]
    assert shown(board="open", hour=str(site.quick.opened_at.hour), who="new")
    assert shown(hour="99") == shown()


def test_a_private_board_is_in_no_figure_of_those_who_may_not_keep_it(site, found):
    enrolled = a_member()
    actions.enrol(actor=None, board_id=site.circle.pk, member=enrolled, kind="club_member")
    site.held.move(-2 * DAY)
    a_thread(author=enrolled, board=site.circle)
    site.held.move(2 * DAY)
    actions.set_rights(actor=None, board_id=site.circle.pk, rights={"read": ["club_member"], "moderate": []})
    again = figures(site.moderator, found.window)
    assert again.replies == found.replies and again.teams == found.teams
    assert set(again.steps.ids("wrote")) == set(found.steps.ids("wrote"))


def test_the_page_its_files_and_what_it_costs(site, desk):
    desk.get(PAGE)
    with CaptureQueriesContext(connection) as seen:
        page = desk.get(PAGE)
    assert len(seen) <= 21, "seventeen of its own; session, account and factors besides"
    text = page.content.decode()
    assert "Too few questions to say" in text and text.count('<svg class="chart') == 4
    heads = {"replies": "by", "steps": "step", "promises": "day", "teams": "team", "treatment": "by"}
    for sheet, head in (heads | {"cohorts": "week of joining"}).items():
        answer = desk.get(f"{PAGE}csv/?sheet={sheet}")
        table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert table[0][0] == head and len(table) > 1
    assert desk.get(f"{PAGE}csv/?sheet=other").status_code == 404


def said_of(thread: Any, desk: Client) -> str:
    """The line about a thread in what nobody looks after."""
    return desk.get(PAGE).content.decode().split(thread.title)[1].split("</li>")[0]


def test_what_nobody_looks_after_is_told_first(site, desk):
    """A board where people wrote and staff did not look for two days, and a promise that is about to be broken."""
    window = last_days(30, now=site.held.now(), zone="UTC")
    calm = figures(site.moderator, window).watch
    assert [one.board.pk for one in calm.unvisited] == [site.board.pk], (
        "members wrote two days after staff did"
    )
    actions.mark_read(member=site.moderator, thread=site.quick, number=4)
    assert figures(site.moderator, window).watch.is_calm
    site.held.move(MINUTE)
    late = a_thread(author=a_member(), board=site.board)
    site.held.move(50 * MINUTE)
    watch_clocks()
    seen = figures(site.moderator, window).watch
    assert [clock.thread_id for clock in seen.near][-1] == late.pk
    assert "an answer is promised by" in said_of(late, desk)
    site.held.move(20 * MINUTE)
    assert "an answer was promised by" in said_of(late, desk) and "missed so far" in said_of(late, desk)
    site.held.move(3 * DAY)
    assert [one.board.pk for one in figures(site.moderator, window).watch.unvisited] == [site.board.pk]


def test_the_lead_is_told_once_of_a_board_that_nobody_looked_at(site):
    """The calendar's lead where there is one; administrators elsewhere, and nobody else."""
    lead, other = a_member(role="moderator"), a_member(role="moderator")
    Calendar.objects.update(lead=lead)
    alone = a_board()
    a_thread(author=a_member(), board=alone)
    site.held.move(3 * DAY)
    for _ in range(2):
        tell_of_unseen()
        run_due()
    (row,) = told(lead, kind="duty")
    assert row.data["what"] == "unseen" and row.thread.board == site.board
    assert signed_in(Client(), lead, strongly=True).get(f"/notices/{row.pk}/")["Location"] == f"{PAGE}#watch"
    assert not told(other, kind="duty") and not told(site.moderator, kind="duty")
    admins = Member.objects.filter(role="admin")
    assert admins and all(
        [one.thread.board for one in told(admin, kind="duty")] == [alone] for admin in admins
    )


def test_an_empty_site_claims_nothing(frozen_clock):
    page = signed_in(Client(), a_member(role="admin"), strongly=True).get(PAGE)
    assert "Nobody asked anything in these days" in page.content.decode()
    assert datetime(2026, 11, 22, tzinfo=UTC).date() == page.context["window"].last
