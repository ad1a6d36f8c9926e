"""The ballot paper: every kind of poll can be answered whole, with pictures and with words of one's own."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from community.core.access import Invalid
from polls.actions import Option
from polls.models import Ballot, BallotChoice, Poll
from tests.builders.files import an_upload
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote, counted

pytestmark = pytest.mark.django_db


def pictured(kind: str, **fields) -> Poll:
    """A poll with two pictures, for everybody."""
    author = a_member(role="editor")
    options = [Option(text, upload=an_upload(owner=author).key, alt=text) for text in ("Lake", "Sand")]
    return a_poll(author=author, options=options, kind=kind, audience="everyone", **fields)


def paper(poll: Poll) -> str:
    """The form as a guest has it."""
    page = Client().get(poll.get_absolute_url()).content.decode()
    found = re.search(r"<form[^>]*data-poll-form.*?</form>", page, re.DOTALL)
    assert found
    return found[0]


def test_a_choice_without_a_picture_says_so_where_others_have_one():
    author = a_member(role="editor")
    options = [Option("Lake", upload=an_upload(owner=author).key, alt="A lake"), Option("Sand")]
    poll = a_poll(author=author, options=options, audience="everyone", results="always")
    form = paper(poll)
    assert form.count("<img") == 1
    assert re.search(
        r'value="2"><i class="pic-img pic-none" aria-hidden="true">No picture</i><b>Sand</b>', form
    )
    plain = paper(a_poll("Lake", "Sand", audience="everyone"))
    assert "pic-none" not in plain


def sent(poll: Poll, **form) -> list[tuple[int, str]]:
    """Numbers and words of the one ballot that this form makes."""
    headers = {"origin": "http://testserver", "user-agent": "Browser"}
    Client().post(f"/polls/{poll.pk}/vote/", form, headers=headers)
    rows = BallotChoice.objects.filter(ballot__poll=poll).order_by("rank", "choice__number")
    return list(rows.values_list("choice__number", "words"))


def test_what_enter_presses_beside_ones_own_words_is_the_vote_with_these_words():
    poll = a_poll("Yes", "No", other="Something else", audience="everyone")
    first = re.search(r"<button[^>]*>", paper(poll))
    assert first
    assert 'name="choice" value="3"' in first[0]
    assert 'tabindex="-1"' in first[0]
    assert 'aria-hidden="true"' in first[0]


def test_what_enter_presses_in_a_field_while_a_poll_is_made_is_the_preview():
    page = signed_in(Client(), a_member(role="editor")).get("/polls/new/").content.decode()
    first = re.findall(r"<button[^>]*>", page[page.index("data-poll-maker") :])[0]
    assert 'name="preview"' in first
    assert 'tabindex="-1" aria-hidden="true"' in first


def test_guests_are_told_the_truth_about_names():
    """They have none that could stand beside their vote."""
    guests = Client().get(a_poll(secrecy="named", audience="everyone").get_absolute_url()).content.decode()
    assert "A guest’s vote is counted without a name" in guests
    assert "Your name stands beside" not in guests
    members = Client().get(a_poll(secrecy="named", audience="members").get_absolute_url()).content.decode()
    assert "Your name stands beside what you chose." in members


def test_nobody_is_led_to_remove_what_they_would_be_refused():
    author, other = a_member(role="editor"), a_member(role="moderator")
    poll = a_poll(author=author)
    page, act = f"/polls/{poll.pk}/manage/", f"/polls/{poll.pk}/manage/remove/"
    assert act in signed_in(Client(), author).get(page).content.decode()
    a_vote(poll, 1)
    told = signed_in(Client(), author).get(page).content.decode()
    assert act not in told
    assert "Ask a moderator if it must go." in told
    assert act in signed_in(Client(), other, strongly=True).get(page).content.decode()


def test_pictures_with_one_choice_take_ones_own_words_as_well():
    poll = pictured("single", other="Something else")
    form = paper(poll)
    assert form.count("<img") == 2
    assert 'name="other"' in form
    assert 'type="checkbox"' not in form
    assert re.search(r'<button class="btn btn-s" name="choice" value="3">', form)
    assert sent(poll, choice="3", other="Moss") == [(3, "Moss")]


def test_pictures_with_several_choices_take_ones_own_words_as_well():
    poll = pictured("multiple", most=2, other="Something else")
    form = paper(poll)
    assert form.count("<img") == 2
    assert form.count('type="checkbox"') == 3
    assert form.count('name="other"') == 1
    assert sent(poll, choice=["1", "3"], other="Moss") == [(1, ""), (3, "Moss")]


def test_pictures_are_put_in_order_with_ranks():
    poll = pictured("ranked")
    form = paper(poll)
    assert form.count("<img") == 2
    assert 'type="checkbox"' not in form
    assert 'name="rank-1"' in form
    assert 'name="rank-2"' in form
    assert sent(poll, **{"rank-1": "2", "rank-2": "1"}) == [(2, ""), (1, "")]
    assert counted(poll)["2>1"] == 1
    assert Ballot.objects.get().poll == poll


@pytest.mark.parametrize("words", ["\u200b\u3000", "\u202e", "\u2800 \u00ad"])
def test_words_that_show_nothing_are_no_words(words):
    poll = a_poll("Yes", "No", other="Something else", audience="everyone")
    assert sent(poll, choice="3", other=words) == []
    ((_number, told),) = sent(poll, choice="3", other=f"Moss{words}")
    assert told.startswith("Moss")
    assert "\u202e" not in told  # it would turn what stands behind it around


def test_a_choice_needs_words_that_can_be_seen():
    with pytest.raises(Invalid, match="Say something here"):
        a_poll("Yes", "\u200b")


def test_a_row_without_a_picture_keeps_the_place_of_one():
    """Its words would stand in the narrow column of the pictures otherwise."""
    poll = pictured("single", other="Something else", results="always")
    a_vote(poll, 1)
    page = Client().get(f"/polls/{poll.pk}/result/").content.decode()
    found = re.search(r'<li data-number="3"[^>]*>(<[^>]*>)', page)
    assert found
    assert 'class="pic-img"' in found[1]


def test_words_beside_a_choice_that_was_not_ticked_are_not_lost_in_silence():
    poll = a_poll("Yes", "No", kind="multiple", most=2, other="Something else", audience="everyone")
    headers = {"origin": "http://testserver", "user-agent": "Browser"}
    page = Client().post(f"/polls/{poll.pk}/vote/", {"choice": "1", "other": "Moss"}, headers=headers)
    assert page.status_code == 422
    assert "Tick the choice that your words belong to" in page.content.decode()
    assert 'value="Moss"' in page.content.decode()
    assert sent(poll, choice="1", other=" ") == [(1, "")]


def test_words_beside_another_tap_are_left_where_they_are():
    poll = a_poll("Yes", "No", other="Something else", audience="everyone")
    assert sent(poll, choice="1", other="Moss") == [(1, "")]
