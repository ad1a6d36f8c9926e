"""A board's form on pages: written with its errors beside the entries, shown, edited, narrowed by, laid out by staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from community.core import clock
from forum import actions
from forum.fields import told_of
from forum.models import Board, BoardField, Draft, Thread
from tests.builders.forum import a_board, a_field, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Board:
    return a_board()


@pytest.fixture
def writer() -> Client:
    return signed_in(Client(), a_member())


def said(response: Any) -> str:
    return str(response.content.decode())


def words(**more: Any) -> dict[str, Any]:
    return {
        "title": "A light on the dashboard",
        "body": "It came on at noon.",
        "lane": "ask",
        "tags": "",
    } | more


# -- writing


def test_a_thread_is_opened_with_what_the_board_asks(writer, board):
    car = a_field(board, "model", label_en="Car", label_zh="车型", is_required=True)
    tried = a_field(
        board, "several", label_en="Tried", choices=[("", "Restart", "", True), ("", "Reset", "", True)]
    )
    road = a_field(board, "mileage", label_en="Mileage", unit_en="km")
    page = said(writer.get(f"/boards/{board.slug}/new/"))
    assert f'name="f{car.pk}"' in page and ">km</span>" in page and "Another car" in page
    sent = {f"f{car.pk}": "aurora-e", f"f{tried.pk}": ["restart", "reset"], f"f{road.pk}": "24 000 km"}
    response = writer.post(f"/boards/{board.slug}/new/", words(**sent))
    thread = Thread.objects.get()
    assert response["Location"] == thread.get_absolute_url()
    page = said(writer.get(thread.get_absolute_url()))
    assert "<dt>Car</dt>" in page and "24\u202f000 km" in page
    assert f'href="/boards/{board.slug}/?by={tried.pk}.reset">Reset</a>' in page
    chinese = said(Client(headers={"accept-language": "zh-hans"}).get(thread.get_absolute_url()))
    assert "<dt>车型</dt>" in chinese


def test_the_car_somebody_drives_is_chosen_for_them(board):
    choices = [("", name, "", True) for name in ("Aurora", "Aurora E", "Another car")]
    a_field(board, "model", choices=choices)
    driver, walker = (signed_in(Client(), a_member(drives=said)) for said in ("aurora e · 2025", ""))
    assert '<option value="aurora-e" selected>' in said(driver.get(f"/boards/{board.slug}/new/"))
    assert '<option value="" selected>' in said(walker.get(f"/boards/{board.slug}/new/"))


def test_errors_stand_beside_their_entries_and_nothing_is_lost(writer, board):
    car = a_field(board, "model", label_en="Car", is_required=True)
    tried = a_field(board, "several", choices=[("", "Restart", "", True), ("", "Reset", "", True)])
    road = a_field(board, "mileage")
    sent = {f"f{car.pk}": "", f"f{tried.pk}": ["reset"], f"f{road.pk}": "24 k"}
    response = writer.post(f"/boards/{board.slug}/new/", words(**sent))
    assert response.status_code == 422 and not Thread.objects.exists()
    page = Page(said(response))
    assert page.faults == [] and page.fields["title"] == "A light on the dashboard"
    assert page.fields[f"f{road.pk}"] == "24 k" and f'id="id_f{road.pk}_error"' in said(response)
    assert f'href="#id_f{car.pk}"' in said(response) and "“Car” is needed here." in said(response)
    assert f'name="f{tried.pk}" value="reset" id="id_f{tried.pk}_1" checked' in said(response)
    with_unit = a_field(board, "number", unit_en="kWh")
    response = writer.post(f"/boards/{board.slug}/new/", words(**sent, **{f"f{with_unit.pk}": "much"}))
    assert f'id="id_f{with_unit.pk}_error"' in said(response)


def test_what_another_lane_asks_is_shown_with_its_lanes_and_neither_needed_nor_kept(writer, board):
    car = a_field(board, "model", lanes=["ask"], is_required=True)
    page = said(writer.get(f"/boards/{board.slug}/new/"))
    assert 'data-lanes="ask"' in page
    writer.post(f"/boards/{board.slug}/new/", words(lane="tell", **{f"f{car.pk}": "nonsense"}))
    assert Thread.objects.get().posts.get().particulars is None


def test_an_entry_that_is_asked_no_more_is_told_with_its_words(writer, board):
    car = a_field(board, "text")
    actions.retire_field(actor=None, field_id=car.pk)
    response = writer.post(f"/boards/{board.slug}/new/", words(**{f"f{car.pk}": "the blue one"}))
    assert response.status_code == 422 and "the blue one" in said(response)


def test_help_and_labels_are_words_and_nothing_more(writer, board):
    a_field(board, "text", label_en="<b>Car</b>", help_en="<script>x</script>", label_zh="<i>")
    page = said(writer.get(f"/boards/{board.slug}/new/"))
    assert Page(page).faults == [] and "&lt;b&gt;Car" in page and "&lt;script&gt;" in page


def test_drafts_keep_the_answers_and_bring_them_back(writer, board):
    tried = a_field(board, "several", choices=[("", "Restart", "", True), ("", "Reset", "", True)])
    road = a_field(board, "mileage")
    sent = words(draft="1", **{f"f{tried.pk}": ["restart", "reset"], f"f{road.pk}": "24 k"})
    writer.post(f"/boards/{board.slug}/new/", sent)
    assert Draft.objects.get().words[f"f{tried.pk}"] == "restart\nreset"
    page = said(writer.get(f"/boards/{board.slug}/new/"))
    assert Page(page).fields[f"f{road.pk}"] == "24 k"
    assert page.count(f'id="id_f{tried.pk}_0" checked') == page.count(f'id="id_f{tried.pk}_1" checked') == 1
    answer = writer.post(
        "/compose/draft/", {"place": f"new-{board.slug}", f"f{road.pk}": "25", "draft_revision": 1}
    )
    assert answer.json()["words"] == {f"f{road.pk}": "25"}
    looked = said(writer.post(f"/boards/{board.slug}/new/", words(preview="1", **{f"f{road.pk}": "26 k"})))
    assert Page(looked).fields[f"f{road.pk}"] == "26 k"


def test_a_guest_writes_first_and_the_answers_wait(board):
    car = a_field(board, "model", is_required=True)
    guest = Client()
    address = f"/boards/{board.slug}/new/"
    here = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert guest.post(address, words(guest="1"), headers=here).status_code == 422
    response = guest.post(address, words(guest="1", **{f"f{car.pk}": "aurora-e"}), headers=here)
    assert response.status_code == 302 and "signup" in response["Location"]
    member = a_member()
    signed_in(guest, member)
    page = said(guest.get(address))
    assert '<option value="aurora-e" selected>' in page


# -- editing


def test_an_opening_post_is_edited_with_its_answers_and_a_reply_without(board):
    author = a_member()
    client = signed_in(Client(), author)
    car, road = a_field(board, "model", label_en="Car"), a_field(board, "mileage", label_en="Mileage")
    thread = a_thread(author=author, board=board, values={car.pk: ["aurora-e"], road.pk: ["24000"]})
    reply = a_reply(author=author, thread=thread)
    post = thread.posts.get(number=1)
    page = said(client.get(f"/posts/{post.pk}/edit/"))
    assert '<option value="aurora-e" selected>' in page and Page(page).fields[f"f{road.pk}"] == "24000"
    assert f"f{car.pk}" not in Page(said(client.get(f"/posts/{reply.pk}/edit/"))).fields
    sent = {
        "title": thread.title,
        "body": post.source,
        "reason": "",
        f"f{car.pk}": "another-car",
        f"f{road.pk}": "25k",
    }
    assert client.post(f"/posts/{post.pk}/edit/", sent).status_code == 422
    client.post(f"/posts/{post.pk}/edit/", sent | {f"f{road.pk}": "25 000"})
    post.refresh_from_db()
    assert [one.said[0][0] for one in told_of(post.particulars)] == ["Another car", "25\u202f000"]
    history = said(client.get(f"/posts/{post.pk}/history/"))
    assert "Car: Aurora E" in history and "Car: Another car" in history
    client.post(f"/posts/{post.pk}/history/1/revert/")
    post.refresh_from_db()
    assert post.particulars[0]["raw"] == ["aurora-e"]


def test_a_long_answer_has_a_row_of_its_own(board):
    short, long_one, lines = (a_field(board, kind, label_en=kind) for kind in ("text", "long", "long"))
    values = {short.pk: ["A word"], long_one.pk: ["Very slowly " * 9], lines.pk: ["First\nthen"]}
    thread = a_thread(author=a_member(), board=board, values=values)
    page = said(Client().get(thread.get_absolute_url()))
    assert "<div><dt>text</dt>" in page and page.count('<div class="wide"><dt>long</dt>') == 2


def test_feeds_show_the_answers(board):
    car = a_field(board, "model", label_en="Car")
    author = a_member()
    thread = a_thread(author=author, board=board, values={car.pk: ["aurora-e"]})
    with clock.frozen(clock.now() + timedelta(minutes=1)):  # nobody takes it back any more
        assert "&lt;dt&gt;Car&lt;/dt&gt;" in said(Client().get(f"/threads/{thread.pk}/feed/"))


# -- narrowing


def test_filters_are_links_and_small_forms_that_lead_to_an_address(board):
    car, road = a_field(board, "model", label_en="Car"), a_field(board, "mileage", label_en="Mileage")
    city = a_field(board, "city", label_en="City")
    values = {car.pk: ["aurora-e"], road.pk: ["24000"], city.pk: ["São Paulo"]}
    here = a_thread(author=a_member(), board=board, values=values, title="Warm and far away")
    a_thread(author=a_member(), board=board, title="Cold and near the sea")
    guest, address = Client(), f"/boards/{board.slug}/"
    page = said(guest.get(address))
    assert f'href="?by={car.pk}.aurora-e"' in page and 'name="from"' in page
    narrowed = said(guest.get(address, {"by": f"{car.pk}.aurora-e"}))
    assert here.title in narrowed and "Cold and near the sea" not in narrowed and "Car: Aurora E" in narrowed
    asked = {"by": f"{car.pk}.aurora-e", "lane": "ask", "field": road.pk, "from": "2万", "to": "30 000"}
    response = guest.get(address, asked)
    assert response.status_code == 302
    assert response["Location"] == f"{address}?lane=ask&by={car.pk}.aurora-e~{road.pk}.20000..30000"
    assert here.title in said(guest.get(response["Location"]))
    response = guest.get(address, {"field": city.pk, "is": "são paulo"})
    assert here.title in said(guest.get(response["Location"]))
    empty = said(guest.get(address, {"by": f"{road.pk}.0..1"}))
    assert "No thread fits" in empty
    wrong = said(guest.get(address, {"field": road.pk, "from": "a lot", "to": ""}))
    assert "Write the mileage as one number" in wrong and 'value="a lot"' in wrong
    off = guest.get(address, {"by": f"{car.pk}.aurora-e", "field": road.pk, "from": "", "to": ""})
    assert off["Location"] == f"{address}?by={car.pk}.aurora-e"


def test_a_city_stands_over_the_list_as_it_was_written(board):
    city, author, moderator = a_field(board, "city", label_en="City"), a_member(), a_member(role="moderator")
    a_thread(author=author, board=board, title="By the river here", values={city.pk: ["Köln am Rhein"]})
    gone = a_thread(author=author, board=board, title="Out of sight now", values={city.pk: ["KÖLN am Rhein"]})
    actions.hide_thread(actor=moderator, thread_id=gone.pk, reason="Off topic")
    page = said(Client().get(f"/boards/{board.slug}/", {"by": f"{city.pk}.köln-am-rhein"}))
    assert "City: Köln am Rhein" in page and 'value="Köln am Rhein"' in page
    assert "KÖLN" not in page, "what is out of sight tells nothing"
    nowhere = said(Client().get(f"/boards/{board.slug}/", {"by": f"{city.pk}.ulm-an-der-donau"}))
    assert "City: ulm an der donau" in nowhere


def test_pages_of_a_narrowed_board_lead_on_and_back(board):
    car, author = a_field(board, "model"), a_member()
    for n in range(25):
        a_thread(
            author=author, board=board, title=f"Thread number {n} of many", values={car.pk: ["aurora-e"]}
        )
    by = f"{car.pk}.aurora-e"
    first = said(Client().get(f"/boards/{board.slug}/", {"by": by}))
    onward = next(part for part in first.split('href="') if part.startswith("?by=") and "page=" in part)
    second = said(Client().get(f"/boards/{board.slug}/{onward.split(chr(34))[0].replace('&amp;', '&')}"))
    assert second.count("Thread number") >= 5 and "Thread number 4 of" in second and f"by={by}" in second


# -- staff


@pytest.fixture
def admin() -> Client:
    return signed_in(Client(), a_member(role="admin"), strongly=True)


@pytest.mark.parametrize("path", ["", "new/year/", "{field}/", "{field}/act/"])
@pytest.mark.parametrize("role", ["", "moderator", "editor"])
def test_nobody_but_administrators_finds_the_pages_of_forms(board, path, role):
    field = a_field(board)
    client = signed_in(Client(), a_member(role=role), strongly=bool(role))
    address = f"/staff/boards/{board.pk}/form/" + path.format(field=field.pk)
    assert client.get(address).status_code in (404, 405)
    assert client.post(address, {"do": "retire"}).status_code in (404, 405)


def test_a_field_is_looked_at_before_it_is_saved(admin, board):
    address = f"/staff/boards/{board.pk}/form/new/model/"
    sent = {
        "label_en": "Car",
        "label_zh": "车型",
        "more": "Aurora E\nAnother car | 别的车\n\n",
        "is_filter": "on",
    }
    page = said(admin.post(address, sent | {"preview": "1"}))
    assert "As writers will see it" in page and '<option value="another-car">' in page
    assert Page(page).fields["label_zh"] == "车型" and not BoardField.objects.exists()
    assert admin.post(address, sent)["Location"] == f"/staff/boards/{board.pk}/form/"
    field = BoardField.objects.get()
    assert field.choices == [
        ["aurora-e", "Aurora E", "", True],
        ["another-car", "Another car", "别的车", True],
    ]
    listed = said(admin.get(f"/staff/boards/{board.pk}/form/"))
    assert "Car" in listed and "As writers see it" in listed
    assert f"/staff/boards/{board.pk}/form/" in said(admin.get("/staff/boards/"))


@pytest.mark.parametrize("kind", ["text", "number", "mileage", "year", "date", "several", "yesno", "fault"])
def test_every_kind_has_its_page(admin, board, kind):
    sent = {
        "label_en": "What",
        "places": "1",
        "least": "2001-01-01" if kind == "date" else "1999",
        "more": "One\nTwo",
    }
    address = f"/staff/boards/{board.pk}/form/new/{kind}/"
    assert admin.get(address).status_code == 200
    assert admin.post(address, sent).status_code == 302
    field = BoardField.objects.get()
    page = Page(said(admin.get(f"/staff/boards/{board.pk}/form/{field.pk}/")))
    assert page.faults == [] and page.fields["label_en"] == "What"
    if kind in ("number", "year", "mileage"):
        assert page.fields["least"] == "1999" and field.least == (1_999_000 if kind == "number" else 1999)


def test_choices_are_renamed_put_in_order_and_no_longer_offered(admin, board):
    field = a_field(
        board, "choice", label_en="Fuel", choices=[("", "Petrol", "", True), ("", "Diesel", "", True)]
    )
    sent = {
        "label_en": "Fuel", "more": "Electric | 电",
        "en.petrol": "Petrol 95", "zh.petrol": "汽油", "at.petrol": "2", "on.petrol": "on",
        "en.diesel": "Diesel", "zh.diesel": "", "at.diesel": "1",
    }  # fmt: skip
    address = f"/staff/boards/{board.pk}/form/{field.pk}/"
    assert admin.post(address, sent).status_code == 302
    field.refresh_from_db()
    assert field.choices == [
        ["diesel", "Diesel", "", False], ["petrol", "Petrol 95", "汽油", True], ["electric", "Electric", "电", True],
    ]  # fmt: skip
    many = "\n".join(f"Choice {n}" for n in range(10_000))
    response = admin.post(address, sent | {"more": many[:19_000]})
    assert response.status_code == 422 and "at most 100 choices" in said(response)
    assert admin.post(address, sent | {"more": many}).status_code == 422
    assert admin.post(address, sent | {"label_en": ""}).status_code == 422


def test_an_old_page_of_a_field_puts_back_nothing_that_others_changed_meanwhile(admin, board):
    field = a_field(
        board, "choice", label_en="Fuel", choices=[("", "Petrol", "", True), ("", "Diesel", "", True)]
    )
    address = f"/staff/boards/{board.pk}/form/{field.pk}/"
    old = Page(said(admin.get(address))).fields
    actions.edit_field(
        actor=None,
        field_id=field.pk,
        label_zh="燃料",
        help_en="What it burns",
        choices=[("diesel", "Diesel B7", "柴油", False), ("petrol", "Petrol", "汽油", True)],
    )
    sent = old | {
        "label_en": "What it drinks",
        "en.petrol": "Petrol 95",
        "on.petrol": "on",
        "on.diesel": "on",
    }
    assert admin.post(address, sent).status_code == 302
    field.refresh_from_db()
    assert (field.label_en, field.label_zh, field.help_en) == ("What it drinks", "燃料", "What it burns")
    assert field.choices == [["diesel", "Diesel B7", "柴油", False], ["petrol", "Petrol 95", "汽油", True]]


def test_fields_are_moved_retired_and_brought_back_with_a_button(admin, board):
    one, two = a_field(board, label_en="One"), a_field(board, label_en="Two")
    for do in ("up", "retire", "return", "down"):
        response = admin.post(f"/staff/boards/{board.pk}/form/{two.pk}/act/", {"do": do})
        assert response["Location"] == f"/staff/boards/{board.pk}/form/"
    board.refresh_from_db()
    assert [row["pk"] for row in board.form] == [one.pk, two.pk]
    assert admin.post(f"/staff/boards/{board.pk}/form/{two.pk}/act/", {"do": "burn"}).status_code == 404
    other = a_board()
    assert admin.get(f"/staff/boards/{other.pk}/form/{two.pk}/").status_code == 404
