"""What stands in a member's feed, why, and what never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.feed import queries
from community.members import actions as people
from community.members.models import Member
from forum import actions, rights
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db

CANARY = "Canary-7391"


@pytest.fixture
def me() -> Member:
    return a_member(name="Reader")


def told(member: Member, **wanted: bool) -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.why, entry.author.name) for entry in queries.feed(member, **wanted).items]


class TestWhatComes:
    def test_people_boards_and_tags_each_once_with_the_strongest_reason(self, me, frozen_clock):
        star, other = a_member(name="Star"), a_member(name="Other")
        watched, elsewhere = a_board(), a_board()
        people.follow(member=me, target=star)
        actions.set_watch(member=me, board_id=watched.pk, level="all")
        a_thread(author=other, board=elsewhere, tags=["winter"])
        actions.follow_tag(member=me, slug="winter")
        for author, board, tags in [
            (star, watched, ["winter"]),
            (other, watched, ["winter"]),
            (other, elsewhere, ["winter"]),
            (other, elsewhere, ["summer"]),
        ]:
            frozen_clock.move(timedelta(minutes=1))
            thread = a_thread(author=author, board=board, tags=tags)
        frozen_clock.move(timedelta(minutes=1))
        a_reply(author=star, thread=thread)
        a_reply(author=other, thread=thread)
        assert told(me) == [
            ("reply", "person", "Star"),
            ("opened", "tag", "Other"),
            ("opened", "board", "Other"),
            ("opened", "person", "Star"),
            ("opened", "tag", "Other"),
        ]

    def test_an_accepted_answer_of_somebody_followed(self, me, frozen_clock):
        star, asker = a_member(name="Star"), a_member()
        people.follow(member=me, target=star)
        post = a_reply(author=star, thread=a_thread(author=asker))
        frozen_clock.move(timedelta(minutes=1))
        actions.accept_answer(actor=asker, post_id=post.pk)
        assert told(me) == [("accepted", "person", "Star"), ("reply", "person", "Star")]

    def test_what_was_read_is_not_unread(self, frozen_clock, me):
        star = a_member(name="Star")
        people.follow(member=me, target=star)
        frozen_clock.move(timedelta(minutes=1))
        read, new = a_thread(author=star), a_thread(author=star)
        actions.mark_read(member=me, thread=read, number=1)
        assert [entry.thread for entry in queries.feed(me, unread=True).items] == [new]

    def test_pages_follow_one_another_without_gap_or_double(self, me, frozen_clock):
        star, board = a_member(name="Star"), a_board()
        people.follow(member=me, target=star)
        actions.set_watch(member=me, board_id=board.pk, level="all")
        for n in range(24):  # all at the same moment: the order still holds
            a_thread(author=star, board=board)
            if n % 2:
                a_thread(author=a_member(), board=board)
        seen, cursor, pages = [], None, 0
        while True:
            page = queries.feed(me, cursor)
            seen += [(entry.rank, entry.pk) for entry in page.items]
            cursor, pages = page.next, pages + 1
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 36 and pages == 2

    @pytest.mark.parametrize("cursor", ["nonsense", "x" * 600, "W10.abc"])
    def test_a_cursor_of_somebody_elses_making_is_the_first_page(self, me, cursor):
        assert queries.feed(me, cursor).bad_cursor


def _hide_post(post, me, star):
    actions.hide_post(actor=a_member(role="moderator"), post_id=post.pk, reason="Rude")


def _remove_post(post, me, star):
    actions.remove_post(actor=star, post_id=post.pk)


def _hide_thread(post, me, star):
    actions.hide_thread(actor=a_member(role="moderator"), thread_id=post.thread_id, reason="Rude")


def _close_board(post, me, star):
    actions.set_rights(actor=None, board_id=post.thread.board_id, rights=rights.CIRCLE)


def _ignore(post, me, star):
    people.ignore_member(member=me, target=star)


def _block(post, me, star):
    people.block(member=me, target=star)


def _blocked_by(post, me, star):
    people.block(member=star, target=me)


def _mute_thread(post, me, star):
    actions.set_watch(member=me, thread_id=post.thread_id, level="muted")


def _mute_board(post, me, star):
    actions.set_watch(member=me, board_id=post.thread.board_id, level="muted")


class TestWhatNeverComes:
    @pytest.mark.parametrize(
        "happens",
        [
            _hide_post, _remove_post, _hide_thread, _close_board, _ignore, _block, _blocked_by, _mute_thread,
            _mute_board,
        ],
    )  # fmt: skip
    def test_the_canary_is_gone_from_the_page_once_it_may_not_be_seen(self, client, me, happens):
        star = a_member(name="Star")
        people.follow(member=me, target=star)
        thread = a_thread(author=a_member(), tags=["winter"])
        actions.set_watch(member=me, board_id=thread.board_id, level="all")
        post = a_reply(author=star, thread=thread, body=CANARY)
        signed_in(client, me)
        assert CANARY in client.get("/feed/").content.decode()
        happens(post, me, star)
        assert CANARY not in client.get("/feed/").content.decode()

    def test_nothing_of_a_board_for_others(self, me):
        insider, board = a_member(), a_board(rights=rights.CIRCLE)
        actions.enrol(actor=None, board_id=board.pk, member=insider, kind="club_member")
        people.follow(member=me, target=insider)
        a_thread(author=insider, board=board, tags=["winter"], title=CANARY)
        a_thread(author=a_member(), tags=["winter"])
        actions.follow_tag(member=me, slug="winter")
        assert told(me) == [("opened", "tag", queries.feed(me).items[0].author.name)]
        assert queries.feed(me).items[0].thread.title != CANARY

    def test_not_what_i_wrote_myself(self, me):
        board = a_board()
        actions.set_watch(member=me, board_id=board.pk, level="all")
        a_thread(author=me, board=board)
        assert told(me) == []


class TestEmpty:
    def test_it_names_those_who_helped_then_those_who_drive_the_same(self, client):
        me = a_member(drives="Aurora 5")
        helper, twin = a_member(name="Helper"), a_member(name="Twin", drives="aurora 5")
        a_member(name="Shy Twin", drives="Aurora 5", visibility={"drives": "nobody"})
        blocked = a_member(name="Blocked Twin", drives="Aurora 5")
        people.block(member=blocked, target=me)
        thread = a_thread(author=me)
        actions.accept_answer(actor=me, post_id=a_reply(author=helper, thread=thread).pk)
        assert [(one.member, one.why) for one in queries.suggestions(me)] == [
            (helper, "helped"),
            (twin, "drives"),
        ]
        page = signed_in(client, me).get("/feed/").content.decode()
        assert "Answered a question of yours." in page and "as you do." in page

    def test_nobody_is_suggested_for_driving_nothing(self, me):
        a_member(name="Also Without")
        assert queries.suggestions(me) == []


def test_guests_sign_in_first(client):
    assert client.get("/feed/")["Location"].startswith("/account/login/")


@pytest.mark.parametrize("follows", [1, 30])
def test_it_costs_at_most_five_statements_however_many_are_followed(client, me, follows):
    for n in range(follows):
        star = a_member()
        people.follow(member=me, target=star)
        thread = a_thread(author=star, tags=[f"tag{n}"])
        actions.follow_tag(member=me, slug=f"tag{n}")
        actions.set_watch(member=me, board_id=thread.board_id, level="all")
    signed_in(client, me).get("/feed/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/feed/").status_code == 200
    assert len(asked) <= 5


def test_accepted_answers_are_read_along_their_index_and_nothing_is_sorted(me):
    """However many threads there are: a page of the feed ends at its twenty-first row."""
    rows = queries.answered_threads(me).order_by("-accepted_at", "-pk")[:21]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # a handful of rows: anything else would be cheaper
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plan = rows.explain()
    assert "thread_accepted" in plan, plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan and "Sort Key" not in plan, plan
