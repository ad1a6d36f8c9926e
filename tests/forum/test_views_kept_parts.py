"""A thread page put together of kept parts is, to the byte, the one drawn anew: for each role and each state."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from community.core import clock, hot, moulds
from community.members import actions as people
from community.members.models import Member
from forum import actions, drawing
from forum.models import Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote

pytestmark = pytest.mark.django_db


class Scene:
    """A thread of two pages with whatever a page can hold, and everybody who may look at it."""

    def __init__(self) -> None:
        self.board = a_board()
        self.asker, self.helper, self.reader = a_member(), a_member(drives="Aurora 5"), a_member()
        self.moderator, self.admin = a_member(role="moderator"), a_member(role="admin")
        self.thread = a_thread(
            author=self.asker, board=self.board, title='Is "5 < 6" & <b>cold</b>?', tags=["winter"]
        )
        self.posts = [
            a_reply(
                author=(self.helper, self.asker, self.reader)[n % 3],
                thread=self.thread,
                body=f"Day {n} & night",
            )
            for n in range(21)
        ]
        actions.react(actor=self.reader, post_id=self.posts[0].pk, kind="useful")
        actions.accept_answer(actor=self.asker, post_id=self.posts[3].pk)
        actions.hide_post(actor=self.moderator, post_id=self.posts[5].pk, reason="Rude & loud")
        actions.edit_post(actor=self.reader, post_id=self.posts[2].pk, body="Said better", edit_count=0)
        actions.remove_post(actor=self.reader, post_id=self.posts[8].pk)
        poll = a_poll("Yes", "No", thread=self.thread)
        a_vote(poll, 1, by=self.reader)

        self.clients = {name: signed_in(Client(), who) if who else Client() for name, who in self._readers()}

    def _readers(self) -> list[tuple[str, Member | None]]:
        ignoring, muted, watching = a_member(), a_member(), a_member()
        people.ignore_member(member=ignoring, target=self.helper)
        muted.standing = "muted"
        muted.save(update_fields=["standing"])
        actions.set_watch(member=watching, thread_id=self.thread.pk, level="all")
        known = [(name, getattr(self, name)) for name in ("asker", "helper", "reader", "moderator", "admin")]
        chinese = a_member(language="zh-hans")
        return [
            ("guest", None),
            ("ignoring", ignoring),
            ("muted", muted),
            ("watching", watching),
            ("Chinese", chinese),
            *known,
        ]


def _leave(scene: Scene) -> None:
    """As it is."""


def _lock(scene: Scene) -> None:
    actions.lock_thread(actor=scene.moderator, thread_id=scene.thread.pk, reason="Done")


def _hide(scene: Scene) -> None:
    actions.hide_thread(actor=scene.moderator, thread_id=scene.thread.pk, reason="Off topic")


def looked_at(client: Client, thread: Thread, page: int) -> str:
    response = client.get(thread.get_absolute_url(), {"page": page} if page > 1 else {})
    said = response.content.decode()
    said = re.sub(r'(name="csrfmiddlewaretoken" value=")\w{64}"', r'\1"', said)
    return re.sub(r'(name="key" value=")[\w-]+"', r'\1"', said)


def test_a_page_of_kept_parts_is_the_page_drawn_anew(monkeypatch):
    scene = Scene()
    with clock.frozen(clock.now()):
        for client in scene.clients.values():  # read marks are made
            looked_at(client, scene.thread, 2)
        for act, pages in ((_leave, (1, 2)), (_lock, (2,)), (_hide, (1,))):
            act(scene)
            moulds._moulds.clear()
            looks = [(name, page) for name in scene.clients for page in pages]
            kept = {look: looked_at(scene.clients[look[0]], scene.thread, look[1]) for look in looks}
            assert moulds._moulds
            with monkeypatch.context() as drawn_anew:
                drawn_anew.setattr(moulds, "_are_kept", lambda: False)
                for name, page in reversed(looks):
                    hot.forget()
                    drawing._verbs.cache_clear()
                    assert looked_at(scene.clients[name], scene.thread, page) == kept[name, page], (act, name)
            assert len({*kept.values()}) > 2, "readers see different pages"
        for name, _page in looks:  # only filled in by now
            assert looked_at(scene.clients[name], scene.thread, 1) == kept[name, 1], name


def test_the_list_of_boards_is_the_one_drawn_anew(monkeypatch):
    hostile = a_board(
        title_en='Is "5 < 6" & <b>cold</b>?',
        about_en="<i>About</i> & more",
        about_zh="关于 <i>",
        title_zh="冷 & 热",
    )
    a_board(title_en="Below & <u>beside</u>", parent_id=hostile.pk, group=hostile.group)
    shut = a_board(title_en="Shut")
    shut.is_closed = True
    shut.save(update_fields=["is_closed"])
    for title, role in (("<s>Last</s> word", "moderator"), ("冬天的续航", "member")):
        a_thread(author=a_member(role=role), board=a_board(), title=title)
    chinese = signed_in(Client(), a_member(language="zh-hans"))

    def drawn() -> list[str]:
        return [client.get("/boards/").content.decode() for client in (Client(), chinese)]

    with clock.frozen(clock.now()):
        moulds._moulds.clear()
        kept = [drawn(), drawn()]
        monkeypatch.setattr(moulds, "_are_kept", lambda: False)
        anew = drawn()
    for one in (*kept, anew):
        assert [re.sub(r"\w{64}", "", page) for page in one] == [re.sub(r"\w{64}", "", page) for page in anew]
    for page in anew:
        assert "&lt;s&gt;Last&lt;/s&gt; word" in page and "冬天的续航" in page
        assert page.count('class="board-row"') == 5 - 1, "a sub-board stands in its board's row"
        assert page.count('class="role role-staff"') == 1
    assert "Is &quot;5 &lt; 6&quot; &amp; &lt;b&gt;cold&lt;/b&gt;?" in anew[0] and "冷 &amp; 热" in anew[1]
    assert "Below &amp; &lt;u&gt;beside&lt;/u&gt;" in anew[0]
    assert "1 thread</p>" in anew[0] and "1 帖</p>" in anew[1]
