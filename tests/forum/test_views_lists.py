"""Boards and lists of threads: what stands where, links that lead on and back, marks of what was read."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils.http import urlencode

from community.core import clock
from forum import actions
from forum.models import Thread, Watch
from forum.rights import ANNOUNCEMENTS, CIRCLE
from tests.builders.forum import a_board, a_group, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


def titles(response) -> list[str]:
    return Page(response.content.decode()).row_titles


def link(response, words: str) -> str:
    """The address of the link with these words."""
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?\s*{words}', response.content.decode())
    assert found, words
    return unescape(found[1])


@pytest.fixture
def reader() -> Client:
    return signed_in(Client(), a_member())


# -- all boards


def test_boards_stand_in_their_groups_with_what_was_said_last(client):
    group = a_group(title_en="On the road", title_zh="在路上")
    board = a_board(
        group=group, title_en="Trips", title_zh="自驾", about_en="Where we went.", about_zh="去过哪里。"
    )
    a_board(group=group, parent_id=board.pk, title_en="Alps", slug="alps")
    a_thread(author=a_member(name="Sunbird"), board=board, title="Over the pass")
    page = client.get("/boards/").content.decode()
    for words in ("On the road", "Trips", "Where we went.", "Alps", "Over the pass", "Sunbird", "1 thread"):
        assert words in page
    chinese = client.get("/boards/", headers={"Accept-Language": "zh"}).content.decode()
    assert "在路上" in chinese and "自驾" in chinese and "去过哪里。" in chinese


def test_a_private_board_is_not_there_for_outsiders(client):
    board = a_board(rights=CIRCLE, title_en="The circle", slug="circle")
    a_board(group=board.group, parent_id=board.pk, title_en="Inner circle", slug="inner")
    assert "circle" not in client.get("/boards/").content.decode()
    assert client.get("/boards/circle/").status_code == 404
    member = a_member()
    actions.enrol(actor=None, board_id=board.pk, member=member, kind="club_member")
    assert "The circle" in signed_in(client, member).get("/boards/").content.decode()


def test_without_boards_the_page_says_what_to_do(client):
    assert "No boards yet" in client.get("/boards/").content.decode()


def test_an_open_sub_board_of_a_private_board_stands_alone(client):
    board = a_board(rights=CIRCLE, title_en="The circle", slug="circle")
    a_board(group=board.group, parent_id=board.pk, title_en="Open evening", slug="open", rights=ANNOUNCEMENTS)
    page = client.get("/boards/").content.decode()
    assert "Open evening" in page and "The circle" not in page


# -- one board


def test_a_board_shows_its_threads_the_latest_word_first(client):
    board, author = a_board(), a_member()
    with clock.frozen(clock.now()) as hands:
        first = a_thread(author=author, board=board, title="First")
        hands.move(timedelta(hours=1))
        a_thread(author=author, board=board, title="Second")
        hands.move(timedelta(hours=1))
        a_reply(author=author, thread=first)
        assert titles(client.get(board.get_absolute_url())) == ["First", "Second"]
        assert titles(client.get(board.get_absolute_url() + "?sort=newest")) == ["Second", "First"]
        assert titles(client.get(board.get_absolute_url() + "?sort=waiting")) == ["First", "Second"]


def test_a_pinned_thread_stands_on_top_with_its_reason_until_its_end(client):
    board, author, moderator = a_board(), a_member(), a_member(role="moderator")
    with clock.frozen(clock.now()) as hands:
        rules = a_thread(author=author, board=board, title="Rules")
        hands.move(timedelta(hours=1))
        a_thread(author=author, board=board, title="Later")
        until = clock.now() + timedelta(days=2)
        actions.pin_thread(actor=moderator, thread_id=rules.pk, until=until, reason="Read this first")
        page = client.get(board.get_absolute_url())
        assert titles(page) == ["Rules", "Later"]
        assert '<span class="role role-staff">Moderator</span> Read this first' in page.content.decode()
        hands.move(timedelta(days=3))
        from forum.actions.upkeep import end_due_pins

        end_due_pins()
        assert titles(client.get(board.get_absolute_url())) == ["Later", "Rules"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Asked", "Solved", "Locked", "Told"}),
        ("?lane=ask", {"Asked", "Solved", "Locked"}),
        ("?lane=tell", {"Told"}),
        ("?lane=nonsense", {"Asked", "Solved", "Locked", "Told"}),
        ("?only=unsolved", {"Asked"}),
        ("?only=unanswered", {"Asked"}),
        ("?tag=winter", {"Solved"}),
        ("?tag=winter&lane=tell", set()),
        ("?only=unread", {"Asked", "Solved", "Locked", "Told"}),
    ],
)
def test_filters_are_links_that_narrow(client, query, found):
    board, author, moderator = a_board(), a_member(), a_member(role="moderator")
    a_thread(author=author, board=board, title="Asked")
    solved = a_thread(author=author, board=board, title="Solved", tags=["winter"])
    reply = a_reply(author=moderator, thread=solved)
    actions.accept_answer(actor=author, post_id=reply.pk)
    locked = a_thread(author=author, board=board, title="Locked")
    actions.lock_thread(actor=moderator, thread_id=locked.pk, reason="Settled")
    a_thread(author=author, board=board, title="Told", lane="tell")
    response = client.get(board.get_absolute_url() + query)
    assert set(titles(response)) == found
    if not found:
        assert "No thread fits" in response.content.decode()


def test_pages_lead_on_and_back_to_the_same_rows(client):
    board, author = a_board(), a_member()
    now = clock.now()
    for n in range(45):
        with clock.frozen(now - timedelta(minutes=n)):
            a_thread(author=author, board=board, title=f"Thread {n}", lane="ask" if n % 2 else "tell")
    address = board.get_absolute_url()
    first = client.get(address)
    assert titles(first) == [f"Thread {n}" for n in range(20)]
    assert 'rel="prev"' not in first.content.decode()
    second = client.get(address + link(first, "More"))
    third = client.get(address + link(second, "More"))
    assert titles(second) == [f"Thread {n}" for n in range(20, 40)]
    assert titles(third) == [f"Thread {n}" for n in range(40, 45)]
    assert "That was all" in third.content.decode()
    assert titles(client.get(address + link(third, "Back"))) == titles(second)
    assert titles(client.get(address + link(second, "Back"))) == titles(first)


def test_pages_keep_the_filter_and_survive_what_is_written_meanwhile(client):
    board, author = a_board(), a_member()
    now = clock.now()
    for n in range(30):
        with clock.frozen(now - timedelta(minutes=n)):
            a_thread(author=author, board=board, title=f"Thread {n}", lane="ask")
    address = board.get_absolute_url()
    first = client.get(address + "?lane=ask&sort=newest")
    on = link(first, "More")
    assert "lane=ask" in on and "sort=newest" in on
    a_thread(author=author, board=board, title="Meanwhile", lane="ask")
    assert titles(client.get(address + on)) == [f"Thread {n}" for n in range(20, 30)], (
        "no row twice, none lost"
    )


@pytest.mark.parametrize("token", ["nonsense", "a.b", "x" * 600, "", "2"])
def test_a_place_that_is_no_longer_known_is_said_so(client, token):
    board = a_board()
    a_thread(author=a_member(), board=board, title="Only one")
    response = client.get(f"{board.get_absolute_url()}?{urlencode({'page': token})}")
    assert response.status_code == 200 and titles(response) == ["Only one"]
    assert ("no longer known" in response.content.decode()) == bool(token)


def test_a_cursor_of_another_order_is_not_taken(client):
    board, author = a_board(), a_member()
    for n in range(25):
        a_thread(author=author, board=board, title=f"Thread {n}")
    token = client.get(board.get_absolute_url()).context["page"].next
    response = client.get(f"{board.get_absolute_url()}?{urlencode({'page': token, 'sort': 'hot'})}")
    assert "no longer known" in response.content.decode()


def test_a_script_may_fetch_the_rows_alone(client):
    board = a_board()
    a_thread(author=a_member(), board=board, title="Only one")
    part = client.get(board.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    whole = client.get(
        board.get_absolute_url(), headers={"HX-Request": "true", "HX-Boosted": "true"}
    ).content.decode()
    assert "<html" not in part and "Only one" in part
    assert "<html" in whole


def test_the_way_to_write_depends_on_the_reader(client):
    board, closed = a_board(), a_board(rights=ANNOUNCEMENTS)
    assert "Sign in to write" in client.get(closed.get_absolute_url()).content.decode()
    for reader in (Client(), signed_in(client, a_member())):  # guests write first, and join after
        assert f'href="/boards/{board.slug}/new/"' in reader.get(board.get_absolute_url()).content.decode()
    page = client.get(closed.get_absolute_url()).content.decode()
    assert "You cannot start threads on this board." in page and f"/boards/{closed.slug}/new/" not in page


def test_an_empty_board_invites(client):
    board = a_board()
    assert "Nobody has written here yet" in client.get(board.get_absolute_url()).content.decode()


# -- unread, watched, marks


def test_what_is_new_is_marked_and_counted_and_leads_to_its_place(reader):
    author, board = a_member(), a_board()
    thread = a_thread(author=author, board=board, title="New one")
    a_reply(author=author, thread=thread)
    response = reader.get("/unread/")
    assert titles(response) == ["New one"]
    page = response.content.decode()
    assert f'{thread.get_absolute_url()}?unread=1"' in page and "2 new" in page
    reader.get(thread.get_absolute_url())
    assert titles(reader.get("/unread/")) == []
    assert "You have seen everything" in reader.get("/unread/").content.decode()
    a_reply(author=author, thread=thread)
    response = reader.get("/unread/")
    assert titles(response) == ["New one"] and "1 new" in response.content.decode()


def test_ones_own_words_are_not_new(reader):
    member = a_member()
    client = signed_in(Client(), member)
    thread = a_thread(author=member)
    a_reply(author=member, thread=thread)
    assert titles(client.get("/unread/")) == []


def test_what_was_written_before_somebody_came_is_not_new():
    thread = a_thread(author=a_member())
    with clock.frozen(clock.now() + timedelta(days=1)) as hands:
        client = signed_in(Client(), a_member())
        assert titles(client.get("/unread/")) == []
        hands.move(timedelta(hours=1))
        a_reply(author=a_member(), thread=thread)
        assert "1 new" in client.get("/unread/").content.decode(), "the opening was there before"
        assert client.get(f"/threads/{thread.pk}/unread/")["Location"].endswith("#n2")


def test_marking_a_board_read_and_then_everything():
    member = a_member()
    client = signed_in(Client(), member)
    one, other = a_board(), a_board()
    with clock.frozen(clock.now() + timedelta(minutes=1)) as hands:
        a_thread(author=a_member(), board=one, title="One")
        a_thread(author=a_member(), board=other, title="Other")
        hands.move(timedelta(minutes=1))
        response = client.post(f"/boards/{one.slug}/read/", follow=True)
        assert response.redirect_chain == [(one.get_absolute_url(), 302)]
        assert "Everything on this board counts as read." in response.content.decode()
        assert titles(client.get("/unread/")) == ["Other"]
        assert "Everything counts as read." in client.post("/unread/read/", follow=True).content.decode()
        assert titles(client.get("/unread/")) == []
        hands.move(timedelta(minutes=1))
        a_thread(author=a_member(), board=one, title="Fresh")
        assert titles(client.get("/unread/")) == ["Fresh"]


@pytest.mark.parametrize("path", ["/boards/{slug}/read/", "/boards/{slug}/watch/"])
def test_a_private_board_cannot_be_marked_or_watched_from_outside(reader, path):
    board = a_board(rights=CIRCLE)
    assert reader.post(path.format(slug=board.slug)).status_code == 404


def test_watching_a_board_and_forgetting_it(reader):
    board = a_board()
    reader.post(f"/boards/{board.slug}/watch/", {"level": "all"})
    assert Watch.objects.get(board=board).level == "all"
    assert "Watching" in reader.get(board.get_absolute_url()).content.decode()
    reader.post(f"/boards/{board.slug}/watch/", {"level": "muted"})
    assert Watch.objects.get(board=board).level == "muted"
    reader.post(f"/boards/{board.slug}/watch/", {"level": ""})
    assert not Watch.objects.filter(board=board).exists()


def test_watched_threads_are_those_one_wrote_in_or_chose():
    member, other = a_member(), a_member()
    client = signed_in(Client(), member)
    mine = a_thread(author=other, title="Mine too")
    a_thread(author=other, title="Not mine")
    chosen = a_thread(author=other, title="Chosen")
    a_reply(author=member, thread=mine)
    actions.set_watch(member=member, thread_id=chosen.pk, level="all")
    assert set(titles(client.get("/watched/"))) == {"Mine too", "Chosen"}
    actions.set_watch(member=member, thread_id=chosen.pk, level="muted")
    assert titles(client.get("/watched/")) == ["Mine too"]


@pytest.mark.parametrize("path", ["/unread/", "/watched/", "/write/"])
def test_lists_of_ones_own_ask_guests_to_sign_in_and_come_back(client, path):
    response = client.get(path)
    assert response.status_code == 302 and response["Location"] == f"/account/login/?next={path}"


def test_a_guests_post_leads_to_sign_in(client):
    board = a_board()
    response = client.post(f"/boards/{board.slug}/read/", {"next": board.get_absolute_url()})
    assert response["Location"].startswith("/account/login/?next=/boards/")
    response = client.post("/unread/read/", {"next": "https://elsewhere.example/"})
    assert "elsewhere" not in response["Location"]


# -- across boards


def test_lists_across_boards_name_the_board(client):
    a_thread(author=a_member(), board=a_board(title_en="Trips"), title="Over the pass")
    for path in ("/latest/", "/hot/", "/unanswered/"):
        page = client.get(path).content.decode()
        assert "Over the pass" in page and "Trips" in page


def test_unanswered_is_what_waits_for_somebody_else_the_longest_wait_first(client):
    author, other, moderator = a_member(), a_member(), a_member(role="moderator")
    with clock.frozen(clock.now()) as hands:
        oldest = a_thread(author=author, title="Oldest")
        hands.move(timedelta(hours=1))
        a_thread(author=author, title="Newer")
        a_thread(author=author, title="Told", lane="tell")
        answered = a_thread(author=author, title="Answered")
        a_reply(author=other, thread=answered)
        locked = a_thread(author=author, title="Locked")
        actions.lock_thread(actor=moderator, thread_id=locked.pk, reason="Settled")
        hidden = a_thread(author=author, title="Hidden")
        actions.hide_thread(actor=moderator, thread_id=hidden.pk, reason="Off topic")
        a_reply(author=author, thread=oldest, body="Nobody?")
    assert titles(client.get("/unanswered/")) == ["Oldest", "Newer"]


def test_hot_is_what_is_lively_for_its_age(client):
    author = a_member()
    now = clock.now()
    with clock.frozen(now - timedelta(days=8)):
        old = a_thread(author=author, title="Old and lively")
    with clock.frozen(now - timedelta(hours=3)):
        lively = a_thread(author=author, title="Lively")
        a_thread(author=author, title="Quiet")
    for _ in range(5):
        a_reply(author=a_member(), thread=lively)
        a_reply(author=a_member(), thread=old)
    assert titles(client.get("/hot/")) == ["Lively", "Quiet", "Old and lively"]


def test_tags_and_their_threads(client):
    author, board = a_member(), a_board()
    a_thread(author=author, board=board, title="Cold", tags=["冬季", "Range"])
    a_thread(author=author, board=board, title="Warm", tags=["Range"])
    page = client.get("/tags/").content.decode()
    assert page.index("Range") < page.index("冬季")
    assert titles(client.get("/tags/range/")) == ["Warm", "Cold"]
    assert titles(client.get("/tags/冬季/")) == ["Cold"]
    assert client.get("/tags/nothing/").status_code == 404


def test_a_tag_whose_threads_are_gone_is_gone(client):
    thread = a_thread(author=a_member(), tags=["winter"])
    assert client.get("/tags/winter/").status_code == 200
    actions.hide_thread(actor=a_member(role="moderator"), thread_id=thread.pk, reason="Off topic")
    assert client.get("/tags/winter/").status_code == 404
    assert "winter" not in client.get("/tags/").content.decode()
    assert "No tags yet" in client.get("/tags/").content.decode()


@pytest.mark.parametrize("language", ["en", "zh-CN,zh;q=0.9"])
@pytest.mark.parametrize(
    "path", ["/boards/", "/latest/", "/hot/", "/unanswered/", "/tags/", "/unread/", "/watched/", "/write/"]
)
def test_every_list_speaks_both_languages_empty_and_full(reader, path, language):
    for _ in range(2):
        response = reader.get(path, headers={"Accept-Language": language}, follow=True)
        assert response.status_code == 200
        page = Page(response.content.decode())
        assert page.faults == [] and page.headings[0].strip()
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in page.headings[0])
        assert chinese == language.startswith("zh"), page.headings
        for _ in range(2):
            a_thread(author=a_member(), board=a_board(), tags=["winter"])


def test_lists_only_read(reader):
    for path in ("/boards/", "/latest/", "/unread/", "/hot/", "/tags/"):
        assert reader.post(path).status_code == 405
    assert not Thread.objects.exists()
