"""Staff pages of boards: laying out, rights that show their effect before they count, people."""

from __future__ import annotations

import pytest
from django.test import Client

from forum import actions
from forum.models import Board, BoardGroup, BoardMember, BoardRight
from forum.rights import DEFAULT_RIGHTS
from tests.builders.forum import a_board, a_group, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


def said(response) -> str:
    return response.content.decode()


@pytest.fixture
def admin() -> Client:
    return signed_in(Client(), a_member(role="admin"), strongly=True)


ADDRESSES = ("", "new/", "groups/new/", "groups/{group}/", "{pk}/", "{pk}/rights/", "{pk}/people/")


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("role", ["", "moderator", "editor", "partner"])
def test_nobody_but_administrators_finds_these_pages(path, role):
    board = a_board()
    client = signed_in(Client(), a_member(role=role), strongly=role in ("moderator", "editor"))
    address = "/staff/boards/" + path.format(pk=board.pk, group=board.group_id)
    assert client.get(address).status_code == 404
    assert client.post(address).status_code in (404, 405)


@pytest.mark.parametrize("path", ADDRESSES)
def test_administrators_need_their_second_factor(path):
    board = a_board()
    client = signed_in(Client(), a_member(role="admin"))
    response = client.get("/staff/boards/" + path.format(pk=board.pk, group=board.group_id))
    assert response.status_code == 302 and "2fa" in response["Location"]


def test_the_list_names_every_board_and_who_reads_it(admin):
    board = a_board(title_en="Trips")
    a_board(rights=rights(read=["member"]))
    a_board(rights=rights(read=["club_member"]))
    page = said(admin.get("/staff/boards/"))
    assert "Trips" in page
    for readers in ("Everyone", "All members", "Members of this board&#x27;s circle, Administrators"):
        assert readers in page
    assert f"/staff/boards/{board.pk}/rights/" in page and f"/staff/boards/{board.pk}/people/" in page


def test_a_group_and_a_board_are_made(admin):
    response = admin.post(
        "/staff/boards/groups/new/", {"title_en": "Tech", "title_zh": "技术", "slug": "tech", "position": 1}
    )
    assert response["Location"] == "/staff/boards/"
    group = BoardGroup.objects.get(slug="tech")
    data = {
        "group": group.pk,
        "title_en": "Charging",
        "slug": "charging",
        "lanes": ["ask", "tell"],
        "position": 0,
    }
    response = admin.post("/staff/boards/new/", data)
    board = Board.objects.get(slug="charging")
    assert response["Location"] == f"/staff/boards/{board.pk}/rights/", "rights come next"
    assert board.rights == DEFAULT_RIGHTS and board.lanes == ["ask", "tell"] and board.group == group
    response = admin.post(
        "/staff/boards/new/",
        data | {"slug": "cables", "parent": board.pk, "is_closed": "on", "title_en": "Cables"},
    )
    cables = Board.objects.get(slug="cables")
    assert (cables.parent, cables.is_closed) == (board, True)


def test_taken_addresses_and_deeper_levels_are_refused_with_the_words_kept(admin):
    board = a_board(slug="charging")
    sub = a_board(group=board.group, parent_id=board.pk)
    data = {"group": board.group_id, "title_en": "Another", "slug": "charging", "position": 0}
    response = admin.post("/staff/boards/new/", data)
    assert response.status_code == 422 and "This address is taken" in said(response)
    assert Page(said(response)).fields["title_en"] == "Another"
    response = admin.post("/staff/boards/new/", data | {"slug": "deeper", "parent": sub.pk})
    assert response.status_code == 422
    response = admin.post(
        "/staff/boards/groups/new/", {"title_en": "G", "slug": board.group.slug, "position": 0}
    )
    assert response.status_code == 422 and "This address is taken" in said(response)


def test_a_board_is_changed_and_keeps_its_address(admin):
    board = a_board(title_en="Trips", slug="trips")
    form = Page(said(admin.get(f"/staff/boards/{board.pk}/")))
    assert form.fields["title_en"] == "Trips" and "slug" not in form.fields
    data = {
        "group": board.group_id,
        "title_en": "Journeys",
        "about_en": "Far.",
        "position": 3,
        "slug": "other",
    }
    assert admin.post(f"/staff/boards/{board.pk}/", data)["Location"] == "/staff/boards/"
    board.refresh_from_db()
    assert (board.title_en, board.about_en, board.position, board.slug) == ("Journeys", "Far.", 3, "trips")


