"""What a page costs: SQL statements at two rows and at twenty, on the first page and the last.

Statements are counted on the second look, as for somebody in the middle of a visit: session and shell warm, read
marks made. The viewer's session and account are included: a budget is a promise to the visitor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.messages import actions as letters
from community.core import clock
from community.core.tasks.testing import run_due
from community.members import actions as people
from forum import actions
from forum.actions.drafts import Written
from forum.models import Scheduled, Thread
from polls import actions as polls
from polls.models import Entry
from polls.surveys import actions as surveys
from tests.builders.draws import a_draw
from tests.builders.editorial import an_article
from tests.builders.forum import a_board, a_field, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote
from tests.builders.promises import a_calendar, a_promise
from tests.builders.quizzes import a_player, a_quiz, a_run, a_tap, an_attempt, led
from tests.builders.raises import a_ledger
from tests.builders.surveys import a_question as asked
from tests.builders.surveys import a_survey, answered, begun

FEW, MANY, LONG = 2, 20, 45
MANY_AGAIN = 6  # on another database: what grows with the rows does so on every one
GUEST, MEMBER, CAUGHT_UP = "guest", "member", "caught up"


class House:
    """A site with `rows` of everything a list can show, and a reader who has something new everywhere."""

    def __init__(self, rows: int) -> None:
        self.reader = a_member(name=f"Reader{rows}")
        self.caught_up = a_member(name=f"CaughtUp{rows}")
        self.boards = [a_board() for _ in range(rows)]
        self.board = self.boards[0]
        self.fields = [a_field(self.board, kind) for kind in ("model", "mileage")]
        for sub in range(rows):
            a_board(group=self.board.group, parent_id=self.board.pk, position=sub)
        self.writers = [
            a_member(is_verified_owner=True, drives="Aurora 5", is_key_member=bool(n % 2))
            for n in range(rows)
        ]
        for number, writer in enumerate(self.writers):
            self._conversation(number, writer)
        calendar = a_calendar()
        for board in self.boards:
            a_promise(board, calendar=calendar)
        self.thread = self._thread_of(rows)
        self.long_thread = self._thread_of(LONG)
        a_ledger(self.board, self.writers[0], rows)
        self._polls(rows)
        self._quizzes(rows)
        self._surveys(rows)
        for writer in self.writers:
            people.follow(member=self.reader, target=writer)
            letters.start_conversation(actor=writer, recipients=[self.reader], body="Hello there")
        for board in self.boards:
            actions.set_watch(member=self.reader, board_id=board.pk, level="all")
            actions.mark_board_read(member=self.caught_up, board_id=board.pk)
            for place in (f"new-{board.slug}", f"thread-{self.thread.pk + board.pk}"):
                actions.save_draft(member=self.reader, written=Written(place), words={"body": "Begun"})
                Scheduled.objects.create(
                    member=self.reader,
                    place=place,
                    words={"body": "For later"},
                    wall="2030-01-01T08:00",
                    zone="UTC",
                    due_at=datetime(2030, 1, 1, 8, tzinfo=UTC),
                    made_at=clock.now(),
                )
            actions.set_watch(member=self.caught_up, board_id=board.pk, level="all")
        with clock.frozen(clock.now() + timedelta(minutes=2)):  # posts have settled, letters have rested
            run_due(limit=4000)
        self._decisions(rows)

    def _conversation(self, number: int, writer: Any) -> None:
        """A thread on the first board and one on a board of its own, an open question, an article."""
        words = {"title": f"Winter range on the road, day {number}", "tags": [f"winter{number}", "range"]}
        for board in (self.board, self.boards[number]):
            thread = a_thread(author=writer, board=board, **words)
            a_reply(author=self.reader, thread=thread)
            a_reply(author=writer, thread=thread)
        a_thread(
            author=writer,
            board=self.board,
            title=f"Who charges at the lake, part {number}?",
            values={self.fields[0].pk: ["aurora-e"], self.fields[1].pk: [str(1000 + number)]},
        )
        an_article(title=f"Round the lake {number}")

    def _polls(self, rows: int) -> None:
        """Polls with pages of their own, and a thread with as many as it takes, each with choices and votes."""
        for number in range(rows):
            a_poll(audience="everyone", home_on=clock.now().date() if number else None)
        self.polled = a_thread(author=self.writers[0], board=self.board, title="Asked in polls")
        for number in range(min(rows, 10)):
            choices = [f"Choice {n}" for n in range(rows)]
            poll = a_poll(*choices, thread=self.polled, secrecy="sealed" if number == 1 else "private")
            for writer in self.writers:
                a_vote(poll, 1, by=writer)
            a_vote(poll, 2, by=self.reader)
        self.poll = poll

    def _quizzes(self, rows: int) -> None:
        """Quizzes, one of them of as many questions, taken by the reader and by others."""
        for _ in range(rows):
            a_quiz(1)
        self.quiz = a_quiz(rows, pass_percent=50)
        for taker in [*self.writers, self.reader, self.reader]:
            an_attempt(self.quiz, by=taker, right=1)
        self.run = a_run(self.quiz)
        for player in [*self.writers, self.reader]:
            a_player(self.run, by=player, name=player.name)
        led(self.run, "next")
        a_tap(self.run.players.get(member=self.reader))
        led(self.run, "close")

    def _decisions(self, rows: int) -> None:
        """Decisions that wait for the brand, as many that it answered, and a draw with as many entries."""
        admin = a_member(role="admin")
        for number in range(2 * rows):
            poll = a_poll("Yes", "No", is_decision=True, author=admin)
            polls.close_poll(actor=admin, poll_id=poll.pk)
            if number % 2:
                polls.answer_decision(actor=admin, poll_id=poll.pk, outcome="will", text="We do it")
        self.draw = a_draw(a_poll("Left", "Right"))
        for writer in self.writers:
            Entry.objects.create(draw=self.draw, member=writer, code=str(writer.pk))

    def _surveys(self, rows: int) -> None:
        """Surveys, one of as many questions answered by others and half-way by the reader; one with its results out."""
        for _ in range(rows):
            a_survey()
        self.survey = a_survey(*[asked() for _ in range(rows)])
        for taker in self.writers:
            answered(self.survey, dict.fromkeys(range(1, rows + 1), 1), by=taker)
        begun(self.survey, dict.fromkeys(range(1, rows), 1), by=self.reader)
        self.told = a_survey(*[asked() for _ in range(rows)])
        for taker in self.writers:
            answered(self.told, dict.fromkeys(range(1, rows + 1), 1), by=taker)
        surveys.close_wave(actor=self.told.author, slug=self.told.slug)
        surveys.publish_results(actor=self.told.author, slug=self.told.slug, wave_number=1)

    def _thread_of(self, posts: int) -> Thread:
        """A thread by many people who answer one another and react, with an accepted answer and a log."""
        asker = self.writers[0]
        thread = a_thread(
            author=asker,
            board=self.board,
            title=f"Winter range on the road, all {posts} days",
            values={self.fields[0].pk: ["aurora-e"]},
        )
        last = None
        for n in range(posts - 1):
            writer = self.writers[n % len(self.writers)]
            words = f"Day {n}: the cold costs a third. **Tyres** at 2.9 bar, see @Reader{len(self.writers)}."
            last = a_reply(author=writer, thread=thread, body=words, reply_to_id=last.pk if last else None)
            actions.react(actor=self.reader, post_id=last.pk, kind="useful")
        if last:
            actions.accept_answer(actor=asker, post_id=last.pk)
        actions.rename_thread(actor=asker, thread_id=thread.pk, title=f"Winter range, all {posts} days")
        thread.refresh_from_db()
        return thread


Address = Callable[[House], str]


def _list(path: str) -> Address:
    return lambda house: path


def _narrowed(house: House) -> str:
    car, road = house.fields
    return f"{house.board.get_absolute_url()}?by={car.pk}.aurora-e~{road.pk}.1000..2000&lane=ask"


# name, who looks, where, the most statements
PAGES: list[tuple[str, str, Address, int]] = [
    ("home", GUEST, _list("/"), 5),
    ("home", MEMBER, _list("/"), 5),
    ("home", CAUGHT_UP, _list("/"), 5),
    ("boards", GUEST, _list("/boards/"), 1),
    ("boards", MEMBER, _list("/boards/"), 2),
    ("board", GUEST, lambda house: house.board.get_absolute_url(), 3),
    ("board", MEMBER, lambda house: house.board.get_absolute_url(), 5),
    ("board, narrowed", GUEST, _narrowed, 3),
    ("board, narrowed", MEMBER, _narrowed, 5),
    ("board, one lane", MEMBER, lambda house: f"{house.board.get_absolute_url()}?lane=ask&sort=hot", 5),
    ("board, what is new", GUEST, lambda house: f"{house.board.get_absolute_url()}since/", 2),
    ("board, what is new", MEMBER, lambda house: f"{house.board.get_absolute_url()}since/", 3),
    ("board's promise", GUEST, lambda house: f"{house.board.get_absolute_url()}promise/", 5),
    ("board's promise", MEMBER, lambda house: f"{house.board.get_absolute_url()}promise/", 6),
    ("raises", GUEST, lambda house: f"{house.board.get_absolute_url()}raises/", 4),
    ("raises", MEMBER, lambda house: f"{house.board.get_absolute_url()}raises/", 5),
    ("operations", GUEST, _list("/operations/"), 1),
    ("operations", MEMBER, _list("/operations/"), 2),
    ("best", GUEST, _list("/best/"), 1),
    ("what staff wrote", GUEST, _list("/operations/posts/"), 2),
    ("promised answers", GUEST, _list("/operations/promises/"), 3),
    ("out of sight by day", GUEST, _list("/operations/gone/?way=own"), 2),
    ("latest", GUEST, _list("/latest/"), 1),
    ("latest", MEMBER, _list("/latest/"), 2),
    ("unread", MEMBER, _list("/unread/"), 2),
    ("unanswered", GUEST, _list("/unanswered/"), 1),
    ("unanswered", MEMBER, _list("/unanswered/"), 2),
    ("hot", GUEST, _list("/hot/"), 1),
    ("hot", MEMBER, _list("/hot/"), 2),
    ("watched", MEMBER, _list("/watched/"), 2),
    ("tags", GUEST, _list("/tags/"), 1),
    ("tags", MEMBER, _list("/tags/"), 2),
    ("tag", GUEST, _list("/tags/range/"), 2),
    ("tag", MEMBER, _list("/tags/range/"), 3),
    ("thread", GUEST, lambda house: house.thread.get_absolute_url(), 4),
    ("thread", MEMBER, lambda house: house.thread.get_absolute_url(), 6),
    ("long thread", GUEST, lambda house: house.long_thread.get_absolute_url(), 4),
    ("long thread", MEMBER, lambda house: house.long_thread.get_absolute_url(), 6),
    ("long thread's end", GUEST, lambda house: f"{house.long_thread.get_absolute_url()}?page=3", 4),
    ("long thread's end", MEMBER, lambda house: f"{house.long_thread.get_absolute_url()}?page=3", 6),
    ("thread with polls", GUEST, lambda house: house.polled.get_absolute_url(), 6),
    ("thread with polls", MEMBER, lambda house: house.polled.get_absolute_url(), 8),
    ("polls", GUEST, _list("/polls/"), 1),
    ("polls", MEMBER, _list("/polls/"), 2),
    ("you said", GUEST, _list("/said/"), 3),
    ("you said", MEMBER, _list("/said/?show=answered"), 4),
    ("draw", GUEST, lambda house: house.draw.get_absolute_url(), 3),
    ("poll", GUEST, lambda house: house.poll.get_absolute_url(), 2),
    ("poll", MEMBER, lambda house: house.poll.get_absolute_url(), 3),
    ("quizzes", GUEST, _list("/quizzes/"), 1),
    ("quizzes", MEMBER, _list("/quizzes/"), 2),
    ("quiz", GUEST, lambda house: house.quiz.get_absolute_url(), 3),
    ("quiz", MEMBER, lambda house: house.quiz.get_absolute_url(), 5),
    ("quiz result", MEMBER, lambda house: f"{house.quiz.get_absolute_url()}result/", 11),
    ("quiz question", MEMBER, lambda house: f"{house.quiz.get_absolute_url()}play/?answered=0", 8),
    ("hosted quiz", GUEST, lambda house: house.run.get_absolute_url(), 8),
    ("hosted quiz", MEMBER, lambda house: house.run.get_absolute_url(), 12),
    ("surveys", GUEST, _list("/surveys/"), 1),
    ("surveys", MEMBER, _list("/surveys/"), 2),
    ("survey", GUEST, lambda house: house.survey.get_absolute_url(), 4),
    ("survey", MEMBER, lambda house: house.survey.get_absolute_url(), 6),
    ("survey page", MEMBER, lambda house: f"{house.survey.get_absolute_url()}fill/", 7),
    ("survey results", GUEST, lambda house: f"{house.told.get_absolute_url()}results/", 8),
    ("survey results", MEMBER, lambda house: f"{house.told.get_absolute_url()}results/", 10),
    ("feed", MEMBER, _list("/feed/"), 5),
    ("messages", MEMBER, _list("/messages/"), 3),
    ("notices", MEMBER, _list("/notices/"), 3),
    ("unread notices", MEMBER, _list("/notices/?show=unread"), 3),
    ("everything sent to me", MEMBER, _list("/notices/sent/"), 2),
    ("choose a board", MEMBER, _list("/write/"), 2),
    ("my drafts", MEMBER, _list("/account/drafts/"), 4),
    ("what waits", MEMBER, _list("/account/scheduled/"), 4),
    ("profile", GUEST, lambda house: house.writers[0].get_absolute_url(), 4),
    ("profile", MEMBER, lambda house: house.writers[0].get_absolute_url(), 6),
    ("my data", MEMBER, _list("/account/data/"), 3),
    ("people", GUEST, _list("/members/"), 2),
    ("people", MEMBER, _list("/members/"), 3),
    ("search", GUEST, _list("/search/?q=range"), 4),
    ("search", MEMBER, _list("/search/?q=range"), 5),
    ("search, all kinds", GUEST, _list("/search/?q=lake"), 8),
    ("search, misspelt", GUEST, _list("/search/?q=rnage"), 15),
    ("suggest", GUEST, _list("/search/suggest?q=win"), 4),
    ("suggest", MEMBER, _list("/search/suggest?q=win"), 5),
    ("magazine", GUEST, _list("/magazine/"), 9),
    ("magazine", MEMBER, _list("/magazine/"), 10),
]
NAMES = [f"{name} ({who})" for name, who, _address, _most in PAGES]


def statements(client: Client, address: str) -> list[str]:
    """The SQL of a page."""
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address)
    assert response.status_code == 200, address
    return [query["sql"] for query in seen.captured_queries]


def _measure(rows: int) -> dict[str, list[str]]:
    cache.clear()
    house, cost = House(rows), {}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # tables look empty once others rolled back: minutes a join
    for title, (_name, who, address, _most) in zip(NAMES, PAGES, strict=True):
        client = Client()
        if who != GUEST:
            signed_in(client, house.reader if who == MEMBER else house.caught_up)
        client.get(address(house))
        cost[title] = statements(client, address(house))
    return cost


@pytest.fixture(scope="module")
def costs(
    pytestconfig: pytest.Config, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[int, dict[str, list[str]]]]:
    """The SQL of every page, at few rows and at many; measured once."""
    many = MANY_AGAIN if pytestconfig.getoption("on_services") else MANY
    with django_db_blocker.unblock():
        found = {}
        for kind, rows in ((FEW, FEW), (MANY, many)):
            with transaction.atomic():
                found[kind] = _measure(rows)
                transaction.set_rollback(True)
        yield found
        cache.clear()


@pytest.mark.django_db  # so that there is a database
@pytest.mark.parametrize(("title", "most"), list(zip(NAMES, [page[-1] for page in PAGES], strict=True)))
def test_a_list_costs_the_same_however_long_it_is(costs, title, most):
    few, many = len(costs[FEW][title]), len(costs[MANY][title])
    shown = "\n".join(sql[:300] for sql in costs[MANY][title])
    assert few == many <= most, f"{few} statements at few rows, {many} at many, {most} promised:\n{shown}"


@pytest.mark.django_db  # sorted beside the other, for the same costs
@pytest.mark.parametrize("who", [GUEST, MEMBER])
def test_the_last_page_of_a_thread_costs_what_the_first_does(costs, who):
    first, last = costs[MANY][f"long thread ({who})"], costs[MANY][f"long thread's end ({who})"]
    assert len(first) == len(last)


def test_a_list_further_down_costs_what_its_top_does(db):
    board, author = a_board(), a_member()
    for n in range(45):
        with clock.frozen(clock.now() - timedelta(hours=n)):
            a_thread(author=author, board=board)
    client = Client()
    signed_in(client, author).get(board.get_absolute_url())
    top = statements(client, board.get_absolute_url())
    deeper = client.get(board.get_absolute_url()).context["page"].next
    assert deeper
    assert len(statements(client, f"{board.get_absolute_url()}?page={deeper}")) == len(top) <= 5
