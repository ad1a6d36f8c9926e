"""From a tap to a second visit: each step once, published only when confirmed, and counted as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from activity.notices.models import Notification
from community.core import clock, personal
from community.core.tasks.testing import run_due
from community.members import actions as people
from community.members.models import Member
from forum.actions import lock_thread
from forum.models import Draft, Post
from polls import actions, guests
from polls.models import Reason
from polls.queries import ladder
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote
from tests.polls.test_views_voting import OURS, vote

pytestmark = pytest.mark.django_db
SITE = "https://free.example"


@pytest.fixture
def poll(frozen_clock):
    return a_poll(thread=a_thread(author=a_member()), audience="everyone")


def steps(poll, *, is_team: bool = True) -> dict[str, int | None]:
    return {step.name: step.count for step in ladder.funnel(poll, is_team=is_team)}


def test_a_members_reason_is_a_draft_that_carries_the_vote(poll):
    member = a_member()
    a_vote(poll, 2, by=member)
    client = signed_in(Client(), member)
    answer = client.post(f"/polls/{poll.pk}/why/", {"why": "Heat pump lost its nerve"})
    assert answer["Location"] == f"/threads/{poll.thread_id}/reply/"
    body = Draft.objects.get(member=member).words["body"]
    assert body == f"> My vote in “{poll.question}”: 250 to 300 km\n\nHeat pump lost its nerve"
    assert "Heat pump lost its nerve" in client.get(answer["Location"]).content.decode()
    assert not Post.objects.filter(author=member).exists()


def test_the_words_of_a_poll_do_nothing_in_a_voters_reply(frozen_clock):
    """The author of a poll does not link, call or format in somebody else's name; the voter's own words may."""
    author, called, member = a_member(), a_member(), a_member()
    question = f"Which **one**? [Free]({SITE}) @{called.name} >"
    poll = a_poll(
        f"![x]({SITE}) 4.3", "No `code` <b>", author=author, thread=a_thread(author=author),
        question=question, kind="multiple", most=2,
    )  # fmt: skip
    a_vote(poll, 1, 2, by=member)
    client = signed_in(Client(), member)
    answer = client.post(f"/polls/{poll.pk}/why/", {"why": "Because **it** is."})
    body = Draft.objects.get(member=member).words["body"]
    client.post(answer["Location"], {"body": body, "key": "once"})
    post = Post.objects.get(author=member)
    assert question in post.plain and f"![x]({SITE}) 4.3, No `code` <b>" in post.plain
    assert "<strong>it</strong>" in post.html
    assert "<a " not in post.html and "<img" not in post.html and post.html.count("<strong>") == 1
    run_due()
    assert not Notification.objects.filter(recipient=called).exists()


def test_a_locked_thread_asks_nobody_why_and_promises_nothing(poll):
    """A guest who joins for the sake of their words must be able to say them."""
    client, guest = signed_in(Client(), a_member()), Client()
    for one in (client, guest):
        vote(one, poll, choice="1")
    offer = f"/polls/{poll.pk}/why/"
    address = f"/polls/{poll.pk}/result/"
    assert all(offer in one.get(address).content.decode() for one in (client, guest))
    lock_thread(actor=a_member(role="moderator"), thread_id=poll.thread_id, reason="It has run hot")
    for one in (client, guest):
        assert offer not in one.get(address).content.decode()
        assert offer not in vote(one, poll, piece=True, choice="1").content.decode()
        refused = one.post(offer, {"why": "Because it is"}, headers=OURS)
        assert refused.status_code == 403
        assert "takes no more replies" in refused.content.decode()
    assert not Reason.objects.exists()
    assert "Keep it for good with an account" in guest.get(address).content.decode()


def test_without_a_vote_or_words_there_is_no_reason(poll):
    client = signed_in(Client(), a_member())
    assert client.post(f"/polls/{poll.pk}/why/", {"why": "Because"}).status_code == 403
    vote(client, poll, choice="1")
    assert client.post(f"/polls/{poll.pk}/why/", {"why": "  "}).status_code == 422
    assert client.post(f"/polls/{poll.pk}/why/", {"why": "x" * 141}).status_code == 422
    assert not Reason.objects.exists()


def test_a_sealed_vote_asks_for_no_reason():
    poll = a_poll(thread=a_thread(author=a_member()), secrecy="sealed", results="always")
    client = signed_in(Client(), a_member())
    page = vote(client, poll, piece=True, choice="1").content.decode()
    assert "whybox" not in page


def test_a_visitor_walks_every_step_once(poll, frozen_clock):
    phone = Client()
    vote(phone, poll, choice="2")
    assert (
        "Your vote is kept on this device, and that is enough."
        in phone.get(f"/polls/{poll.pk}/result/").content.decode()
    )
    answer = phone.post(f"/polls/{poll.pk}/why/", {"why": "Heat pump"}, headers=OURS)
    assert answer["Location"].startswith("/account/signup/?next=")
    assert steps(poll) == dict.fromkeys(ladder.STEPS, 0) | {"tapped": 1, "reasoned": 1}

    frozen_clock.move(timedelta(minutes=4))
    member = a_member(joined_at=clock.now(), last_seen_at=clock.now())
    key = guests.key_from(guests._signer().unsign(phone.cookies[guests.COOKIE].value))
    actions.pledge_ballots(member=member, guest_key=key)
    phone.force_login(member)
    assert Draft.objects.filter(member=member).count() == 1
    assert steps(poll)["joined"] == 1

    frozen_clock.move(timedelta(minutes=1))
    page = phone.get(f"/threads/{poll.thread_id}/reply/").content.decode()
    assert "Heat pump" in page
    a_reply(author=member, thread=poll.thread, body="Heat pump")
    frozen_clock.move(timedelta(minutes=20))
    a_reply(author=a_member(), thread=poll.thread, body="Mine too")
    frozen_clock.move(timedelta(days=2))
    people.mark_seen(member=Member.objects.get(pk=member.pk))
    people.mark_seen(member=Member.objects.get(pk=member.pk))
    assert steps(poll) == dict.fromkeys(ladder.STEPS, 1)
    usual = {step.name: step.usual for step in ladder.funnel(poll, is_team=True)}
    assert usual["joined"] == timedelta(minutes=4)
    assert usual["published"] == timedelta(minutes=1)
    assert usual["answered"] == timedelta(minutes=20)  # since the step before, not since the tap
    page = signed_in(Client(), a_member(role="moderator")).get(f"/polls/{poll.pk}/funnel/").content.decode()
    assert member.name in page


def test_small_numbers_and_names_are_for_the_team_alone(poll):
    for n in range(4):
        a_vote(poll, 1, guest=f"g{n}")
    assert steps(poll, is_team=False)["tapped"] is None
    page = signed_in(Client(), poll.author).get(f"/polls/{poll.pk}/funnel/").content.decode()
    assert "fewer than 5" in page
    a_vote(poll, 1, guest="g5")
    assert steps(poll, is_team=False)["tapped"] == 5
    assert all(not step.member_ids for step in ladder.funnel(poll, is_team=False))


def test_a_second_visit_later_than_a_week_is_none(poll, frozen_clock):
    a_vote(poll, 1, guest="g")
    member = a_member(joined_at=clock.now(), last_seen_at=clock.now())
    actions.take_over_ballots(member=member, guest_key="g")
    frozen_clock.move(timedelta(days=8))
    people.mark_seen(member=Member.objects.get(pk=member.pk))
    assert steps(poll)["returned"] == 0


def test_members_who_vote_are_not_on_the_ladder(poll):
    a_vote(poll, 1)
    assert steps(poll)["tapped"] == 0


def test_whoever_leaves_takes_their_steps_along(poll):
    member = a_member()
    a_vote(poll, 1, guest="g")
    Reason.objects.create(poll=poll, guest_key="g")
    actions.take_over_ballots(member=member, guest_key="g")
    assert Reason.objects.get(poll=poll).member == member
    for rule in personal.personal_rules():
        if rule.model.startswith("polls."):
            rows = rule.rows_to_erase(member.pk)
            rows.delete() if rule.erase is personal.GOES else rows.order_by().update(**rule.erase.blank)
    assert not Reason.objects.exists()
    assert steps(poll)["tapped"] == 0
    assert poll.ballots.get().member is None


# -- reminders


def test_watchers_who_did_not_vote_are_reminded_once(frozen_clock):
    thread = a_thread(author=a_member())
    poll = a_poll(thread=thread, closes_at=clock.now() + timedelta(days=3))
    voted, late, muted = a_member(), a_member(), a_member()
    from forum.actions import set_watch

    for member in (voted, late):
        set_watch(member=member, thread_id=thread.pk, level="all")
    set_watch(member=muted, thread_id=thread.pk, level="muted")
    a_vote(poll, 1, by=voted)
    frozen_clock.move(timedelta(days=2, hours=3))
    for _ in range(2):
        actions.remind_of_ends()
        run_due()
    told = set(Notification.objects.filter(kind="poll").values_list("recipient__name", flat=True))
    assert told == {late.name, thread.author.name}
    page = signed_in(Client(), late).get("/notices/").content.decode()
    assert "closes within a day, and you have not voted" in page