def test_a_group_is_renamed_and_moved_and_keeps_its_address(admin):
    group = a_group(title_en="Tech", slug="tech")
    address = f"/staff/boards/groups/{group.pk}/"
    assert f'href="{address}"' in said(admin.get("/staff/boards/"))
    form = Page(said(admin.get(address)))
    assert form.fields["title_en"] == "Tech" and "slug" not in form.fields
    assert admin.post(address, {"title_en": " ", "position": 0}).status_code == 422
    sent = {"title_en": "Workshop", "title_zh": "车间", "position": 7, "slug": "other"}
    assert admin.post(address, sent)["Location"] == "/staff/boards/"
    group.refresh_from_db()
    assert (group.title_en, group.title_zh, group.position, group.slug) == ("Workshop", "车间", 7, "tech")
    assert admin.get("/staff/boards/groups/999999/").status_code == 404


def test_an_old_page_of_a_board_puts_nothing_back(admin):
    board = a_board(title_en="Trips", about_en="Where to")
    page = f"/staff/boards/{board.pk}/"
    shown = Page(said(admin.get(page))).fields["shown"]
    actions.edit_board(actor=None, board_id=board.pk, is_closed=True, title_en="Journeys", lanes=["ask"])
    sent = {"shown": shown, "group": board.group_id, "title_en": "Trips", "about_en": "Where we go"}
    assert admin.post(page, sent | {"position": board.position}).status_code == 302
    board.refresh_from_db()
    assert (board.title_en, board.about_en, board.is_closed, board.lanes) == (
        "Journeys", "Where we go", True, ["ask"],
    )  # fmt: skip


def test_a_moved_board_takes_its_sub_boards_along(admin):
    board, group = a_board(title_en="Trips"), a_group()
    sub = a_board(group=board.group, parent_id=board.pk)
    admin.post(f"/staff/boards/{board.pk}/", {"group": group.pk, "title_en": "Trips", "position": 0})
    sub.refresh_from_db()
    assert sub.group == group


def test_a_sub_board_does_not_leave_the_group_of_the_board_above_it(admin):
    board, group = a_board(), a_group()
    sub = a_board(group=board.group, parent_id=board.pk, title_en="Trips")
    alone = {"group": group.pk, "parent": board.pk, "title_en": "Trips", "position": 0}
    response = admin.post(f"/staff/boards/{sub.pk}/", alone)
    assert response.status_code == 422 and "Move that one" in said(response)
    assert admin.post(f"/staff/boards/{sub.pk}/", alone | {"parent": ""}).status_code == 302
    sub.refresh_from_db()
    assert (sub.parent, sub.group) == (None, group)


@pytest.mark.parametrize(
    "typed", ["nora falk bellafontainex", "@Nora Falk Bellafontainex", " Nora Falk  Bellafontainex "]
)
def test_people_are_found_however_their_name_is_written(admin, typed):
    board, member = a_board(), a_member(name="Nora Falk Bellafontainex")
    admin.post(f"/staff/boards/{board.pk}/people/", {"name": typed, "kind": "moderator"})
    assert [row.member for row in board.enrolled.all()] == [member]


def test_a_board_with_sub_boards_does_not_become_one(admin):
    board, other = a_board(), a_board()
    a_board(group=board.group, parent_id=board.pk)
    data = {"group": board.group_id, "parent": other.pk, "title_en": "Trips", "position": 0}
    response = admin.post(f"/staff/boards/{board.pk}/", data)
    assert response.status_code == 422 and "cannot become a sub-board" in said(response)


# -- rights


def rights(**changes: list[str]) -> dict[str, list[str]]:
    return DEFAULT_RIGHTS | changes


def test_the_table_shows_what_holds(admin):
    board = a_board()
    page = said(admin.get(f"/staff/boards/{board.pk}/rights/"))
    assert 'name="read" value="guest" checked' in page
    assert 'name="start" value="guest" disabled' in page, "guests never write"
    assert "What would change" not in page and 'name="save"' not in page, "nothing to put in force yet"
    assert 'class="anyway"><label><input type="checkbox" name="read" value="member">' in page, (
        "by what guests may"
    )
    assert "Members: Read (may already)" in page and "Guests: Read (may already)" not in page


