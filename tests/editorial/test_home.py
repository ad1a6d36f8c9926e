"""The first page: who sees what, in which language, at what cost, and only what was counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from community.core import clock
from community.editorial.queries import home
from community.members.models import Member
from forum import access, actions
from forum.models import WatchLevel
from forum.queries import home as forum_home
from tests.builders.editorial import an_article
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, an_imported_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    return a_member(name="Anna Kuhn")


@pytest.fixture
def other() -> Member:
    return a_member(name="Chen Yu")


def read(client: Client, language: str = "en") -> str:
    answer = client.get("/", headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode().replace("<wbr>", "")


# ---- guests ----


def test_an_empty_site_greets_and_claims_nothing(client: Client) -> None:
    page = read(client)
    assert "Answers from people who own one" in page
    assert "The first thread is still to be written" in page
    assert 'class="proof"' not in page and "From the magazine" not in page
    assert 'href="/boards/"' in page and f'href="{reverse("account_signup")}"' in page


def test_a_guest_sees_threads_boards_and_the_magazine(client: Client, member: Member) -> None:
    board = a_board(title_en="Winter", about_en="Snow, cold and range.")
    a_thread(author=member, board=board, title="Snow chains on the rear?")
    an_article(title="Round the lake")
    page = read(client)
    for words in ("Snow chains on the rear?", "Winter", "Snow, cold and range.", "Round the lake"):
        assert words in page


def test_the_page_speaks_chinese(client: Client, member: Member) -> None:
    board = a_board(title_en="Winter", title_zh="冬季", about_zh="雪、低温与续航。")
    a_thread(author=member, board=board)
    page = read(client, "zh-CN,zh;q=0.9")
    assert (
        'lang="zh-hans"' in page and "真正在用的人" in page and "冬季" in page and "雪、低温与续航。" in page
    )
    assert "Answers from people" not in page


def test_private_boards_and_their_threads_are_not_named(client: Client, member: Member) -> None:
    secret = a_board(title_en="Key circle", rights={"read": ["key_member"], "start": ["key_member"]})
    keeper = a_member(name="Key Keeper", is_key_member=True)
    a_thread(author=keeper, board=secret, title="Nobody else reads this")
    for viewer in (client, signed_in(Client(), member)):
        page = read(viewer)
        assert "Key circle" not in page and "Nobody else reads this" not in page
    assert "Nobody else reads this" in read(signed_in(Client(), keeper))


def test_a_guests_page_sets_no_cookie_but_the_forms_own(client: Client) -> None:
    answer = client.get("/")
    assert "sessionid" not in answer.cookies


def test_a_guests_page_costs_three_statements_when_warm(
    client: Client, member: Member, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        a_thread(author=member)
    an_article()
    read(client)
    with django_assert_max_num_queries(3):
        read(client)


# ---- figures ----


def counted(**changes: Any) -> home.Counted:
    forum = {"threads": 0, "questions": 0, "answered": 0, "usual_wait": None}
    members = changes.pop("members", 0)
    return home.Counted(members, forum_home.Figures(**(forum | changes)))


def test_figures_that_say_nothing_yet_are_left_out() -> None:
    assert list(home._worth_saying(counted())) == []
    few = counted(members=9, threads=9, questions=4, answered=4, usual_wait=timedelta(hours=1))
    assert home._worth_saying(few) == []


def test_figures_are_said_once_they_mean_something() -> None:
    said = home._worth_saying(
        counted(members=1284, threads=3000, questions=41, answered=37, usual_wait=timedelta(minutes=119))
    )
    assert [(figure.value, figure.unit) for figure in said] == [
        ("2", "h"), ("37", "of 41"), ("3,000", ""), ("1,284", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wait", "shown"),
    [
        (timedelta(seconds=3), ("1", "min")),
        (timedelta(minutes=89), ("89", "min")),
        (timedelta(minutes=90), ("2", "h")),
        (timedelta(hours=47), ("47", "h")),
        (timedelta(hours=47, minutes=50), ("2", "days")),
        (timedelta(days=9), ("9", "days")),
    ],
)
def test_a_wait_in_its_largest_honest_unit(wait: timedelta, shown: tuple[str, str]) -> None:
    assert home.span(wait) == shown


AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "usual"),
    [
        ([], None),
        ([10], 10),
        ([10, 20, 90], 20),
        ([10, 20, None], 20),
        ([10, None], None),
        ([None, None, 5], None),
    ],
)
def test_the_usual_wait_counts_the_unanswered_as_longest(
    minutes: list[int | None], usual: int | None
) -> None:
    waits = [(AT, None if wait is None else AT + timedelta(minutes=wait)) for wait in minutes]
    assert forum_home.usual_wait(waits) == (None if usual is None else timedelta(minutes=usual))


def test_the_figures_count_what_happened(frozen_clock: Any, member: Member, other: Member) -> None:
    board = a_board()
    old = a_thread(author=member, board=board)
    frozen_clock.move(timedelta(days=31))
    asked = a_thread(author=member, board=board)
    a_thread(author=member, board=board, lane="tell")
    alone = a_thread(author=member, board=board)
    frozen_clock.move(timedelta(minutes=5))
    a_reply(author=member, thread=alone)  # one's own reply answers nothing
    frozen_clock.move(timedelta(minutes=25))
    a_reply(author=other, thread=asked)
    a_reply(author=other, thread=old)
    figures = forum_home.figures()
    assert (figures.threads, figures.questions, figures.answered) == (4, 2, 1)
    assert figures.usual_wait is None  # half of them still wait
    frozen_clock.move(timedelta(minutes=30))
    a_reply(author=other, thread=alone)
    assert forum_home.figures().usual_wait == timedelta(minutes=45)


def test_private_boards_and_imported_authors_are_not_counted(member: Member) -> None:
    hidden = a_board(rights={"read": ["key_member"], "start": ["key_member"]})
    a_thread(author=a_member(is_key_member=True), board=hidden)
    an_imported_member()
    assert forum_home.figures().threads == 0
    with_address = Member.objects.listed().exclude(email=None).count()
    home.figures()
    assert cache.get(home.FIGURES_KEY).members == with_address


def test_the_figures_are_counted_once_in_ten_minutes(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        home.figures()
    with django_assert_num_queries(0):
        home.figures()


# ---- members ----


def read_all(member: Member, thread_id: int) -> None:
    thread = access.thread_for_reading(member, thread_id=thread_id)
    actions.mark_read(member=member, thread=thread, number=thread.last_number)


def kinds(member: Member) -> list[tuple[str, int]]:
    return [(waiting.kind, waiting.thread.pk) for waiting in forum_home.waiting(member)]


def test_nothing_waits_for_a_newcomer(client: Client, member: Member) -> None:
    page = read(signed_in(client, member))
    assert "All quiet, Anna Kuhn" in page and 'class="needs"' not in page
    assert 'class="proof"' not in page and "Read the boards" not in page


def test_replies_come_first_then_my_question_then_what_i_watch(
    frozen_clock: Any, client: Client, member: Member, other: Member
) -> None:
    board = a_board()
    mine = a_thread(author=member, board=board, title="Wall box trips at 11 kW")
    theirs = a_thread(author=other, board=board, title="Skis in the back", lane="tell")
    watched = a_thread(author=other, board=board, title="Only watched", lane="tell")
    my_post = a_reply(author=member, thread=theirs)
    actions.set_watch(member=member, thread_id=watched.pk, level=WatchLevel.ALL)
    frozen_clock.move(timedelta(minutes=1))
    a_reply(author=other, thread=theirs, reply_to_id=my_post.pk)
    frozen_clock.move(timedelta(minutes=1))
    a_reply(author=other, thread=mine)
    frozen_clock.move(timedelta(minutes=1))
    a_reply(author=other, thread=watched)

    assert kinds(member) == [("new", watched.pk), ("choose", mine.pk), ("reply", theirs.pk)]
    needs = home.needs(member)
    assert [need.thread_id for need in needs] == [theirs.pk, mine.pk, watched.pk]
    assert needs[0].title == "Chen Yu replied to you"
    page = read(signed_in(client, member))
    assert "Three things need you, Anna Kuhn" in page
    assert "In “Skis in the back”." in page and "Choose the answer" in page


def test_in_chinese_things_are_counted_as_one_says_it(member: Member, other: Member, frozen_clock) -> None:
    for title in ("One", "Two"):
        thread = a_thread(author=member, title=title)
        a_reply(author=other, thread=thread)
    page = signed_in(client := Client(), member).get("/", headers={"accept-language": "zh-hans"})
    assert client.cookies and "有2件事等你" in page.content.decode().replace(" ", "")


def test_an_accepted_answer_and_read_posts_wait_no_more(member: Member, other: Member) -> None:
    mine = a_thread(author=member)
    answer = a_reply(author=other, thread=mine)
    assert kinds(member) == [("choose", mine.pk)]
    read_all(member, mine.pk)
    assert kinds(member) == [("choose", mine.pk)]  # read, but still without an answer
    actions.accept_answer(actor=member, post_id=answer.pk)
    assert kinds(member) == []


def test_my_own_words_and_muted_threads_do_not_wait_for_me(member: Member, other: Member) -> None:
    thread = a_thread(author=other, lane="tell")
    a_reply(author=member, thread=thread)
    assert kinds(member) == []
    a_reply(author=other, thread=thread)
    assert kinds(member) == [("new", thread.pk)]
    actions.set_watch(member=member, thread_id=thread.pk, level=WatchLevel.MUTED)
    assert kinds(member) == []


def test_what_i_may_no_longer_read_does_not_wait_for_me(member: Member, other: Member) -> None:
    board = a_board()
    thread = a_thread(author=other, board=board, lane="tell")
    a_reply(author=member, thread=thread)
    a_reply(author=other, thread=thread)
    actions.set_rights(actor=None, board_id=board.pk, rights={"read": ["key_member"]})
    assert kinds(member) == []


def test_my_boards_count_threads_with_something_new(frozen_clock: Any, member: Member, other: Member) -> None:
    board, quiet = a_board(title_en="Winter"), a_board(title_en="Quiet")
    for place in (board, quiet):
        actions.set_watch(member=member, board_id=place.pk, level=WatchLevel.ALL)
    frozen_clock.move(timedelta(minutes=1))
    first = a_thread(author=other, board=board)
    a_thread(author=other, board=board)
    assert [(line.title, line.new) for line in home.my_boards(member)] == [("Winter", 2), ("Quiet", 0)]
    read_all(member, first.pk)
    assert [(line.title, line.new) for line in home.my_boards(member)] == [("Winter", 1), ("Quiet", 0)]


def test_new_threads_do_not_repeat_what_needs_me(member: Member, other: Member) -> None:
    mine = a_thread(author=member)
    a_reply(author=other, thread=mine)
    fresh = a_thread(author=other)
    rows = home.new_threads(member, without={mine.pk})
    assert rows.unread and [thread.pk for thread in rows.threads] == [fresh.pk]


def test_a_member_who_read_everything_sees_the_latest(member: Member, other: Member) -> None:
    thread = a_thread(author=other)
    read_all(member, thread.pk)
    rows = home.new_threads(member, without=set())
    assert not rows.unread and [thread.pk for thread in rows.threads] == [thread.pk]


@pytest.mark.parametrize("size", [2, 20])
def test_a_members_page_costs_five_statements_session_and_account_included(
    client: Client, member: Member, other: Member, size: int, django_assert_max_num_queries: Any
) -> None:
    board = a_board()
    actions.set_watch(member=member, board_id=board.pk, level=WatchLevel.ALL)
    for _ in range(size):
        a_reply(author=other, thread=a_thread(author=member, board=board))
        a_thread(author=other, board=board)
    an_article()
    signed_in(client, member)
    read(client)
    with django_assert_max_num_queries(5):
        read(client)


def test_the_member_page_speaks_chinese(client: Client, member: Member, other: Member) -> None:
    a_thread(author=other, board=a_board(title_en="Winter", title_zh="冬季"))
    page = read(signed_in(client, member), "zh-CN")
    assert "星期" in page and "冬季" in page and "Monday" not in page


def test_the_clock_is_the_sites(frozen_clock: Any, client: Client, member: Member) -> None:
    assert clock.now() == frozen_clock.now()
    assert "Monday 23 November" in read(signed_in(client, member))
