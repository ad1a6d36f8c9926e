"""Write first, join afterwards: a guest's words wait, become a draft, and are published once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from community.members.models import Member
from forum import actions, rights
from forum.models import Draft, Post, Thread
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db
OWN = {"origin": "http://testserver"}
WORDS = {"title": "Cold start", "body": "It starts at minus nine.", "lane": "tell", "tags": "winter"}
SIGN_UP = {"name": "Anna Kuhn", "email": "anna@example.org", "how": "code", "rules": "on"}


def said(response) -> str:
    return response.content.decode()


def form_of(response) -> dict[str, str]:
    return {
        name: value or ""
        for name, value in Page(said(response)).fields.items()
        if name not in ("q", "csrfmiddlewaretoken")
    }


@pytest.fixture
def board():
    return a_board()


@pytest.fixture
def address(board) -> str:
    return reverse("forum:new_thread", args=[board.slug])


def written(client: Client, address: str, words=WORDS):
    return client.post(address, form_of(client.get(address)) | words, headers=OWN)


def joined(client: Client, address: str):
    client.post(reverse("account_signup"), SIGN_UP | {"next": address})
    code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE).group()
    return client.post(reverse("account_email_verification_sent"), {"code": code})


def test_looking_at_the_composer_sets_no_cookie(address):
    client = Client()
    page = client.get(address)
    assert page.status_code == 200 and not client.cookies
    assert "csrfmiddlewaretoken" not in said(page) and "/compose/draft/" not in said(page)


def test_a_guest_writes_joins_and_publishes_once(address):
    client = Client()
    answer = written(client, address)
    assert answer["Location"] == f"{reverse('account_signup')}?next={address.replace('/', '%2F')}"
    assert "Your words are kept. Join or sign in" in client.get(answer["Location"]).content.decode()
    assert not Thread.objects.exists() and "sessionid" in client.cookies
    assert joined(client, address).url == address
    assert not Thread.objects.exists()  # nothing is published behind anybody's back
    first, second = client.get(address), client.get(address)  # two tabs
    assert "Here are your words" in said(first)
    assert (
        form_of(first)["body"].strip() == WORDS["body"] and form_of(first)["title"].strip() == WORDS["title"]
    )
    assert 'value="tell" checked' in said(first)
    answers = [client.post(address, form_of(page) | {"lane": "tell"}) for page in (first, first, second)]
    thread = Thread.objects.get()
    assert {answer["Location"] for answer in answers} == {thread.get_absolute_url()}
    assert not Draft.objects.exists()


def test_a_reply_by_somebody_who_only_signs_in(board):
    thread = a_thread(author=a_member(), board=board)
    address, client = reverse("forum:reply", args=[thread.pk]), Client()
    written(client, address, {"body": "Same here."})
    signed_in(client, a_member())
    page = client.get(address)
    client.post(address, form_of(page))
    client.post(address, form_of(page))
    assert Post.objects.filter(thread=thread).count() == 2


def test_the_words_are_on_another_device_before_the_address_is_proven(address):
    client = Client()
    written(client, address)
    client.post(reverse("account_signup"), SIGN_UP | {"next": address})
    draft = Draft.objects.get()
    assert (draft.member.name, draft.body) == ("Anna Kuhn", WORDS["body"])
    client.post(
        reverse("members:sign_up_again")
    )  # the address was mistyped: the account goes, the words stay
    assert not Draft.objects.exists()
    joined(client, address)
    assert Draft.objects.get().body == WORDS["body"]


@pytest.mark.parametrize("is_published", [False, True])
def test_what_goes_on_on_another_device_is_not_undone_by_the_first(address, is_published):
    """Joined with a password here, proven and written on there, and only then signed in here."""
    first, second = Client(), Client()
    written(first, address)
    by_password = {"how": "password", "password1": "a heron walks on ice"}
    first.post(reverse("account_signup"), SIGN_UP | {"next": address} | by_password)
    member = Member.objects.get(name="Anna Kuhn")
    form = form_of(signed_in(second, member).get(address)) | {
        "lane": "tell",
        "body": "It starts at minus twelve.",
    }
    second.post(address, form if is_published else form | {"draft": "1"})
    signed_in(first, member)
    page = first.get(address)
    if is_published:
        assert "Here are your words" not in said(page) and WORDS["body"] not in said(page)
        assert not Draft.objects.exists() and Thread.objects.count() == 1
    else:
        assert form_of(page)["body"].strip() == "It starts at minus twelve."
        assert not Draft.objects.filter(is_aside=True).exists()


def test_what_stood_there_before_is_set_aside(address, board):
    member = a_member()
    other = signed_in(Client(), member)
    other.post(address, {"title": "Older", "body": "Older words", "draft": "1"})
    client = Client()
    written(client, address)
    signed_in(client, member)
    assert form_of(client.get(address))["body"].strip() == WORDS["body"]
    assert Draft.objects.get(is_aside=True).body == "Older words"


def test_what_is_wrong_is_said_before_anybody_has_to_join(address):
    client = Client()
    answer = written(client, address, WORDS | {"title": ""})
    assert answer.status_code == 422 and "Give your thread a title." in said(answer)
    assert WORDS["body"] in said(answer) and not client.cookies


def test_a_board_that_takes_no_threads_from_newcomers_asks_to_sign_in_first(board, address):
    actions.set_rights(actor=None, board_id=board.pk, rights=rights.ANNOUNCEMENTS)
    assert "/account/login/" in Client().get(address)["Location"]


def test_whoever_may_not_write_there_keeps_the_words_as_a_draft(address, board):
    client, muted = Client(), a_member(standing="muted")
    written(client, address)
    actions.edit_board(actor=None, board_id=board.pk, is_closed=True)
    signed_in(client, muted)
    page = said(client.get(address, follow=True))
    assert "Your words are kept here." in page and WORDS["body"] in page and not Thread.objects.exists()


def test_a_form_from_elsewhere_keeps_nothing(address):
    client = Client()
    answer = client.post(address, WORDS | {"guest": "1"}, headers={"origin": "http://elsewhere.example"})
    assert answer.status_code == 403 and not client.cookies
    assert Client(enforce_csrf_checks=True).post(address, WORDS).status_code == 403


def test_members_forms_are_still_asked_for_their_token(address):
    client = signed_in(Client(enforce_csrf_checks=True), a_member())
    assert client.post(address, WORDS | {"guest": "1"}, headers=OWN).status_code == 403
    assert not Thread.objects.exists()


def test_nobody_fills_the_sessions_from_outside(address):
    for _ in range(20):
        assert written(Client(), address).status_code == 302
    answer = written(Client(), address)
    assert answer.status_code == 422 and WORDS["body"] in said(answer)


def test_a_guests_words_wait_three_days_and_then_are_gone(address):
    client = Client()
    written(client, address)
    assert client.session.get_expiry_age() == timedelta(days=3).total_seconds()
    client.session.flush()
    signed_in(client, a_member())
    assert WORDS["body"] not in said(client.get(address))


def test_a_guest_quotes_what_they_answer_and_sees_no_private_thread(board):
    thread = a_thread(author=a_member(), board=board)
    opening = Post.objects.get(thread=thread)
    address = reverse("forum:reply", args=[thread.pk])
    assert "[!quote" in form_of(Client().get(f"{address}?quote={opening.pk}"))["body"]
    actions.set_rights(actor=None, board_id=board.pk, rights=rights.CIRCLE)
    assert "/account/login/" in Client().get(address)["Location"]
