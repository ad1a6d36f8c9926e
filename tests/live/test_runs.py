"""A hosted quiz over the socket: every page hears every step, in order; counts together; nothing before its time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activity.live import looks, runs
from activity.live.rights import place_for, split_topic
from community.core import clock
from forum import rights
from polls.quizzes.models import Run
from polls.quizzes.queries.runs import STEP
from tests.builders.forum import a_board
from tests.builders.members import a_member
from tests.builders.quizzes import a_player, a_quiz, a_run, a_tap, led
from tests.live.house import House, Page, play

pytestmark = pytest.mark.django_db(transaction=True)


async def seated(house: House, run: Run, after: int = STEP) -> Page:
    page = await house.open(None)
    page.say({"do": "join", "t": runs.topic_of(run.pk), "s": after, "l": "en"})
    assert (await page.frame())["k"] == "joined"
    return page


async def until(page: Page, state: str) -> list[dict]:
    """What the page hears, up to the first step in this state."""
    heard = [await page.frame()]
    while heard[-1].get("state") != state:
        heard.append(await page.frame())
    return heard


def test_a_topic_is_known_to_those_who_were_given_its_name():
    run = a_run()
    assert split_topic(runs.topic_of(run.pk)) == ("run", run.pk)
    other = runs.topic_of(run.pk + 1).partition("-")[2]
    for made_up in (f"run:{run.pk}", f"run:{run.pk}-", f"run:{run.pk}-{other}", "run:x-y"):
        assert split_topic(made_up) == ("", 0)


def test_a_run_on_a_board_is_heard_by_those_who_read_it():
    author = a_member(role="admin")
    board = a_board(rights=rights.CIRCLE)
    run = a_run(a_quiz(1, author=author, board=board.slug), host=author)
    topic = runs.topic_of(run.pk)
    assert place_for(author, topic, "en").board_id == board.pk
    assert place_for(a_member(), topic, "en") is None


def test_every_page_hears_every_step_in_order_and_the_key_with_the_close(monkeypatch):
    monkeypatch.setattr("activity.live.hub.POLL_REST", 0.02)
    run = a_run(questions=1)
    players = [a_player(run, guest=f"guest-{n}") for n in range(3)]

    async def scene(house: House) -> None:
        pages = [await seated(house, run) for _ in range(4)]
        await house.do(led, run, "next")
        for player in players:
            await house.do(a_tap, player)
        await house.settle()
        await house.do(led, run, "close")
        await house.do(led, run, "next")
        for page in pages:
            heard = await until(page, "ended")
            versions = [frame["s"] for frame in heard]
            assert versions == sorted(set(versions))
            closed = next(at for at, frame in enumerate(heard) if frame.get("state") == "closed")
            assert all("key" not in frame and "scores" not in frame for frame in heard[:closed])
            assert heard[closed]["key"] == [0]
            assert heard[closed]["n"] == [3, 3]
            assert len(heard[closed]["scores"]) == 3
            assert [frame["step"] for frame in heard if "step" in frame][-3:] == [2, 3, 4]

    play(scene)


def test_the_next_question_does_not_wait_for_the_rest_between_counts(monkeypatch):
    """With a rest of an hour after a frame of counts, the step is told all the same."""
    monkeypatch.setattr("activity.live.hub.POLL_REST", 3600)
    run = a_run(questions=1)

    async def scene(house: House) -> None:
        page = await seated(house, run)
        await house.do(a_player, run)
        assert (await page.frame())["n"] == [1, 0]
        await house.do(led, run, "next")
        assert (await page.frame())["state"] == "asking"

    play(scene)


def test_counts_are_told_together(monkeypatch):
    monkeypatch.setattr("activity.live.hub.POLL_REST", 0.1)
    run = a_run(questions=1)

    def many() -> None:
        for n in range(12):
            a_player(run, guest=f"guest-{n}")

    async def scene(house: House) -> None:
        page = await seated(house, run)
        await house.do(many)
        heard = [await page.frame()]
        while heard[-1]["n"][0] < 12:
            heard.append(await page.frame())
        assert len(heard) < 12
        assert all(set(frame) == {"t", "k", "s", "n"} for frame in heard)

    play(scene)


def test_who_was_away_is_brought_up_to_the_step_that_stands():
    run = a_run(questions=2)
    led(run, "next", "close")

    async def scene(house: House) -> None:
        page = await seated(house, run, after=2 * STEP)
        frame = await page.frame()
        assert (frame["state"], frame["step"]) == ("closed", 3)
        ahead = await seated(house, run, after=frame["s"])
        await house.settle()
        assert ahead.waiting() == []

    play(scene)


def test_the_hub_closes_a_question_by_the_clock():
    run = a_run(questions=1, seconds=5)

    def ask_a_while_ago() -> None:
        with clock.frozen(clock.now() - timedelta(seconds=20)):
            led(run, "next")

    async def scene(house: House) -> None:
        page = await seated(house, run)
        await house.do(ask_a_while_ago)
        assert (await page.frame())["state"] == "asking"
        await house.look()
        assert (await page.frame())["state"] == "closed"

    play(scene)


def test_a_look_finds_a_step_that_no_hint_told(monkeypatch):
    run = a_run(questions=1)
    monkeypatch.setattr("activity.live.hints.wake", lambda *_args: None)

    async def scene(house: House) -> None:
        page = await seated(house, run)
        await house.do(led, run, "next")
        await house.look()
        assert (await page.frame())["state"] == "asking"
        assert await house.do(looks.sequences, [runs.topic_of(run.pk)])

    play(scene)
