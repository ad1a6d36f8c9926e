"""Words of a private board reach nobody outside it: every address is asked, as a guest and as an outsider."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from community.core.tasks.testing import run_due
from forum import actions
from forum.models import Board, Thread
from forum.rights import CIRCLE
from moderation.solutions import actions as solutions
from moderation.solutions.policy import Range
from moderation.topics.actions import give_thread
from polls.quizzes.actions import make_card
from polls.voters import Voter
from tests.builders.draws import a_draw
from tests.builders.forum import a_board, a_field, a_group, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote
from tests.builders.quizzes import a_player, a_question, a_quiz, a_run, an_attempt, led
from tests.builders.surveys import a_question as asked
from tests.builders.surveys import a_survey
from tests.builders.topics import a_topic
from tests.test_url_rights import addresses

pytestmark = pytest.mark.django_db

BOARD, ABOUT, TITLE, BODY, REPLY, TAG, ASKED, ANSWER = (
    "kanarboard",
    "kanarabout",
    "kanartitle",
    "kanarbody",
    "kanarreply",
    "kanartag",
    "kanarasked",
    "kanaranswer",
)
OWN = {name: f"kanarown{name}" for name in ("drives", "headline", "bio", "city")}
CANARIES = (BOARD, ABOUT, TITLE, BODY, REPLY, TAG, ASKED, ANSWER, *OWN.values())
# One's own account, and doors whose rooms have their own tests.
APART = ("account", "mfa", "social", "openid", "usersessions", "wagtailcore", "members:passkey")


class Secret:
    """A private board with everything in it, written by people who also write in public."""

    def __init__(self, board: Board | None = None) -> None:
        # Both write in public as well, and keep what they say of themselves to themselves.
        self.author, self.insider = (
            a_member(visibility=dict.fromkeys(OWN, "nobody"), **OWN) for _ in range(2)
        )
        group = a_group()
        self.board = board or a_board(
            group=group,
            slug=BOARD,
            title_en=BOARD,
            title_zh=BOARD,
            about_en=ABOUT,
            about_zh=ABOUT,
            rights=CIRCLE,
        )
        for member in (self.author, self.insider):
            actions.enrol(actor=None, board_id=self.board.pk, member=member, kind="club_member")
        self.public_board = a_board(group=group)
        self.public = a_thread(
            author=self.author, board=self.public_board, title="An open road", tags=["open"]
        )
        answer = a_reply(author=self.insider, thread=self.public)
        actions.accept_answer(actor=self.author, post_id=answer.pk)
        self.field = a_field(self.board, "city", label_en=ASKED, label_zh=ASKED)
        self.thread = a_thread(
            author=self.author,
            board=self.board,
            title=f"The open road of {TITLE}",
            body=BODY,
            values={self.field.pk: [ANSWER]},
            tags=[TAG, "open"],
        )
        self.poll = a_poll(
            f"{BODY} one", f"{BODY} two", thread=self.thread, question=f"Which {TITLE}?", results="always"
        )
        a_vote(self.poll, 1, by=self.insider)
        self.public_poll = a_poll(thread=self.public)
        self.draw, self.public_draw = a_draw(self.poll, prize=TITLE, terms=BODY), a_draw(self.public_poll)
        admin = a_member(role="admin")
        self.quiz = a_quiz(
            [a_question(f"{BODY}?", why=BODY)], author=admin, title=f"Which {TITLE}?", board=self.board.slug
        )
        self.card = make_card(
            voter=Voter.of(self.insider),
            attempt_id=an_attempt(self.quiz, by=self.insider).pk,
            shows_name=True,
        )
        self.public_quiz = a_quiz()
        self.run, self.public_run = a_run(self.quiz), a_run(self.public_quiz)
        a_player(self.run, by=self.insider, name=self.insider.name)
        led(self.run, "next")
        self.survey = a_survey(
            asked(f"{BODY} one", f"{BODY} two"), author=admin, title=f"Which {TITLE}?", board=self.board.slug
        )
        self.public_survey = a_survey()
        self.reply = a_reply(author=self.insider, thread=self.thread, body=REPLY)
        a_reply(author=self.author, thread=self.thread, body=f"And {REPLY} again, @{self.insider.name}.")
        actions.edit_post(actor=self.insider, post_id=self.reply.pk, body=f"{REPLY}, edited")
        actions.accept_answer(actor=self.author, post_id=self.reply.pk)
        actions.react(actor=self.author, post_id=self.reply.pk, kind="useful")
        self.topic = a_topic(a_member(role="moderator"), self.board, theme=TITLE, about=BODY)
        give_thread(actor=self.topic.made_by, topic_id=self.topic.pk, thread_id=self.thread.pk)
        keeper = a_member(role="moderator")
        self.known = solutions.make_known(actor=keeper, post_id=self.reply.pk, held=Range(car=ANSWER))
        solutions.link_problem(actor=keeper, thread_id=self.public.pk, solution_id=self.known.pk)
        run_due()

    def values(self, *, private: bool) -> dict[str, Any]:
        thread: Thread = self.thread if private else self.public
        return {
            "slug": thread.board.slug,
            "thread_id": thread.pk,
            "poll_id": (self.poll if private else self.public_poll).pk,
            "draw_id": (self.draw if private else self.public_draw).pk,
            "post_id": self.reply.pk if private else self.public.posts.get(number=2).pk,
            "revision": 1,
            "board_id": thread.board_id,
            "group_id": thread.board.group_id,
            "verb": "lock",
            "name": self.author.name,
            "pk": self.author.pk,
            "version": "0",
            "size": 192,
            "section": "threads",
            "provider_id": "none",
            "kind": "terms",
            "page_view_restriction_id": 1,
            "page_id": 1,
            "path": "avatars/none.webp",
            "site": "beer",
            "number": 1,
            "shard": "aa",
            "file": f"{'a' * 32}-{'b' * 8}-320.webp",
            "key": "a" * 32,
            "form": "webp",
            "draft_id": 1,
            "scheduled_id": 1,
            "field_id": self.field.pk,
            "field_kind": "year",
            "conversation_id": 1,
            "message_id": 1,
            "token": "none",
            "calendar_id": 1,
            "alert_id": 1,
            "raise_id": 1,
            "answer_id": 1,
            "note_id": 1,
            "trial_id": 1,
            "filter_id": 1,
            "topic_id": self.topic.pk,
            "solution_id": self.known.pk,
            "review_id": 1,
        }


def every_address(secret: Secret) -> Iterator[str]:
    """Each route with what it can name, private and public, and the queries that lists take."""
    for private in (True, False):
        values = secret.values(private=private)
        for name in addresses():
            if name.startswith(APART):
                continue
            if name.startswith("/"):
                yield name
                continue
            resolver = get_resolver()
            *spaces, last = name.split(":")
            for space in spaces:
                resolver = resolver.namespace_dict[space][1]
            wanted = resolver.reverse_dict.getlist(last)[0][0][0][1]
            known = values | {"path": "avatars/none.webp"}
            if name == "forum:thread":
                known["slug"] = secret.thread.slug if private else secret.public.slug
            if name.startswith("quizzes:"):
                known["slug"] = secret.quiz.slug if private else secret.public_quiz.slug
                known["token"] = secret.card.token
                known["code"] = (secret.run if private else secret.public_run).code
            if name.startswith("surveys:"):
                known |= {"form": "csv", "slug": (secret.survey if private else secret.public_survey).slug}
            if name == "polls:poll":
                known["slug"] = (secret.poll if private else secret.public_poll).slug
            if name == "forum:tag":
                known["slug"] = TAG if private else "open"
            if name == "wagtail_serve":
                yield "/magazine/"
                continue
            yield reverse(name, kwargs={parameter: known[parameter] for parameter in wanted})
    yield f"/threads/{secret.thread.pk}/wrong-slug/"
    yield "/sitemap-boards.xml"
    yield f"/members/{secret.insider.name}/"
    yield f"/search/?q={secret.insider.name}&type=member"
    for words in ("open road", "kanar", BODY[:5], secret.author.name):
        yield f"/search/?q={words}"
        yield f"/search/?q={words}&sort=newest&type=thread"
        yield f"/search/?q={words}&board={secret.public_board.slug}"
        yield f"/search/suggest?q={words}"
    for path in ("/latest/", "/hot/", "/unanswered/", "/unread/", secret.public_board.get_absolute_url()):
        for query in (
            "?tag=open",
            "?sort=hot",
            "?lane=ask",
            "?only=unsolved",
            "?sort=newest",
            "?only=unread",
        ):
            yield path + query


def told(client: Client, address: str, headers: dict[str, str]) -> str:
    """Everything an answer says: its head and its body. What the address itself says is no secret."""
    response = client.get(address, headers=headers)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    said = str(response.headers) + body.decode(errors="replace")
    for word in CANARIES:
        if word in address:
            said = said.replace(address, "").replace(word, "")
    return said


@pytest.fixture
def secret() -> Secret:
    cache.clear()
    return Secret()


def _warm(secret: Secret) -> None:
    """Whoever may read looks first: what is kept for them must not serve others."""
    client = signed_in(Client(), secret.insider)
    seen = client.get(secret.thread.get_absolute_url()).content.decode()
    assert all(word in seen for word in (BOARD, TITLE, BODY, REPLY, TAG)), (
        "the canaries sing for those inside"
    )
    for path in (
        "/",
        "/boards/",
        "/latest/",
        "/tags/",
        "/search/?q=kanarbody",
        secret.public.get_absolute_url(),
    ):
        assert client.get(path).status_code == 200


ASK = {
    "guest": {},
    "outsider": {"Accept-Language": "zh-CN"},
    "key member": {"HX-Request": "true"},
    "former insider": {"Accept": "application/json"},
}


@pytest.mark.parametrize("who", ASK)
def test_no_address_tells_what_stands_on_a_private_board(secret, who):
    _warm(secret)
    client = Client()
    if who == "former insider":
        actions.unenrol(actor=None, board_id=secret.board.pk, member=secret.insider, kind="club_member")
        signed_in(client, secret.insider)
    elif who != "guest":
        signed_in(client, a_member(is_key_member=who == "key member", is_verified_owner=True))
    hers = (
        set(OWN.values()) if who == "former insider" else set()
    )  # one's own profile is no secret to oneself
    leaks = {}
    for address in dict.fromkeys(every_address(secret)):
        said = told(client, address, ASK[who])
        found = [word for word in CANARIES if word in said and word not in hers]
        if found:
            leaks[address] = found
    assert leaks == {}


def test_what_somebody_shows_to_members_is_shown_to_members_alone(client):
    shown = {"visibility": dict.fromkeys(OWN, "members"), **OWN}
    author, helper = a_member(**shown), a_member(name="Nightjar", **shown)
    thread = a_thread(author=author, title="An open road")
    actions.accept_answer(actor=author, post_id=a_reply(author=helper, thread=thread).pk)
    run_due()
    pages = (thread.get_absolute_url(), "/search/?q=nightjar&type=member", "/search/suggest?q=nightj")
    assert not [page for page in pages if "kanarown" in client.get(page).content.decode()]
    signed_in(client, a_member())
    for page in pages:
        assert "kanarown" in client.get(page).content.decode(), page


def test_a_board_that_turns_private_falls_silent_at_once(secret, django_capture_on_commit_callbacks):
    board = a_board(slug="kanarlater", title_en=BOARD, title_zh=BOARD, about_en=ABOUT)
    thread = a_thread(author=secret.author, board=board, title=f"Round {TITLE}", body=BODY, tags=[TAG])
    run_due()
    guest = Client()
    paths = [
        "/",
        "/boards/",
        "/latest/",
        "/hot/",
        "/unanswered/",
        "/tags/",
        "/search/?q=round",
        "/latest/feed/",
    ]
    paths += ["/search/suggest?q=round", "/sitemap-threads.xml", "/sitemap-boards.xml"]
    paths += [secret.public.get_absolute_url(), secret.author.get_absolute_url()]
    before = "".join(guest.get(path).content.decode() for path in paths)
    assert all(word in before for word in (BOARD, TITLE, TAG))
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_rights(actor=None, board_id=board.pk, rights=CIRCLE)
    for path in paths:
        said = guest.get(path).content.decode()
        assert not [word for word in (*CANARIES, thread.slug) if word in said], path
    assert guest.get(thread.get_absolute_url()).status_code == 404


def test_numbers_do_not_tell_either(secret):
    """Counts that outsiders see are of what they may read."""
    guest = Client()
    page = guest.get("/tags/").content.decode()
    assert page.count('class="tag"') == 1, "one public tag"
    assert "<small>1</small>" in page, "its private thread is not counted"
    assert guest.get("/search/", {"q": "open road"}).context["results"].total == 1


def test_absent_and_private_look_the_same(secret):
    guest = Client()
    for private, absent in (
        (f"/threads/{secret.thread.pk}/x/", "/threads/999999/x/"),
        (f"/posts/{secret.reply.pk}/", "/posts/999999/"),
        (secret.board.get_absolute_url(), f"/boards/{BOARD}s/"),
        (f"/threads/{secret.thread.pk}/feed/", "/threads/999999/feed/"),
        (f"/posts/{secret.reply.pk}/history/", "/posts/999999/history/"),
        (f"/tags/{TAG}/", f"/tags/{TAG}s/"),
    ):
        one, other = guest.get(private), guest.get(absent)
        assert one.status_code == other.status_code == 404, private
        assert _without_address(one, private) == _without_address(other, absent)


def _without_address(response: Any, address: str) -> str:
    text = response.content.decode().replace(address, "").replace(f"{BOARD}s", BOARD).replace(f"{TAG}s", TAG)
    return re.sub(r"csrf\S+ value=\S+|[A-Za-z0-9]{64}|next=\S+|\d+", "", text)
