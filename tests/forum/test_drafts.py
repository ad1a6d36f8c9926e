"""Drafts: kept at their place, compared between devices, gone once published, never lost on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from community.core.access import Invalid, Refused
from forum import actions
from forum.actions.drafts import MOST_DRAFTS, Conflict, Written
from forum.models import Draft, Post, Thread
from forum.queries import drafts as queries
from forum.rights import CIRCLE
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return a_member()


@pytest.fixture
def thread():
    return a_thread(author=a_member())


def save(member, place, body, *, revision=0, key="", **more):
    return actions.save_draft(
        member=member, written=Written(place, key, revision), words={"body": body}, **more
    )


def said(response) -> str:
    return response.content.decode()


# -- the verbs


def test_a_draft_grows_by_revisions(writer):
    assert save(writer, "thread-7", "One").revision == 1
    assert save(writer, "thread-7", "One two", revision=1).revision == 2
    assert save(writer, "thread-7", "One two", revision=1).revision == 2  # said again: nothing changes
    assert queries.at(writer, "thread-7").words == {"body": "One two"}


def test_emptied_words_are_no_draft(writer):
    save(writer, "thread-7", "One")
    assert save(writer, "thread-7", " \n", revision=1) is None
    assert not Draft.objects.exists()


def test_a_second_device_is_told_and_nothing_is_overwritten(writer):
    save(writer, "thread-7", "From the phone", key="phone")
    with pytest.raises(Conflict) as conflict:
        save(writer, "thread-7", "From the desk", key="desk")
    assert conflict.value.draft.body == "From the phone"
    assert queries.at(writer, "thread-7").body == "From the phone"


@pytest.mark.parametrize(
    ("whose", "stands", "aside"),
    [("mine", "From the desk", "From the phone"), ("theirs", "From the phone", "From the desk")],
)
def test_whatever_is_chosen_the_other_words_are_set_aside(writer, whose, stands, aside):
    save(writer, "thread-7", "From the phone", key="phone")
    save(writer, "thread-7", "From the desk", key="desk", settle=whose)
    assert queries.at(writer, "thread-7").body == stands
    assert Draft.objects.get(is_aside=True).body == aside


def test_an_answer_that_was_lost_is_no_conflict(writer):
    save(writer, "thread-7", "One", key="desk")
    assert save(writer, "thread-7", "One two", key="desk").revision == 2


def test_what_was_discarded_elsewhere_does_not_come_back_by_itself(writer):
    draft = save(writer, "thread-7", "One")
    actions.discard_draft(member=writer, draft_id=draft.pk)
    with pytest.raises(Conflict) as conflict:
        save(writer, "thread-7", "One two", revision=1)
    assert conflict.value.draft is None


@pytest.mark.parametrize(
    "place", ["", "thread-", "thread-0", "thread-x", "moon-1", "new-", "new-a/b", "thread-" + "9" * 90]
)
def test_only_places_that_are_known(writer, place):
    with pytest.raises(Invalid):
        save(writer, place, "One")


def test_too_long_and_too_many_are_refused_with_the_reason(writer):
    with pytest.raises(Invalid):
        save(writer, "thread-7", "字" * 64_001)
    for n in range(MOST_DRAFTS):
        save(writer, f"thread-{n + 1}", "One")
    with pytest.raises(Refused, match="Discard some"):
        save(writer, "thread-999", "One")


def test_publishing_takes_the_draft_along(writer, thread):
    draft = save(writer, f"thread-{thread.pk}", "Cold costs a third", key="desk")
    actions.post_reply(
        author=writer,
        thread_id=thread.pk,
        body=draft.body,
        draft=Written(draft.place, "desk"),
        idempotency_key="desk",
    )
    assert not Draft.objects.exists()
    with pytest.raises(Conflict):  # a save that was on its way when the form was sent
        save(writer, draft.place, "Cold costs a thi", key="desk")
    assert not Draft.objects.exists()


def test_another_devices_words_are_set_aside_when_these_are_published(writer, thread):
    save(writer, f"thread-{thread.pk}", "Something else, from the phone", key="phone")
    actions.post_reply(
        author=writer, thread_id=thread.pk, body="From the desk", draft=Written(f"thread-{thread.pk}", "desk")
    )
    assert Draft.objects.get().is_aside and Draft.objects.get().body.startswith("Something else")


def test_a_refused_reply_keeps_the_draft(writer, thread):
    save(writer, f"thread-{thread.pk}", "One", key="desk")
    actions.lock_thread(actor=a_member(role="moderator"), thread_id=thread.pk, reason="Enough")
    with pytest.raises(Refused):
        actions.post_reply(
            author=writer, thread_id=thread.pk, body="One", draft=Written(f"thread-{thread.pk}", "desk")
        )
    assert Draft.objects.get().body == "One"


def test_discarded_drafts_come_back_within_seven_days(writer, frozen_clock):
    draft = save(writer, "thread-7", "One")
    actions.discard_draft(member=writer, draft_id=draft.pk)
    save(writer, "thread-7", "Newer")
    frozen_clock.move(timedelta(days=6))
    assert actions.sweep_drafts() == 0
    actions.use_draft(member=writer, draft_id=draft.pk)
    assert queries.at(writer, "thread-7").body == "One"
    assert Draft.objects.get(is_aside=True).body == "Newer"


def test_the_sweep_takes_what_it_said_it_would(writer, frozen_clock):
    thrown, old = save(writer, "thread-7", "One"), save(writer, "thread-8", "Two")
    actions.discard_draft(member=writer, draft_id=thrown.pk)
    frozen_clock.move(timedelta(days=8))
    assert actions.sweep_drafts() == 1
    (line,) = queries.of(writer)
    assert line.draft.pk == old.pk
    frozen_clock.set(line.goes_at + timedelta(seconds=1))
    assert actions.sweep_drafts() == 1 and not Draft.objects.exists()


# -- the script's address


def test_the_script_saves_and_another_device_reads(writer, thread):
    place, client = f"thread-{thread.pk}", signed_in(Client(), writer)
    told = client.post(
        "/compose/draft/", {"place": place, "body": "Cold", "reply_to": "3", "key": "k"}
    ).json()
    assert told["revision"] == 1 and told["at"]
    other = signed_in(Client(), writer)
    assert other.get(f"/compose/draft/?place={place}").json()["words"] == {"body": "Cold", "reply_to": "3"}
    assert signed_in(Client(), a_member()).get(f"/compose/draft/?place={place}").json()["revision"] == 0


def test_the_script_hears_of_a_conflict_with_the_other_words(writer):
    client = signed_in(Client(), writer)
    client.post("/compose/draft/", {"place": "thread-7", "body": "Phone", "key": "phone"})
    answer = client.post("/compose/draft/", {"place": "thread-7", "body": "Desk", "key": "desk"})
    assert (answer.status_code, answer.json()["words"]) == (409, {"body": "Phone"})


def test_guests_and_nonsense_are_answered_plainly(writer):
    assert Client().post("/compose/draft/", {"place": "thread-7", "body": "x"}).status_code == 401
    client = signed_in(Client(), writer)
    assert client.post("/compose/draft/", {"place": "moon-7", "body": "x"}).status_code == 422
    assert (
        client.post(
            "/compose/draft/", {"place": "thread-7", "body": "x", "draft_revision": "9" * 40}
        ).status_code
        == 200
    )


# -- pages, without the script


def test_a_draft_is_saved_by_a_button_and_stands_on_another_device(writer):
    board = a_board()
    address = reverse("forum:new_thread", args=[board.slug])
    words = {"title": "Cold start", "body": "It starts.", "lane": "tell", "tags": "winter"}
    answer = signed_in(Client(), writer).post(address, words | {"draft": "1"})
    assert answer["Location"] == address and not Thread.objects.exists()
    other = signed_in(Client(), writer)
    page = Page(said(other.get(address)))
    assert {name: page.fields[name].strip() for name in ("title", "body", "tags")} == {
        name: words[name] for name in ("title", "body", "tags")
    }
    form = {name: page.fields[name] for name in ("key", "draft_revision", "title", "body", "tags")}
    other.post(address, form | {"lane": "tell"})
    assert Thread.objects.get().title == "Cold start" and not Draft.objects.exists()


def test_without_the_script_two_devices_lose_nothing(writer, thread):
    address = reverse("forum:reply", args=[thread.pk])
    signed_in(Client(), writer).post(address, {"body": "Phone", "draft": "1", "key": "phone"})
    page = said(
        signed_in(Client(), writer).post(address, {"body": "Desk", "draft": "1", "key": "desk"}, follow=True)
    )
    assert "Another device wrote here meanwhile." in page and "Desk" in page
    assert {draft.body for draft in Draft.objects.all()} == {"Phone", "Desk"}


def test_a_quotation_goes_below_the_draft(writer, thread):
    save(writer, f"thread-{thread.pk}", "My words first.")
    opening = Post.objects.get(thread=thread)
    address = f"{reverse('forum:reply', args=[thread.pk])}?quote={opening.pk}"
    body = Page(said(signed_in(Client(), writer).get(address))).fields["body"]
    assert body.strip().startswith("My words first.") and "[!quote" in body


def test_an_edit_has_a_draft_too(thread):
    post = Post.objects.get(thread=thread)
    address, client = reverse("forum:post_edit", args=[post.pk]), signed_in(Client(), thread.author)
    client.post(address, {"title": thread.title, "body": "Half a better sent", "draft": "1"})
    page = Page(said(client.get(address)))
    assert page.fields["body"].strip() == "Half a better sent"
    names = ("title", "edit_count", "draft_revision")
    client.post(address, {name: page.fields[name] for name in names} | {"body": "A better sentence."})
    post.refresh_from_db()
    assert post.source == "A better sentence." and not Draft.objects.exists()


def test_my_drafts_lists_mine_opens_and_discards_them(writer, thread):
    client = signed_in(Client(), writer)
    draft = save(writer, f"thread-{thread.pk}", "Cold costs a third")
    save(a_member(), f"thread-{thread.pk}", "Somebody else's words")
    page = said(client.get("/account/drafts/"))
    assert "Cold costs a third" in page and thread.title in page and "Somebody else" not in page
    assert f'href="{reverse("forum:reply", args=[thread.pk])}"' in page
    address = reverse("forum:draft_act", args=[draft.pk])
    assert signed_in(Client(), a_member()).post(address, {"do": "discard"}).status_code == 404
    assert "seven days" in said(client.post(address, {"do": "discard"}, follow=True))
    assert queries.at(writer, draft.place) is None
    client.post(address, {"do": "use"})
    assert queries.at(writer, draft.place).body == "Cold costs a third"


def test_a_place_that_closed_keeps_the_words_and_no_title(writer):
    board = a_board()
    hidden = a_thread(author=a_member(), board=board, title="A title for the circle only")
    save(writer, f"thread-{hidden.pk}", "My own words")
    actions.set_rights(actor=None, board_id=board.pk, rights=CIRCLE)
    page = said(signed_in(Client(), writer).get("/account/drafts/"))
    assert "My own words" in page and "A title for the circle only" not in page


def test_who_may_not_write_any_more_is_told_where_the_words_are(writer, thread):
    save(writer, f"thread-{thread.pk}", "My own words")
    actions.lock_thread(actor=a_member(role="moderator"), thread_id=thread.pk, reason="Enough")
    client = signed_in(Client(), writer)
    page = said(client.get(reverse("forum:reply", args=[thread.pk]), follow=True))
    assert "This thread is locked" in page and "My own words" in page


def test_words_with_markup_are_shown_as_words(writer):
    save(writer, "thread-7", "<script>alert(1)</script>")
    page = said(signed_in(Client(), writer).get("/account/drafts/"))
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
