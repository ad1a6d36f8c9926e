"""The public page of operations says what the rows say, of public boards alone."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from community.core import near
from community.core.access import Invalid
from community.members import actions as members
from forum import actions
from forum.models import Board, Post, Thread
from forum.rights import CIRCLE
from moderation.insight.kept import OPERATIONS
from moderation.insight.window import last_days, length_of
from moderation.raises import actions as raises
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.promises import ALWAYS, a_calendar, a_promise

pytestmark = pytest.mark.django_db
PAGE = "/operations/"


class Site:
    """A public board and one of a circle; days on which members, staff and a partner wrote, and what came of it."""

    def __init__(self, held: Any) -> None:
        self.held, end = held, held.now()
        self.admin = a_member(role="admin")
        self.moderator = a_member(role="moderator", name="Li Wei")
        self.partner = a_member(role="partner")
        self.member, self.other = a_member(), a_member()
        self.board, self.circle = a_board(slug="open"), a_board(slug="lounge", rights=CIRCLE)
        for one in (self.member, self.moderator):
            actions.enrol(actor=None, board_id=self.circle.pk, member=one, kind="club_member")
        held.move(-timedelta(days=9))
        a_promise(self.board, 60, calendar=a_calendar(ALWAYS))
        self.thread = self._talk(self.board)
        self._talk(self.circle)
        self.late = self._talk(self.board)
        self.gone = a_thread(author=self.other, board=self.board)
        held.move(timedelta(days=2))
        Board.objects.update(thread_count=20)
        raises.raise_thread(
            actor=self.moderator,
            thread_id=self.late.pk,
            reason="Needs an owner of one",
            hours=12,
            by_lot=False,
        )
        posts = list(Post.objects.filter(thread=self.thread).order_by("number"))
        actions.hide_post(actor=self.moderator, post_id=posts[1].pk, reason="Not fit to be read")
        actions.remove_post(actor=self.member, post_id=posts[3].pk)
        actions.remove_thread(actor=self.moderator, thread_id=self.gone.pk, reason="Spam, every word")
        held.set(end)
        a_reply(author=self.moderator, thread=self.late, body="Today's words are not counted yet.")

    def _talk(self, board: Board) -> Thread:
        thread = a_thread(author=self.member, board=board)
        for n, author in enumerate([self.moderator, self.member, self.member, self.moderator]):
            self.held.move(timedelta(hours=5 * n))
            a_reply(author=author, thread=thread)
        if board == self.board:
            a_reply(author=self.partner, thread=thread)
        return thread


@pytest.fixture
def site(frozen_clock):
    return Site(frozen_clock)


def rows(sql: str, *given: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


POSTS = """
SELECT b.slug, CASE WHEN m.role IN ('editor', 'moderator', 'admin') THEN 'staff'
                    WHEN m.role = 'partner' THEN 'partners' ELSE 'members' END, count(*)
FROM forum_post p JOIN forum_thread t ON t.id = p.thread_id JOIN forum_board b ON b.id = t.board_id
JOIN members_member m ON m.id = p.author_id
WHERE p.state = 'visible' AND t.state = 'visible' AND p.posted_at >= %s AND p.posted_at < %s
  AND EXISTS (SELECT 1 FROM forum_boardright r WHERE r.board_id = b.id AND r.verb = 'read' AND r.role = 'guest')
