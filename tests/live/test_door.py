"""The handshake and what a page may send."""

from __future__ import annotations

import psycopg
import pytest
from django.db import OperationalError

from activity.live import looks
from activity.live.sockets import BURST, MOST_BYTES, MOST_TOPICS
from community.core import retrying
from tests.builders.forum import a_thread
from tests.builders.members import a_member
from tests.live.house import ORIGIN, House, cookie_of, play

pytestmark = pytest.mark.django_db(transaction=True)

STRANGERS = {
    "none": None,
    "null": "null",
    "another site": "http://evil.example",
    "its subdomain": "http://a.testserver",
    "longer": "http://testserver.evil.example",
    "another port": "http://testserver:8080",
    "another scheme": "https://testserver",
    "capitals": "http://TestServer",
    "trailing dot": "http://testserver.",
    "a path": "http://testserver/",
    "credentials": "http://testserver@evil.example",
}


@pytest.mark.parametrize("listed", [True, False], ids=["list", "own host"])
@pytest.mark.parametrize("stranger", STRANGERS)
def test_only_pages_of_this_very_site_open_a_socket(stranger, listed, settings):
    settings.LIVE_ORIGINS = [ORIGIN] if listed else []

    async def scene(house: House) -> None:
        page = house.attempt(origin=STRANGERS[stranger])
        assert (await page.message())["type"] == "websocket.close"
        assert await house.attempt(origin=ORIGIN).opened()

    play(scene)


def test_a_host_the_site_does_not_answer_to_is_refused_though_the_origin_agrees(settings):
    settings.ALLOWED_HOSTS = ["community.example.org"]

    async def scene(house: House) -> None:
        assert not await house.attempt(origin=ORIGIN).opened()

    play(scene)


def test_there_is_one_address():
    async def scene(house: House) -> None:
        assert not await house.attempt(path="/ws/other/").opened()

    play(scene)


def test_a_full_house_turns_newcomers_away(settings):
    settings.LIVE_MOST_SOCKETS = 1

    async def scene(house: House) -> None:
        await house.open()
        assert not await house.attempt().opened()

    play(scene)


NONSENSE = ["", "{", "[]", "null", '"join"', "{}", '{"do":"fly"}', '{"do":"join","t":7,"s":0,"l":"en"}',
            '{"do":"join","t":"thread:1","s":-1,"l":"en"}', '{"do":"join","t":"thread:1","s":"1","l":"en"}',
            '{"do":"join","t":"thread:1"}', "x" * (MOST_BYTES + 1), "[" * MOST_BYTES,
            '{"do":"read","t":"thread:1","n":-4}']  # fmt: skip


@pytest.mark.parametrize("raw", NONSENSE)
def test_what_no_page_of_ours_would_send_ends_the_talk(raw):
    async def scene(house: House) -> None:
        page = await house.open()
        page.say(raw)
        assert await page.closed() == 4400

    play(scene)


@pytest.mark.parametrize(
    "topic", ["thread:", "thread:x", "thread:-1", "thread:1e3", "member:1", "thread:²", "x"]
)
def test_topics_that_are_none_are_refused_like_absent_ones(topic):
    async def scene(house: House) -> None:
        page = await house.open(await house.do(a_member, role="admin"))
        page.say({"do": "join", "t": topic, "s": 0, "l": "en"})
        assert await page.closed() == 4403

    play(scene)


STRANGE_COOKIES = [b'consent={"ads":1}; ', b"a b=1; ", b"@k=1; ", b"nameless; ", b"; =; ", b"caf\xe9=1; "]


@pytest.mark.parametrize("before", STRANGE_COOKIES)
def test_a_strange_cookie_of_somebody_elses_makes_no_member_a_guest(before):
    async def scene(house: House) -> None:
        member = await house.do(a_member)
        key = await house.do(cookie_of, member)
        page = house.attempt(session=key, before=before)
        assert await page.opened()
        assert {socket.member_id for socket in house.hub.sockets} == {member.pk}

    play(scene)


def test_a_flood_ends_the_talk():
    async def scene(house: House) -> None:
        page = await house.open()
        for _ in range(int(BURST) + 1):
            page.say({"do": "leave", "t": "thread:1"})
        assert await page.closed() == 4429

    play(scene)


def test_a_page_listens_to_a_few_topics_at_most():
    async def scene(house: House) -> None:
        author = await house.do(a_member)
        threads = [await house.do(a_thread, author=author) for _ in range(MOST_TOPICS + 1)]
        page = await house.open()
        for thread in threads[:MOST_TOPICS]:
            await page.joined(thread, 0)
        page.join(threads[-1], 0)
        assert await page.closed() == 4429

    play(scene)


def test_one_page_is_sent_back_after_a_restart_of_the_database_and_not_one_for_each_connection(monkeypatch):
    cut = OperationalError("terminating connection due to administrator command")
    cut.__cause__ = psycopg.errors.AdminShutdown("x")
    errors, recovered, who_is = iter([cut]), [], looks.who_is

    def of_an_old_connection(session_key):
        if error := next(errors, None):
            raise error
        return who_is(session_key)

    monkeypatch.setattr(looks, "who_is", of_an_old_connection)
    monkeypatch.setattr(retrying, "recover", lambda: recovered.append(True))

    async def scene(house: House) -> None:
        assert await house.attempt().message() == {"type": "websocket.close", "code": 1013}
        assert recovered == [True]
        assert await house.attempt().opened()

    play(scene)
