"""A guest's votes go to another device by a link in a letter: once, never doubled, and behind one's own vote."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client

from polls import guests
from polls.counters import recount
from polls.models import Ballot, Poll
from polls.quizzes.models import Attempt
from tests.builders.members import PASSWORD, a_member, signed_in
from tests.builders.polls import a_poll, a_vote, counted
from tests.builders.quizzes import a_quiz, an_attempt
from tests.polls.test_views_voting import OURS, vote

pytestmark = pytest.mark.django_db


def link(phone: Client, address: str = "lena@example.org") -> str:
    """The path in the letter that this device asks for."""
    assert phone.post("/polls/carry/", {"email": address}).status_code == 200
    letter = mail.outbox[-1]
    assert letter.to == [address]
    (found,) = re.findall(r"^https?://\S+$", str(letter.body), re.MULTILINE)
    return urlsplit(found).path


def a_phone(*polls: Poll, choice: str = "2") -> Client:
    phone = Client()
    for poll in polls:
        vote(phone, poll, choice=choice)
    return phone


def test_the_link_gives_the_votes_to_whoever_signs_in_where_it_is_opened():
    poll, member = a_poll(audience="everyone"), a_member()
    phone = a_phone(poll)
    assert "/polls/carry/" in phone.get(f"/polls/{poll.pk}/result/").content.decode()
    path, laptop = link(phone), Client()
    asked = laptop.get(path).content.decode()
    assert "1 vote waits here" in asked
    assert f"/account/login/?next={path}".replace("~", "%7E") in asked.replace("~", "%7E")
    signed_in(laptop, member)
    assert Ballot.objects.get().member is None, "to look takes nothing"
    assert laptop.get(path).status_code == 200
    assert Ballot.objects.get().member is None, "nor do mail programs that open links"
    answer = laptop.post(path, follow=True).content.decode()
    assert "are yours now" in answer
    assert "The votes behind this link are yours" in answer
    assert f'href="{poll.get_absolute_url()}"' in answer
    told = signed_in(Client(), a_member()).get(path).content.decode()
    assert "Nothing waits behind this link any more" in told and poll.question not in told
    assert Ballot.objects.get().member == member
    assert counted(poll) == {"": 1, "2": 1}
    assert recount(poll.pk).agrees


def test_a_link_works_once_whoever_presses_it_again():
    poll, first, second = a_poll(audience="everyone"), a_member(), a_member()
    path = link(a_phone(poll))
    for member in (first, second, first):
        signed_in(Client(), member).post(path)
    assert Ballot.objects.get().member == first
    assert counted(poll)[""] == 1


def test_the_members_own_earlier_vote_stands():
    poll, other, member = a_poll(audience="everyone"), a_poll(audience="everyone"), a_member()
    a_vote(poll, 1, by=member)
    path = link(a_phone(poll, other))
    answer = signed_in(Client(), member).post(path, follow=True).content.decode()
    assert "are yours now" in answer
    assert "that vote stands" in answer
    assert counted(poll) == {"": 1, "1": 1}
    assert counted(other) == {"": 1, "2": 1}
    assert recount(poll.pk).agrees


def test_votes_of_both_devices_are_one_voice():
    poll, member = a_poll(audience="everyone"), a_member(password=PASSWORD)
    path, laptop = link(a_phone(poll)), a_phone(poll, choice="3")
    assert counted(poll)[""] == 2, "nobody knows yet that they are one"
    laptop.post("/account/login/", {"login": member.email, "password": PASSWORD}, headers=OURS)
    laptop.post(path)
    assert counted(poll) == {"": 1, "3": 1}


def test_a_guest_who_presses_signs_in_first_and_an_old_or_foreign_link_carries_nothing(frozen_clock):
    poll = a_poll(audience="everyone")
    path = link(a_phone(poll))
    assert Client().post(path)["Location"].startswith("/account/login/")
    signed = path.split("/")[-2]
    member = signed_in(Client(), a_member())
    for wrong in (f"{signed[:-1]}x", signed.partition("~")[0], "~", guests._signer().sign("x" * 43)):
        assert member.post(f"/polls/carried/{wrong}/").status_code == 404
    frozen_clock.move(timedelta(days=guests.CARRIED_DAYS, seconds=1))
    assert "older than 7 days" in Client().get(path).content.decode()
    assert member.post(path).status_code == 404
    assert Ballot.objects.get().member is None


def test_what_was_answered_elsewhere_comes_along():
    poll, quiz, member = a_poll(audience="everyone"), a_quiz(), a_member()
    phone = a_phone(poll)
    key = guests.key_from(guests._signer().unsign(phone.cookies[guests.COOKIE].value))
    an_attempt(quiz, guest=key)
    signed_in(Client(), member).post(link(phone))
    assert Attempt.objects.get(quiz=quiz).member == member


def test_letters_are_few_and_go_to_addresses_only():
    assert Client().post("/polls/carry/", {"email": "lena@example.org"}).status_code == 422
    phone = a_phone(a_poll(audience="everyone"))
    assert phone.post("/polls/carry/", {"email": "lena"}).status_code == 422
    assert not mail.outbox
    codes = [phone.post("/polls/carry/", {"email": "lena@example.org"}).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    assert len(mail.outbox) == 3


def test_members_need_no_link():
    assert signed_in(Client(), a_member()).get("/polls/carry/")["Location"] == "/polls/"
