"""Words of a message outlive a session that ends while somebody writes, and are nobody else's."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from activity.messages import actions
from activity.messages.models import Message
from forum.models import Draft
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db
START = reverse("messages:start")


def form_of(page: str) -> dict[str, str]:
    """What a form of ours says without being asked."""
    return {
        name: page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0] for name in ("key", "whose")
    }


def test_words_into_a_conversation_wait_behind_the_sign_in_and_are_sent_once(anna, ben) -> None:
    address = actions.start_conversation(
        actor=ben, recipients=[anna], body="Hello"
    ).conversation.get_absolute_url()
    sent = form_of(signed_in(Client(), anna).get(address).content.decode()) | {"body": "我晚上再打给你。"}
    client = Client()  # the session ended

    answer = client.post(address, sent)

    assert answer["Location"] == f"/account/login/?next={address}"
    signed_in(client, anna)
    page = client.get(address).content.decode()
    assert "我晚上再打给你。" in page and "Your words are back" in page
    assert Draft.objects.get(member=anna).body == "我晚上再打给你。"
    again = form_of(page) | {"body": "我晚上再打给你。"}
    assert again["key"] == sent["key"]
    for _press in range(2):
        client.post(address, again)
    assert Message.objects.filter(author=anna).count() == 1
    assert not Draft.objects.filter(member=anna).exists()


@pytest.mark.parametrize("address", [START, f"{START}?to=Ben"])
def test_a_first_message_waits_with_whom_it_is_for(anna, ben, address) -> None:
    sent = form_of(signed_in(Client(), anna).get(address).content.decode())
    client = Client()

    answer = client.post(
        address, sent | {"to": "Ben, Clara", "title": "Tyres", "body": "Do you still have them?"}
    )

    assert answer.status_code == 302 and answer["Location"].startswith("/account/login/?next=/messages/new/")
    signed_in(client, anna)
    page = client.get(address).content.decode()
    for words in ("Ben, Clara", "Tyres", "Do you still have them?"):
        assert words in page


def test_whoever_signs_in_instead_sees_nothing_of_it(anna, ben) -> None:
    address = actions.start_conversation(
        actor=ben, recipients=[anna], body="Hello"
    ).conversation.get_absolute_url()
    for place in (address, START):
        sent = form_of(signed_in(Client(), anna).get(place).content.decode())
        client = Client()
        client.post(place, sent | {"to": "Ben", "body": "Only between us"})
        signed_in(client, ben)
        assert "Only between us" not in client.get(place).content.decode()
    assert not Draft.objects.exists()


def test_a_message_to_several_is_a_draft_with_its_recipients_until_it_is_sent(anna, ben) -> None:
    clara, client = a_member(name="Clara"), signed_in(Client(), anna)
    words = {"to": "Ben, Clara", "title": "Tyres", "body": "Do you still have them?"}
    client.post(START, form_of(client.get(START).content.decode()) | words | {"draft": "1"})

    other = signed_in(Client(), anna)  # another device
    page = other.get(START).content.decode()
    for said in words.values():
        assert said in page
    assert "To several, or not chosen yet" in other.get(reverse("forum:drafts")).content.decode()
    other.post(START, form_of(page) | words | {"draft_revision": "1"})

    assert {one.member for one in Message.objects.get().conversation.participants.all()} == {anna, ben, clara}
    assert not Draft.objects.exists()
