"""Every number of the figures opens the rows that it counts, no more and no fewer."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from forum.models import Thread
from moderation.canned.models import Use
from moderation.desk.models import DeskLog
from moderation.insight.views import listed, rows
from moderation.raises.models import Raise
from moderation.raises.policy import per_cent
from tests.builders.canned import an_answer
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.promises import ALWAYS, a_calendar, a_promise

pytestmark = pytest.mark.django_db
PAGE = "/desk/insight/"
LINK = re.compile(r'<a class="link" href="(/desk/insight/(?!csv)[^"]*)">([^<]+)</a>')
CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.S)
A_NUMBER = re.compile(r"^\d+$|\d+ of \d+|^\d+ %$")


@pytest.fixture
def staff(frozen_clock: Any) -> Client:
    """A week in which everything happened that the page counts; signed in as who keeps order."""
    held, end = frozen_clock, frozen_clock.now()
    held.set(end - timedelta(days=9))
    mod, editor = a_member(role="moderator"), a_member(role="editor")
    board = a_board(slug="open")
    a_promise(board, 60, calendar=a_calendar(ALWAYS))
    askers = [a_member() for _ in range(3)]
    answer = an_answer()
    for n, asker in enumerate([*askers, askers[0]]):
        thread = a_thread(
            author=asker, board=board, title=["A great car", "Awful, a failure", "Tyres?", "Oil?"][n]
        )
        held.move(timedelta(minutes=10 if n % 2 else 90))
        if n < 3:
            reply = a_reply(author=(mod, editor, mod)[n], thread=thread)
            Use.objects.create(answer=answer, post=reply, is_bare=n == 1, at=held.now())
        DeskLog.objects.create(thread=thread, actor=mod, verb="took", at=held.now(), version=1)
        Raise.objects.create(
            thread=thread, board=board, author=asker, by=mod, reason="Needs an owner", by_lot=True, at=held.now(),
            until=held.now(), ended_at=held.now(), ended_why="time", followed=n, state=("raised", "left_out")[n % 2],
        )  # fmt: skip
    held.move(timedelta(days=7))
    a_reply(author=askers[0], thread=Thread.objects.get(title="Tyres?"))
    held.set(end)
    return signed_in(Client(), mod, strongly=True)


def walked(client: Client, address: str) -> int:
    """How many rows there are behind an address, page by page; as many as it says, and as many as in its file."""
    found, at = 0, address
    first = client.get(address)
    assert first.status_code == 200, address
    file = client.get(f"{address}&as=csv").content.decode("utf-8-sig")
    page = first
    while True:
        found += len(page.context["rows"] if "rows" in page.context else page.context["page"].items)
        following = page.context["pages" if "pages" in page.context else "page"].next
        if not following:
            break
        at = f"{address}&page={following}"
        page = client.get(at)
    assert found == page.context["count"] == len(list(csv.reader(io.StringIO(file)))) - 1, at
    return found


def test_every_number_of_the_teams_page_opens_its_rows(staff, monkeypatch):
    monkeypatch.setattr(rows, "ROWS", 2)
    monkeypatch.setattr(listed, "ROWS", 2)
    text = staff.get(PAGE).content.decode()
    links = [(unescape(href), words) for href, words in LINK.findall(text) if words.strip()[0].isdigit()]
    kinds = {href.split("?")[0].split("/")[3] for href, _words in links}
    assert kinds == {"posts", "promises", "raises", "acts", "threads", "questions", "people"}
    for href, words in links:
        n = walked(staff, href)
        if words.endswith("%"):
            joined = walked(staff, re.sub(r"after=\d+", "after=0", href))
            assert int(words.split()[0]) == per_cent(n / joined), href
        else:
            assert n == int(words), href
    for cell in CELL.findall(text):
        if "<a " not in cell:
            assert not A_NUMBER.search(cell.strip()), cell


def test_an_address_that_narrows_by_nonsense_is_absent(staff):
    for asked in (
        "posts/?only=x",
        "posts/?role=member",
        "promises/?day=2020-01-01",
        "promises/?only=x",
        "raises/?lot=x",
        "threads/",
        "threads/?tone=x",
        "threads/?tone=positive&group=new",
        "people/?role=x",
    ):
        assert staff.get(f"{PAGE}{asked}").status_code == 404, asked


def test_rows_of_other_boards_and_threads_out_of_sight_are_not_told(staff):
    """A raised thread that moved to where the viewer may not read keeps its row, and tells nothing."""
    moved = Thread.objects.get(title="Oil?")
    closed = a_board(slug="closed", rights={"read": ["club_member"], "moderate": []})
    Thread.objects.filter(pk=moved.pk).update(board=closed)
    for address in (f"{PAGE}raises/?days=30", f"{PAGE}raises/?days=30&as=csv", f"{PAGE}promises/?days=30"):
        text = staff.get(address).content.decode()
        assert "Oil?" not in text and "A thread that is out of your sight" in text, address


def test_files_of_answers_kept_ready_and_of_raises(staff):
    for sheet, least in (("canned", 3), ("raises", 2)):
        answer = staff.get(f"{PAGE}csv/?sheet={sheet}")
        table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert answer.status_code == 200 and len(table) > 2
        assert sum(int(row[-1]) for row in table[1:]) >= least
