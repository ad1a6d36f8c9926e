"""What a post answered stays its answer when it is edited, whatever its board came to ask for since."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from forum import actions
from forum.models import Board, FieldValue, Post
from tests.builders.forum import a_board, a_field, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Board:
    return a_board()


def said(response: Any) -> str:
    return str(response.content.decode())


def taken_back(field: Any, *keys: str) -> None:
    """These choices are offered no more."""
    choices = [(key, en, zh, key not in keys) for key, en, zh, _on in field.choices]
    actions.edit_field(actor=None, field_id=field.pk, choices=choices)


def test_words_are_edited_beside_answers_that_nobody_else_may_give_any_more(board):
    author = a_member()
    client = signed_in(Client(), author)
    car = a_field(board, "model", is_required=True)
    tried = a_field(board, "several", choices=[("", "Restart", "", True), ("", "Reset", "", True)])
    year, energy = a_field(board, "year"), a_field(board, "number", places=2, unit_en="kWh")
    values = {car.pk: ["aurora-e"], tried.pk: ["restart", "reset"], year.pk: ["2010"], energy.pk: ["12.75"]}
    thread = a_thread(author=author, board=board, values=values)
    taken_back(car, "aurora-e")
    taken_back(tried, "restart")
    actions.edit_field(actor=None, field_id=year.pk, least=2015)
    actions.edit_field(actor=None, field_id=energy.pk, places=0)
    post = thread.posts.get(number=1)
    before = post.particulars
    address = f"/posts/{post.pk}/edit/"
    page = said(client.get(address))
    assert '<option value="aurora-e" selected>' in page
    assert f'name="f{tried.pk}" value="restart" id="id_f{tried.pk}_0" checked' in page
    sent = {f"f{pk}": raws for pk, raws in values.items()} | {"title": thread.title, "body": "Mended."}
    assert client.post(address, sent).status_code == 302
    post.refresh_from_db()
    assert post.source == "Mended." and post.particulars == before
    assert FieldValue.objects.filter(post=post).count() == 5

    for pk, other in ((car.pk, "gone"), (year.pk, "2011"), (energy.pk, "12.76")):
        assert client.post(address, sent | {f"f{pk}": other}).status_code == 422
    client.post(address, sent | {f"f{car.pk}": "another-car", f"f{tried.pk}": ["reset"]})
    assert "Restart" not in said(client.get(address)), "what was let go of is offered no more"
    assert client.post(address, sent).status_code == 422


def test_nobody_else_may_give_them(board):
    car, tried = a_field(board, "model"), a_field(board, "several")
    for field in (car, tried):
        taken_back(field, "aurora-e")
    client = signed_in(Client(), a_member())
    assert "Aurora E" not in Page(said(client.get(f"/boards/{board.slug}/new/"))).text
    words = {"title": "A light on the dashboard", "body": "It came on at noon.", "lane": "ask", "tags": ""}
    for field in (car, tried):
        response = client.post(f"/boards/{board.slug}/new/", words | {f"f{field.pk}": "aurora-e"})
        assert response.status_code == 422 and not Post.objects.exists()


def test_a_filter_by_what_is_offered_no_more_says_its_name(board):
    car = a_field(
        board, "model", label_en="Car", choices=[("", "极光", "", True), ("", "Aurora E", "", True)]
    )
    thread = a_thread(author=a_member(), board=board, values={car.pk: ["choice"]})
    taken_back(car, "choice")
    page = said(Client().get(f"/boards/{board.slug}/", {"by": f"{car.pk}.choice"}))
    assert thread.title in page and "Car: 极光" in page and "Car: choice" not in page