GROUP BY 1, 2
"""


def test_every_number_equals_a_raw_query(site, client):
    found = client.get(PAGE).context["found"]
    since, until = datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
    said = {
        (line.board.slug, voice): getattr(line.said, voice)
        for line in found.boards
        for voice in ("members", "staff", "partners")
        if getattr(line.said, voice)
    }
    assert said == {(slug, voice): n for slug, voice, n in rows(POSTS, since, until)}
    assert said["open", "staff"] and said["open", "partners"], "the site has both"
    by_day = sum((one.members + one.staff + one.partners) for _day, one in found.by_day)
    assert by_day == found.said.total == sum(said.values())
    lifted = "SELECT count(*) FROM raises_raise WHERE state = 'raised' AND board_id = %s"
    assert found.raised == rows(lifted, site.board.pk)[0][0] == 1
    clocks = rows(
        "SELECT count(*), count(CASE WHEN broken_at IS NULL THEN 1 END) FROM promises_clock WHERE board_id = %s",
        site.board.pk,
    )
    assert (found.kept.total, found.kept.hits) == clocks[0]
    gone = {one.way: (one.posts, one.threads) for one in found.gone}
    assert gone == {
        "staff_hid": (1, 0),
        "staff_removed": (0, 1),
        "staff_erased": (0, 0),
        "own": (1, 0),
        "left": (0, 0),
    }
    assert found.gone_by_staff == 2


def test_it_says_as_of_when_its_figures_are(site, client):
    """What is written between two counts changes neither the figures nor the moment they are told of."""
    counted, before = site.held.now(), client.get(PAGE).context["found"]
    site.held.move(timedelta(minutes=5) - timedelta(days=1))
    a_reply(author=site.moderator, thread=site.late, body="Written on a day that is counted.")
    site.held.move(timedelta(days=1))
    page = client.get(PAGE)
    found, text = page.context["found"], page.content.decode()
    assert (found.said, found.counted_at, found.kept_counted_at) == (before.said, counted, counted)
    assert text.count(f'Counted <time datetime="{counted.isoformat()}"') == 2, "promises, and everything else"
    near.forget()
    cache.clear()
    found = client.get(PAGE).context["found"]
    assert (found.said.staff, found.counted_at) == (before.said.staff + 1, counted + timedelta(minutes=5))


def test_removals_are_told_by_kind_of_reason_as_far_as_they_point_at_nobody(site, client):
    """They sum to what staff took away, and equal a raw query but for the rare ones."""
    site.held.move(-timedelta(days=2))
    kinds = ["spam"] * 3 + ["hostile"] * 2 + ["personal"]
    for kind in kinds:
        post = a_reply(author=site.member, thread=site.thread, body=f"Words number {Post.objects.count()}")
        act = actions.purge_post if kind == "personal" else actions.hide_post
        act(actor=site.moderator, post_id=post.pk, reason="Not fit to be read", gone_for=kind)
    spam = a_thread(author=site.other, board=site.board)
    actions.remove_thread(actor=site.moderator, thread_id=spam.pk, reason="An advert", gone_for="spam")
    own = a_reply(author=site.member, thread=site.thread, body="Mine to take back")
    actions.remove_post(actor=site.member, post_id=own.pk, gone_for="hostile")
    site.held.move(timedelta(days=2))
    found = client.get(PAGE).context["found"]
    stored = dict(rows("SELECT gone_for, count(*) FROM forum_post WHERE gone_for <> '' GROUP BY gone_for"))
    assert stored == {"spam": 3, "hostile": 2, "personal": 1, "other": 1}
    assert found.why == [("spam", 4), ("other", 2 + 2 + 1)]
    assert sum(n for _kind, n in found.why) == found.gone_by_staff
    page = client.get(PAGE).content.decode()
    assert "Spam or advertising" in page and "Another reason, or a rare one" in page
    assert "Hostile" not in page and "Personal data" not in page
    actions.restore_thread(actor=site.moderator, thread_id=spam.pk)
    assert Thread.objects.get(pk=spam.pk).gone_for == ""


def test_what_went_out_of_sight_opens_its_days_where_that_points_at_nobody(site, client):
    """The days sum to the number; no word, no name and no board is told, and of fewer than three not even a day."""
    site.held.move(-timedelta(days=3))
    for _day in range(2):
        site.held.move(timedelta(days=1))
        for _ in range(2):
            post = a_reply(author=site.member, thread=site.thread, body=f"Kanarword {Post.objects.count()}")
            actions.hide_post(actor=site.moderator, post_id=post.pk, reason="Not fit to be read")
    site.held.move(timedelta(days=1))
    text = client.get(PAGE).content.decode()
    links = re.findall(r'href="(/operations/gone/[^"]*)">(\d+)<', text)
    assert len(links) == 1, "one number is large enough"
    href, n = unescape(links[0][0]), int(links[0][1])
    page = client.get(href)
    told = page.content.decode().split("<main")[1].split("</main>")[0]
    assert sum(n for _day, n in page.context["days"]) == n == 5
    assert [n for _day, n in page.context["days"]][:2] == [2, 2]
    for secret in ("Kanarword", site.thread.title, site.board.title, site.member.name, "Not fit to be read"):
        assert secret not in told
    few = client.get(f"{PAGE}gone/?way=own&what=posts")
    assert few.context["days"] == [] and "Too few to be told" in few.content.decode()
    assert client.get(f"{PAGE}gone/?way=left&what=threads").context["days"] == []


def test_a_promise_out_of_sight_is_counted_and_not_named(site, client):
    kept = client.get(PAGE).context["found"].kept
    assert kept.total == len(client.get(f"{PAGE}promises/").context["rows"]) > 0
    actions.remove_thread(actor=site.moderator, thread_id=site.late.pk, reason="Spam, every word")
    near.forget()
    kept, page = client.get(PAGE).context["found"].kept, client.get(f"{PAGE}promises/")
    assert len(page.context["rows"]) == kept.total
    assert site.late.title not in page.content.decode() or site.late.title == site.thread.title


@pytest.mark.parametrize("verb", ["hide_post", "remove_post", "purge_post"])
def test_a_kind_that_does_not_exist_is_refused(site, verb):
    post = Post.objects.filter(thread=site.thread, number=3).get()
    with pytest.raises(Invalid) as refused:
        getattr(actions, verb)(actor=site.moderator, post_id=post.pk, reason="Because", gone_for="nonsense")
    assert refused.value.field == "gone_for"
    assert Post.objects.get(pk=post.pk).state == "visible"


def test_private_boards_leave_no_trace(site, client):
    """What happens in a circle changes no byte that anybody reads here, whoever looks."""
    before = client.get(PAGE).content
    client.force_login(site.member)
    assert [line.board.slug for line in client.get(PAGE).context["found"].boards] == ["open"]
    client.logout()
    site.held.move(-timedelta(days=1))
    secret = a_thread(author=site.member, board=site.circle, title="Kanarword")
    a_reply(author=site.moderator, thread=secret)
    actions.remove_thread(actor=site.moderator, thread_id=secret.pk, reason="Not for anybody")
    near.forget()
    site.held.move(timedelta(days=1))
    assert client.get(PAGE).content == before
    assert "Kanarword" not in client.get("/operations/posts/").content.decode()


def test_a_board_that_closes_to_the_public_is_gone_at_once(site, client, django_capture_on_commit_callbacks):
    assert client.get(PAGE).context["found"].said.total
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_rights(actor=None, board_id=site.board.pk, rights=CIRCLE)
    found = client.get(PAGE).context["found"]
    assert (found.said.total, found.raised, found.gone_by_staff, list(found.boards)) == (0, 0, 0, [])


def test_staffs_words_are_listed_with_their_label(site, client):
    page = client.get("/operations/posts/")
    text = page.content.decode()
    assert len(page.context["page"].items) == client.get(PAGE).context["found"].said.staff
    assert text.count("Li Wei") == text.count("role-staff") > 0
    assert "Not fit to be read" not in text


def test_every_number_that_is_not_about_people_opens_its_rows(site, client, monkeypatch):
    """What went out of sight has no such rows: they would name whom it is about."""
    monkeypatch.setattr("moderation.insight.views.operations.ROWS", 2)
    text = client.get(PAGE).content.decode()
    links = re.findall(r'href="(/operations/(?:posts|raises|promises)/[^"]*)">(\d+)<', text)
    assert len(links) > 3 * 30, "three a day, three a board, and those in the head"
    for href, n in {(unescape(href), n) for href, n in links}:
        page = client.get(href)
        found = len(page.context["page"].items)
        while following := page.context["page"].next:
            page = client.get(f"{href}&page={following}")
            found += len(page.context["page"].items)
        file = client.get(f"{href}&as=csv").content.decode("utf-8-sig")
        assert found == int(n) == len(list(csv.reader(io.StringIO(file)))) - 1, href
    for asked in (
        "posts/?board=lounge",
        "posts/?day=2020-01-01",
        "posts/?who=x",
        "raises/?board=lounge",
        "raises/?lot=x",
        "promises/?board=lounge",
        "promises/?only=x",
        "gone/",
        "gone/?way=x",
        "gone/?way=own&what=x",
    ):
        assert client.get(f"{PAGE}{asked}").status_code == 404, asked


@pytest.mark.parametrize(
    ("sheet", "head"), [("boards", "board"), ("days", "day"), ("gone", "way"), ("why", "kind of reason")]
)
def test_files_say_what_the_page_says(site, client, sheet, head):
    answer = client.get(f"/operations/csv/?sheet={sheet}")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Type"].startswith("text/csv") and table[0][0] == head
    found = client.get(PAGE).context["found"]
    told = {"boards": len(found.boards), "days": found.window.days, "gone": len(found.gone)}
    told["why"] = len(found.why)
    assert len(table) == told[sheet] + 1
    if sheet not in ("gone", "why"):
        column = table[0].index("posts by staff")
        assert sum(int(row[column]) for row in table[1:]) == found.said.staff
    assert client.get("/operations/csv/?sheet=other").status_code == 404


def test_an_empty_site_says_so_calmly(client, frozen_clock):
    page = client.get(f"{PAGE}?days=90")
    assert page.context["found"].said.total == 0 and page.context["window"].days == 90
    assert "Nobody wrote anything" in page.content.decode()


def test_the_days_are_whole_days_of_the_sites_clocks():
    window = last_days(2, now=datetime(2026, 10, 26, 12, tzinfo=UTC), zone="Europe/Vienna")
    assert (window.first.day, window.last.day) == (24, 25)
    assert window.until - window.since == timedelta(days=2), "by the wall"
    assert (window.until.astimezone(UTC) - window.since.astimezone(UTC)) == timedelta(hours=49)
    assert [length_of(text) for text in (None, "90", "7", "x")] == [30, 90, 30, 30]


def test_what_changes_it_says_so(site, monkeypatch):
    """Each act that a kept page would have to know of throws the page away."""
    said: list[str] = []
    monkeypatch.setattr("moderation.insight.kept.changed", lambda *topics: said.extend(topics))
    post = Post.objects.filter(thread=site.late, number=3).get()
    for act in (
        lambda: actions.hide_post(actor=site.moderator, post_id=post.pk, reason="Not fit to be read"),
        lambda: actions.restore_post(actor=site.moderator, post_id=post.pk),
        lambda: members.set_role(actor=None, member=site.other, role="editor"),
        lambda: actions.set_rights(actor=None, board_id=site.board.pk, rights=CIRCLE),
    ):
        said.clear()
        act()
        assert OPERATIONS in said


def test_no_number_within_a_sentence_is_set_apart_as_a_link_of_its_own(site, client):
    """In a table links that stand beside each other keep a distance: a number that opens its rows is a word."""
    page = client.get(PAGE).content.decode()
    cells = [cell for cell in re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL) if " of " in cell]
    assert cells
    for cell in cells:
        sentence = cell.split('<a class="link" href="/boards/')[0]
        assert not re.search(r"</a>[^<]*<a ", sentence), sentence
