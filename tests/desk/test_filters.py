"""Parts of the desk under a name, and what the page tells its script."""

from __future__ import annotations

import re

import pytest
from django.http import Http404
from django.test import Client

from community.core import clock
from community.core.access import Refused
from community.core.tasks.testing import run_due
from moderation.desk import actions
from moderation.desk.models import MemberNote, SavedFilter
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


def test_a_part_of_the_desk_is_saved_under_a_name_for_oneself_or_the_team(desk, mei):
    board = a_board()
    part = f"?view=free&lane=ask&board={board.slug}"
    desk.post(f"/desk/filters/{part}", {"filter-name": "Morning <b>"})
    desk.post("/desk/filters/?view=key", {"filter-name": "Keys", "filter-is_shared": "on"})
    page = desk.get(f"/desk/{part}").content.decode().split('class="desk-saved"')[1]
    assert "Morning &lt;b&gt;" in page and page.index(">Keys<") < page.index("Morning &lt;b")
    assert re.search(r'aria-current="page">Morning', page)
    li = a_member(role="moderator")
    other = signed_in(Client(), li, strongly=True).get("/desk/").content.decode()
    assert ">Keys<" in other and "Morning" not in other
    desk.post("/desk/filters/?view=mine", {"filter-name": "Morning <b>"})
    own = SavedFilter.objects.get(owner=mei)
    assert (own.view, own.board, own.lane) == ("mine", None, "")
    for nothing in ("", " \u202e", "x" * 31):
        desk.post("/desk/filters/", {"filter-name": nothing})
    assert SavedFilter.objects.count() == 2
    team = SavedFilter.objects.get(owner=None)
    with pytest.raises(Refused):
        actions.save_filter(actor=li, name="Keys", view="due", board_id=None, lane="", is_shared=True)
    with pytest.raises(Refused):
        actions.drop_filter(actor=li, filter_id=team.pk)
    with pytest.raises(Http404):
        actions.drop_filter(actor=li, filter_id=own.pk)
    desk.post(f"/desk/filters/{team.pk}/remove/")
    desk.post(f"/desk/filters/{own.pk}/remove/")
    assert not SavedFilter.objects.exists()


def test_one_for_a_board_that_one_does_not_moderate_is_left_out(mei):
    admin = a_member(role="admin")
    board = a_board(rights={"read": ["member"], "moderate": ["admin"]})
    actions.save_filter(actor=admin, name="Ours", view="due", board_id=board.pk, lane="", is_shared=True)
    assert ">Ours<" in signed_in(Client(), admin, strongly=True).get("/desk/").content.decode()
    assert ">Ours<" not in signed_in(Client(), mei, strongly=True).get("/desk/").content.decode()


def test_the_queue_says_where_its_script_listens_and_looks_and_has_a_link_without(desk):
    boards = [a_board() for _ in range(8)]
    page = desk.get("/desk/?view=free").content.decode()
    told = re.search(r'data-desk-live="([^"]+)" data-topics="([^"]+)"', page)
    assert told[1] == "/desk/?view=free" and len(told[2].split()) == 6
    one = desk.get(f"/desk/?board={boards[7].slug}").content.decode()
    assert f'data-topics="board:{boards[7].pk}"' in one and "Look again" in one


def test_an_empty_part_speaks_of_what_it_was_narrowed_to(desk, mei):
    busy, quiet = a_board(title_en="Busy & loud"), a_board(title_en="Quiet")
    thread = a_thread(author=a_member(), board=busy)
    a_reply(author=mei, thread=thread)
    run_due()
    whole = desk.get("/desk/").content.decode()
    assert "Nothing waits for you<" in whole and "The team wrote 1 answer." in whole
    page = desk.get(f"/desk/?board={quiet.slug}&lane=tell").content.decode()
    assert "Nothing waits for you in Quiet · " in page and "The team wrote 0 answers." in page
    assert "not of everything" in page
    page = desk.get(f"/desk/?board={busy.slug}").content.decode()
    assert "Nothing waits for you in Busy &amp; loud<" in page and "The team wrote 1 answer." in page
    assert "The team wrote 0 answers." in desk.get("/desk/?lane=chat").content.decode()
    page = desk.get(f"/desk/?view=mine&board={quiet.slug}").content.decode()
    assert "Nothing lies here in Quiet<" in page and "The team wrote" not in page


def test_a_second_press_on_remove_is_answered_calmly(desk, mei):
    a_board()
    note = MemberNote.objects.create(member=a_member(), by=mei, text="Asks kindly", at=clock.now())
    part = actions.save_filter(actor=mei, name="Free", view="free", board_id=None, lane="", is_shared=False)
    for address in (f"/desk/filters/{part.pk}/remove/", f"/desk/notes/{note.pk}/remove/"):
        assert "gone already" not in desk.post(address, follow=True).content.decode()
        again = desk.post(address, follow=True)
        assert again.status_code == 200 and "It was gone already." in again.content.decode()
        nobody = signed_in(Client(), a_member()).post(address)
        assert nobody.status_code in (403, 404)
