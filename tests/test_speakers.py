"""Staff, dealers and partners are labelled wherever they speak: pages, letters, push, feeds, what arrives live."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from activity.messages import actions as letters
from community.core.tasks.testing import run_due
from community.members import actions as members
from community.members.models import Role
from forum import actions
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll
from tests.test_house import having, named

NAME = "Wen Zhao"
LABEL, SIGN = f"{NAME} (Moderator)", "⟦sign⟧"
BOXES = {
    "post",
    "said",
    "solved",
    "row",
    "result",
    "ntc",
    "letter",
    "letter-h",
    "board-row",
    "in-reply",
    "log",
}
_SAYS = re.compile(r"(?:author|last_poster|actor|sender|speaker|writer)\.name\b")
_LABELS = re.compile(r"role_badge|c-role|get_role_display|\|speaker")
NEAR = 1500
# Templates that name somebody without showing what they said.
NO_WORDS = {
    "community/members/templates/members/staff_member.html": "who decided, in a list for staff alone",
    "forum/templates/forum/_ignored_post.html": "words that are folded away, and labelled inside",
    "moderation/promises/templates/promises/_thread.html": "which reply was set aside",
    "moderation/desk/templates/desk/_hand.html": "who answers just now, for staff alone",
}


class Said(HTMLParser):
    """What stands in each box that shows somebody's words, with the roles in it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, list[str] | None]] = []
        self.boxes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        if tag in ("li", "article", "section", "p"):
            self.open.append((tag, [] if classes & BOXES else None))
        if {"role", "role-staff"} <= classes:
            self.handle_data(SIGN)

    def handle_endtag(self, tag: str) -> None:
        if self.open and tag == self.open[-1][0]:
            _tag, words = self.open.pop()
            if words is not None:
                self.boxes.append(" ".join(words))

    def handle_data(self, data: str) -> None:
        for _tag, words in self.open:
            if words is not None:
                words.append(data)


def unlabelled(html: str) -> list[str]:
    """Boxes with this name and without the sign of their role."""
    parser = Said()
    parser.feed(html)
    return [box[:200] for box in parser.boxes if NAME in box and SIGN not in box and LABEL not in box]


def bare(text: str) -> list[str]:
    """Where plain words name them without their role."""
    return [
        text[found.start() : found.start() + 60]
        for found in re.finditer(NAME, text)
        if not text[found.start() :].startswith(LABEL)
    ]


def test_the_test_sees_what_is_not_labelled():
    assert unlabelled(f'<li class="ntc"><b>{NAME}</b> wrote: hello</li>')
    assert not unlabelled(f'<li class="ntc"><b>{NAME}</b> <span class="role role-staff">Staff</span></li>')
    assert bare(f"{NAME} replied") and not bare(f"{LABEL} replied")


def test_no_template_shows_somebodys_words_without_their_role():
    """A name with words stands beside `role_badge`, or it has a reason here."""
    without = set()
    for path in having(".html", ".txt"):
        if "templates" not in path.parts:
            continue
        text = path.read_text()
        for found in _SAYS.finditer(text):
            if not _LABELS.search(text, found.start(), found.end() + NEAR):
                without.add(named(path))
    assert without == set(NO_WORDS)


@pytest.mark.django_db
def test_staff_are_labelled_on_every_page_and_in_everything_that_is_sent(frozen_clock):
    """One moderator opens, replies, answers, writes a letter, follows and is quoted; a reader meets all of it."""
    wen, reader = a_member(name=NAME), a_member(name="Reader", email="reader@example.org")
    members.set_role(actor=None, member=wen, role=Role.MODERATOR)
    members.follow(member=reader, target=wen)
    board = a_board()
    actions.set_watch(member=reader, board_id=board.pk, level="all")
    opened = a_thread(author=wen, board=board, title="What changes in winter")
    asked = a_thread(author=reader, board=board, title="How far in the cold?")
    answer = a_reply(author=wen, thread=asked, body="About two thirds of it, @Reader.")
    a_reply(author=reader, thread=asked, reply_to_id=answer.pk)
    actions.accept_answer(actor=reader, post_id=answer.pk)
    actions.rename_thread(actor=wen, thread_id=asked.pk, title="How far in the cold of winter?")
    poll = a_poll("Yes", "No", author=wen, audience="everyone")
    talk = letters.start_conversation(actor=wen, recipients=[reader], body="May I ask you something?")
    for minutes in (1, 3, 60):
        frozen_clock.move(timedelta(minutes=minutes))
        run_due(limit=4000)
    asked.refresh_from_db()
    client = signed_in(Client(), reader)
    pages = [
        asked.get_absolute_url(), opened.get_absolute_url(), board.get_absolute_url(), "/boards/", "/latest/", "/feed/",
        "/notices/", "/messages/", talk.conversation.get_absolute_url(), "/polls/", poll.get_absolute_url(),
        "/search/?q=thirds", "/members/", wen.get_absolute_url(), reverse("forum:board_feed", args=[board.slug]),
        reverse("forum:reply", args=[asked.pk]),
    ]  # fmt: skip
    told = {}
    for address in pages:
        response = client.get(address)
        assert response.status_code in (200, 204), address
        text = response.content.decode()
        told[address] = unlabelled(text)
    live = client.get(
        reverse("live:since", args=[asked.pk]), {"after": 1}, headers={"Accept": "application/json"}
    )
    drawn = live.content.decode().replace('\\"', '"')
    told["live"] = unlabelled(drawn)
    assert NAME in drawn
    for letter in mail.outbox:
        assert NAME in letter.body or NAME in letter.from_email
        told[letter.subject] = bare(letter.body.replace(f"Dear {NAME}", "")) + bare(letter.from_email)
    assert mail.outbox
    found = "\n".join(f"{where}: {one}" for where, boxes in told.items() for one in boxes)
    assert not found, found