def test_the_effect_is_shown_before_it_counts(admin):
    board = a_board()
    thread = a_thread(author=a_member(), board=board)
    wanted = rights(read=["member"], start=["owner"])
    page = said(admin.post(f"/staff/boards/{board.pk}/rights/", {**wanted, "preview": ""}))
    assert "What would change" in page and 'name="save"' in page
    assert "May no longer read this board: Guests." in page
    losers = page.partition("May no longer start threads here: ")[2].partition(".")[0]
    assert losers.startswith("Members, Members of this board") and "Key members" in losers
    assert "Verified owners" not in losers, "they are members and gain it by their own right"
    board.refresh_from_db()
    assert board.rights == DEFAULT_RIGHTS, "looking changes nothing"
    assert Client().get(thread.get_absolute_url()).status_code == 200

    shown = Page(page).fields["shown"]
    more = wanted | {"read": ["guest"]}
    response = admin.post(f"/staff/boards/{board.pk}/rights/", {**more, "shown": shown, "save": ""})
    assert response.status_code == 422 and "was not shown yet" in said(response)
    board.refresh_from_db()
    assert board.rights == DEFAULT_RIGHTS, "what nobody was shown is not put in force"

    saved = {**wanted, "shown": shown, "save": ""}
    response = admin.post(f"/staff/boards/{board.pk}/rights/", saved, follow=True)
    assert "The rights are in force." in said(response)
    board.refresh_from_db()
    assert board.rights["read"] == ["member"] and board.rights["start"] == ["owner"]
    assert set(BoardRight.objects.filter(board=board, verb="read").values_list("role", flat=True)) == {
        "member"
    }
    assert Client().get(thread.get_absolute_url()).status_code == 404
    assert signed_in(Client(), a_member()).get(thread.get_absolute_url()).status_code == 200


def test_gains_are_told_as_well(admin):
    board = a_board(rights=rights(read=["club_member"]))
    page = said(admin.post(f"/staff/boards/{board.pk}/rights/", {**rights(), "preview": ""}))
    told = page.partition("May read this board from now on: ")[2].partition(".")[0]
    assert told.startswith("Guests, Members, Verified owners, Key members")
    assert "circle" not in told, "they read it already"


def test_a_table_that_changes_nothing_says_so(admin):
    board = a_board()
    page = said(admin.post(f"/staff/boards/{board.pk}/rights/", {**rights(), "preview": ""}))
    assert "Nothing would change for anybody." in page and 'name="save"' not in page


@pytest.mark.parametrize("wrong", [{"start": ["guest"]}, {"moderate": ["member"]}, {"read": ["king"]}])
def test_rights_that_nobody_may_have_are_refused(admin, wrong):
    board = a_board()
    response = admin.post(f"/staff/boards/{board.pk}/rights/", {**rights(**wrong), "save": ""})
    assert response.status_code == 422
    board.refresh_from_db()
    assert board.rights == DEFAULT_RIGHTS


# -- people


def test_people_are_put_on_the_list_and_taken_off(admin):
    board, member = a_board(), a_member(name="Sunbird")
    response = admin.post(
        f"/staff/boards/{board.pk}/people/", {"name": "Sunbird", "kind": "moderator"}, follow=True
    )
    assert "Sunbird is on the list." in said(response)
    row = BoardMember.objects.get(board=board, member=member, kind="moderator")
    response = admin.post(f"/staff/boards/{board.pk}/people/", {"leave": row.pk}, follow=True)
    assert "Sunbird is no longer on this list." in said(response)
    assert not BoardMember.objects.exists()


def test_nobody_of_that_name(admin):
    board = a_board()
    response = admin.post(f"/staff/boards/{board.pk}/people/", {"name": "Nobody", "kind": "moderator"})
    assert response.status_code == 422 and "Nobody here has this name." in said(response)
    assert Page(said(response)).fields["name"] == "Nobody"


@pytest.mark.parametrize("leave", ["x", "-1", "²", "999999", "9" * 40, ""])
def test_taking_off_somebody_who_is_not_there(admin, leave):
    board = a_board()
    assert admin.post(f"/staff/boards/{board.pk}/people/", {"leave": leave}).status_code == 404


def test_a_row_of_another_board_is_not_taken_off_here(admin):
    board, other = a_board(), a_board()
    row = actions.enrol(actor=None, board_id=other.pk, member=a_member(), kind="moderator")
    assert admin.post(f"/staff/boards/{board.pk}/people/", {"leave": row.pk}).status_code == 404
    assert BoardMember.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("path", ["999999/", "999999/rights/", "999999/people/"])
def test_a_board_that_is_not_there(admin, path):
    assert admin.get(f"/staff/boards/{path}").status_code == 404


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_page_speaks_chinese(admin, path):
    board = a_board(group=a_group(), title_en="Trips", title_zh="自驾")
    response = admin.get(
        "/staff/boards/" + path.format(pk=board.pk, group=board.group_id), headers={"Accept-Language": "zh"}
    )
    page = Page(said(response))
    assert page.faults == [] and any("\u4e00" <= letter <= "\u9fff" for letter in page.headings[0])
