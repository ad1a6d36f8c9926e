"""Every address × who asks → what they get. An address that is missing here fails the run.

Marks, one per column: 2 page · R redirect · L sign in first · F second factor first ·
3 refused with a reason · 4 absent · 5 wrong method · 6 unfit request.
Private addresses are asked again on a board for its circle only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from activity.messages import actions as letters
from forum import actions, rights
from forum.models import Board
from moderation.raises import actions as raises
from moderation.solutions import actions as solutions
from tests.builders.canned import an_answer
from tests.builders.draws import a_draw
from tests.builders.files import an_upload
from tests.builders.forum import a_board, a_field, a_reply, a_thread
from tests.builders.members import a_member, an_imported_member, signed_in
from tests.builders.polls import a_poll, a_vote
from tests.builders.promises import a_calendar, a_promise
from tests.builders.quizzes import a_quiz, a_run
from tests.builders.surveys import a_survey
from tests.builders.topics import a_topic
from tests.url_rights_circle import GET_CIRCLE
from tests.url_rights_posts import POST_CIRCLE, POST_PUBLIC
from tests.url_rights_table import GET_PUBLIC

pytestmark = pytest.mark.django_db

COLUMNS = ("guest", "member", "suspended", "moderator", "editor", "admin")
# Others' work behind one door each: the door is tested, the rooms by their makers.
DOORS = {"cms/": "L44422", "djadmin/": "L44442"}

LEAVING = {"account_logout"}


def addresses(resolver: Any = None, prefix: str = "", namespace: str = "") -> Iterator[str]:
    """Names of every route, with their namespace."""
    for pattern in (resolver or get_resolver()).url_patterns:
        where = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if where in DOORS:
                continue
            space = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, where, space)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else f"/{where}"


class World:
    """One of everything an address can name."""

    def __init__(self, *, private: bool) -> None:
        self.insider, self.author = a_member(), a_member()
        self.board = a_board(rights=rights.CIRCLE if private else None)
        if private:
            for member in (self.insider, self.author):
                actions.enrol(actor=None, board_id=self.board.pk, member=member, kind="club_member")
        self.field = a_field(self.board, "model")
        self.thread = a_thread(author=self.author, board=self.board, tags=["cold"])
        self.post = a_reply(author=self.author, thread=self.thread)
        a_reply(author=self.author, thread=self.thread)  # so that the edit leaves a version
        actions.edit_post(actor=self.author, post_id=self.post.pk, body="Other words")
        self.upload = an_upload(owner=self.author)
        self.poll = a_poll(thread=self.thread)
        a_vote(self.poll, 1, by=self.insider)
        self.draw = a_draw(self.poll)
        self.calendar = a_calendar()
        a_promise(self.board, calendar=self.calendar)
        Board.objects.filter(pk=self.board.pk).update(thread_count=20)
        self.lifted = raises.raise_thread(
            actor=a_member(role="moderator"),
            thread_id=self.thread.pk,
            reason="Needs somebody who drives one",
            hours=6,
            by_lot=False,
        )
        self.topic = a_topic(a_member(role="moderator"), self.board)
        self.answer = an_answer()
        self.known = solutions.make_known(actor=a_member(role="moderator"), post_id=self.post.pk)
        self.quiz = a_quiz(1, author=a_member(role="admin"), board=self.board.slug)
        self.run = a_run(self.quiz)
        self.survey = a_survey(author=a_member(role="admin"), board=self.board.slug)
        self.letter = letters.start_conversation(
            actor=self.author, recipients=[self.insider], body="Between us"
        )
        self.report = letters.report_messages(
            reporter=self.insider, conversation_id=self.letter.conversation_id, numbers=[1], reason="Rude"
        )

    def values(self, name: str) -> dict[str, Any]:
        """What fills the address of this name."""
        known: dict[str, Any] = {
            "slug": self.board.slug,
            "thread_id": self.thread.pk,
            "poll_id": self.poll.pk,
            "draw_id": self.draw.pk,
            "post_id": self.post.pk,
            "revision": 1,
            "draft_id": 1,
            "scheduled_id": 1,
            "board_id": self.board.pk,
            "group_id": self.board.group_id,
            "field_id": self.field.pk,
            "field_kind": "year",
            "verb": "lock",
            "name": self.author.name,
            "pk": self.author.pk,
            "conversation_id": self.letter.conversation_id,
            "message_id": self.letter.pk,
            "version": "0",
            "size": 192,
            "section": "threads",
            "provider_id": "none",
            "calendar_id": self.calendar.pk,
            "alert_id": 1,
            "raise_id": self.lifted.pk,
            "answer_id": self.answer.pk,
            "solution_id": self.known.pk,
            "review_id": 1,
            "note_id": 1,
            "trial_id": 1,
            "filter_id": 1,
            "topic_id": self.topic.pk,
            "kind": "terms",
            "page_view_restriction_id": 1,
            "page_id": 1,
            "path": "avatars/none.webp",
            "site": "beer",
            "number": 1,
            "token": "none",
            "key": self.upload.key,
            "form": self.upload.form,
            "shard": self.upload.key[:2],
            "file": f"{self.upload.key}-{self.upload.mark}-1600.webp",
        }
        if name.startswith("privacy:"):
            known["key"] = "forum-watch"
        if name == "messages:staff_report":
            known["pk"] = self.report.pk
        if name == "forum:thread":
            known["slug"] = self.thread.slug
        if name == "polls:act":
            known["verb"] = "close"
        if name == "desk:act":
            known["verb"] = "take"
        if name == "topics:act":
            known["verb"] = "drop"
        if name == "polls:export":
            known["form"] = "csv"
        if name.startswith("quizzes:"):
            known |= {"slug": self.quiz.slug, "code": self.run.code}
        if name.startswith("surveys:"):
            known |= {"slug": self.survey.slug, "form": "csv"}
        if name == "polls:poll":
            known["slug"] = self.poll.slug
        if name in ("forum:tag", "forum:tag_follow"):
            known["slug"] = "cold"
        return known

    def address(self, name: str) -> str:
        if name.startswith("/"):
            return name
        if name == "wagtail_serve":
            return "/magazine/"
        known = self.values(name)
        wanted = {parameter for _template, parameters in _possible(name) for parameter in parameters}
        return reverse(name, kwargs={parameter: known[parameter] for parameter in wanted})


def _possible(name: str) -> list[tuple[str, list[str]]]:
    resolver = get_resolver()
    *spaces, last = name.split(":")
    for space in spaces:
        _prefix, resolver = resolver.namespace_dict[space]
    found = resolver.reverse_dict.getlist(last)[0][0]
    return [(template, list(parameters)) for template, parameters in found]


def clients() -> dict[str, Client]:
    made = {"guest": Client(), "member": signed_in(Client(), a_member())}
    made["suspended"] = signed_in(Client(), a_member(standing="suspended"))
    for role in ("moderator", "editor", "admin"):
        made[role] = signed_in(Client(), a_member(role=role), strongly=True)
    return made


def mark(response: Any) -> str:
    if response.status_code in (301, 302):
        to = response["Location"]
        if "/account/login" in to:
            return "L"
        return "F" if "2fa" in to or "reauthenticate" in to else "R"
    return {200: "2", 204: "2", 403: "3", 404: "4", 405: "5", 401: "3", 422: "6", 400: "6", 503: "2"}.get(
        response.status_code, "?"
    )


def asked(world: World, names: Iterable[str], method: str) -> dict[str, str]:
    people = clients()
    table = {}
    for name in names:
        address = world.address(name)
        marks = []
        for who in COLUMNS:
            client = people[who]
            if name in LEAVING:  # it would end the session that the next address needs
                client = Client()
                client.cookies = people[who].cookies.copy()
            marks.append(mark(getattr(client, method)(address, headers={"origin": "http://testserver"})))
        table[name] = "".join(marks)
    return table


def test_every_address_is_in_the_table():
    known = set(addresses())
    assert known - set(GET_PUBLIC) == set(), "new addresses need a row: who may ask, what they get"
    assert set(GET_PUBLIC) - known == set(), "these rows name addresses that are gone"
    rooms = (
        "files:",
        "forum:",
        "members:",
        "messages:",
        "feed:",
        "notices:",
        "polls:",
        "quizzes:",
        "canned:",
        "desk:",
        "keymembers:",
        "topics:",
        "promises:",
        "surveys:",
        "raises:",
        "solutions:",
    )
    writing = {name for name in known if name.startswith(rooms)}
    assert writing - set(POST_PUBLIC) == set()


def test_get_on_an_open_board():
    assert asked(World(private=False), GET_PUBLIC, "get") == GET_PUBLIC


def test_get_on_a_private_board():
    assert asked(World(private=True), GET_CIRCLE, "get") == GET_CIRCLE


def test_post_on_an_open_board():
    assert asked(World(private=False), POST_PUBLIC, "post") == POST_PUBLIC


def test_post_on_a_private_board():
    assert asked(World(private=True), POST_CIRCLE, "post") == POST_CIRCLE


@pytest.mark.parametrize("door", DOORS)
def test_the_admins_open_to_their_staff_with_a_second_factor_only(door):
    people = clients()
    weak = {
        f"{role} without a second factor": signed_in(Client(), a_member(role=role))
        for role in ("editor", "admin")
    }
    seen = {who: mark(client.get(f"/{door}")) for who, client in (people | weak).items()}
    assert [seen[who] for who in COLUMNS] == list(DOORS[door])
    assert {seen[who] for who in weak} <= {"F", "4"}


@pytest.mark.parametrize("login", ["/cms/login/", "/djadmin/login/", "/_util/login/"])
def test_no_side_door_takes_a_password(login):
    admin = a_member(role="admin", password="a-road-through-the-birches")
    client = Client()
    client.post(
        login, {"username": admin.email, "login": admin.email, "password": "a-road-through-the-birches"}
    )
    assert "_auth_user_id" not in client.session
    assert mark(client.get("/cms/")) == "L"


def test_an_imported_author_can_be_claimed_by_members_alone():
    old = an_imported_member()
    people = clients()
    address = reverse("members:claim", args=[old.name])
    assert {who: mark(people[who].get(address)) for who in ("guest", "member")} == {
        "guest": "L",
        "member": "2",
    }
