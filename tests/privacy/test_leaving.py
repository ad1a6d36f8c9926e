"""An account is deleted: gone from tables, pages, search, files and copies, and only then."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.db.models import Q

from activity.messages import actions as letters
from activity.notices import sending
from activity.notices.models import Delivery, NoticeSettings
from community.core import clock, counters, personal
from community.core.access import Refused
from community.core.tasks.testing import run_due
from community.members import actions as members
from community.members.models import Member
from community.privacy import actions, erased, exporting
from community.privacy.models import Erasure
from community.privacy.tasks import erase_due
from community.search.models import SearchEntry
from forum import actions as forum
from forum.models import Post, PostState, Reaction, Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db

NAME, WORDS, ADDRESS = "Canarybird", "canaryword", "canary@example.org"

# Where a canary may still sing after an erasure, and why.
EXCEPTIONS = {
    ("forum.Post", "source"): "words of others stay, also where they call somebody by name",
    ("forum.Post", "html"): "words of others stay, also where they call somebody by name",
    ("forum.Post", "plain"): "words of others stay, also where they call somebody by name",
    ("search.SearchEntry", "body_terms"): "follows the words of others",
    ("search.Word", "word"): "follows the words of others",
    ("search.Word", "stem"): "follows the words of others",
}


def leaves(member: Member, held: clock.FrozenClock, *, remove_posts: bool = True) -> Erasure:
    erasure = actions.request_erasure(member=member, remove_posts=remove_posts)
    held.move(timedelta(days=14, minutes=1))
    erase_due.func()
    run_due()
    erasure.refresh_from_db()
    return erasure


class Canary:
    """A member whose every field sings, and somebody who answers, quotes and calls them."""

    def __init__(self) -> None:
        self.member = a_member(name="Canaryfirst", email=ADDRESS)
        self.other = a_member(name="Listener")
        member = self.member
        members.rename_member(member=member, name=NAME, by=a_member(role="admin"))
        self.member = member = Member.objects.get(pk=member.pk)
        told = dict.fromkeys(("headline", "bio", "city", "drives"), WORDS)
        members.update_profile(member=member, website=f"https://{WORDS}.example.org/", **told)
        self.own = a_thread(author=member, title=f"All about {WORDS}", body=f"{WORDS} begins")
        self.answer = a_reply(author=self.other, thread=self.own, body=f"Thank you, @{NAME}, well said")
        self.theirs = a_thread(author=self.other)
        self.reply = a_reply(author=member, thread=self.theirs, body=f"{WORDS} answers")
        quote = f"> [!quote {self.reply.pk} {NAME}]\n> something\n\nI agree with @{NAME}"
        self.quoting = a_reply(author=self.other, thread=self.theirs, body=quote)
        forum.react(actor=member, post_id=self.answer.pk, kind="useful")
        forum.accept_answer(actor=self.other, post_id=self.reply.pk)
        forum.set_watch(member=member, thread_id=self.theirs.pk, level="all")
        members.ignore_member(member=member, target=a_member())
        members.ignore_member(member=self.other, target=member)
        members.set_standing(
            actor=a_member(role="moderator"), member=member, standing="warned", reason=f"said {WORDS}"
        )
        letter = letters.start_conversation(actor=member, recipients=[self.other], body=f"Dear {WORDS}")
        self.report = letters.report_messages(
            reporter=self.other, conversation_id=letter.conversation_id, numbers=[1], reason="rude"
        )
        told = Delivery.objects.create(recipient=self.other, channel="mail", key="notice:0")
        assert sending.claim(told, name=NAME), "an interruption, and by whom, in their budget"
        actions.request_export(member=member)
        run_due()


def songs(*, words: tuple[str, ...] = ("canary",)) -> dict[tuple[str, str], str]:
    """(table, column) → a value with a canary in it, in all tables there are."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            rows = model._base_manager.values_list(field.attname, flat=True)
            for value in rows:
                text = json.dumps(value, default=str, ensure_ascii=False).lower()
                if any(word in text for word in words):
                    found[model._meta.label, field.name] = text[:200]
    return found


def test_the_canaries_sing_before():
    Canary()
    sung = {table for table, _column in songs()}
    assert sung >= {
        "members.Member",
        "members.NameHistory",
        "members.StandingChange",
        "account.EmailAddress",
        "forum.Post",
        "forum.Thread",
        "search.SearchEntry",
    }


def test_none_sings_after_outside_the_written_exceptions(frozen_clock, media_root):
    exports = Path(exporting.store().path(""))
    of_others = set(exports.glob("*"))
    canary = Canary()
    erasure = leaves(canary.member, frozen_clock)
    assert erasure.state == Erasure.State.DONE
    assert set(songs()) - set(EXCEPTIONS) == set()
    # What is left of it stands in words of others alone, as plain text.
    left = Post.objects.filter(Q(source__icontains="canary") | Q(html__icontains="canary"))
    assert {post.author_id for post in left} == {canary.other.pk}
    assert not any("href" in post.html and "members/Canary" in post.html for post in left)
    assert not any("canaryword" in text for text in songs(words=("canaryword",)).values())
    for folder in (media_root, exports):
        assert not [file for file in folder.rglob("*") if file.is_file() and b"canary" in file.read_bytes()]
    assert set(exports.glob("*")) <= of_others


def test_what_was_reported_of_them_keeps_its_line_and_nothing_else(frozen_clock, client):
    canary = Canary()
    leaves(canary.member, frozen_clock)
    former = members.former_name(canary.member.pk)
    canary.report.refresh_from_db()
    (line,) = canary.report.snapshot
    assert (line["author"], line["name"], line["source"]) == (canary.member.pk, former, "")
    staff = a_member(role="moderator")
    moderator = signed_in(client, staff, strongly=True, at=clock.now().timestamp())
    page = moderator.get(f"/staff/messages/{canary.report.pk}/").content.decode()
    assert former in page and "the words are gone" in page
    spent = NoticeSettings.objects.get(member=canary.other).spent
    assert spent and {by for _at, _delivery, by in spent} == {former}


def test_quotes_and_calls_lose_their_link_and_keep_their_words(frozen_clock):
    canary = Canary()
    leaves(canary.member, frozen_clock)
    canary.quoting.refresh_from_db()
    former = members.former_name(canary.member.pk)
    assert f"[!quote {canary.reply.pk} {former}]" in canary.quoting.source
    assert f">{former}</a>" in canary.quoting.html
    assert f"@{NAME}" in canary.quoting.html
    assert "/members/" not in canary.quoting.html


def test_posts_stay_by_a_former_member_where_that_was_chosen(frozen_clock, client):
    canary = Canary()
    leaves(canary.member, frozen_clock, remove_posts=False)
    page = client.get(canary.theirs.get_absolute_url()).content.decode()
    assert f"{WORDS} answers" in page
    assert members.former_name(canary.member.pk) in page
    assert NAME not in page.replace(f"@{NAME}", "")
    assert client.get(f"/members/{NAME}/").status_code == 404
    assert client.get(f"/members/{members.former_name(canary.member.pk)}/").status_code == 404


def test_posts_go_where_that_was_chosen_and_counters_agree(frozen_clock, client):
    canary = Canary()
    alone = a_thread(author=canary.member, board=a_board())
    leaves(canary.member, frozen_clock)
    canary.reply.refresh_from_db()
    assert (canary.reply.state, canary.reply.author_id, canary.reply.source) == (PostState.PURGED, None, "")
    assert Thread.objects.get(pk=alone.pk).state == "removed"
    own = Thread.objects.get(pk=canary.own.pk)
    assert own.state == "visible"
    assert WORDS not in client.get(own.get_absolute_url()).content.decode()
    assert not Thread.objects.get(pk=canary.theirs.pk).accepted_post_id
    rebuilt = counters.rebuild(
        name for name in counters.names() if name != "forum.weeks"
    )  # that one ages by itself
    assert [(one.name, one.corrected) for one in rebuilt if one.corrected] == []
    assert not Reaction.objects.filter(member=canary.member).exists()
    assert not SearchEntry.objects.filter(member=canary.member).exists()


def test_nobody_signs_in_any_more_and_the_address_is_free(frozen_clock, client):
    member = a_member(email=ADDRESS, password="a-road-through-the-birches")
    signed_in(client, member)
    leaves(member, frozen_clock)
    assert client.get("/account/data/").status_code == 302
    again = members.register_member(name="Somebody new", email=ADDRESS, verified=True)
    assert again.pk != member.pk


def test_the_name_stays_reserved_and_is_nowhere_to_be_read(frozen_clock):
    member = a_member(name=NAME)
    leaves(member, frozen_clock)
    for name in (NAME, "CANARY bird", members.former_name(member.pk), "Former 99"):
        with pytest.raises(Refused):
            members.register_member(name=name, email="else@example.org")


def test_a_name_is_erased_although_somebody_bears_the_one_that_would_stand_there(frozen_clock):
    member, squatter = a_member(name=NAME), a_member()
    Member.objects.filter(pk=squatter.pk).update(name_key=members.former_key(member.pk))
    leaves(member, frozen_clock)
    member.refresh_from_db()
    assert (member.name, member.is_active) == (f"{members.former_name(member.pk)}-x", False)
    assert members.is_erased(member) and not members.is_erased(squatter)


def test_there_are_fourteen_days_to_change_ones_mind(frozen_clock, client):
    member = a_member()
    erasure = actions.request_erasure(member=member, remove_posts=True)
    run_due()
    assert erasure.due_at - clock.now() == timedelta(days=14)
    page = signed_in(client, member).get("/boards/").content.decode()
    assert "Your account will be deleted" in page
    frozen_clock.move(timedelta(days=13))
    erase_due.func()
    run_due()
    assert [letter.subject for letter in mail.outbox] == [
        "Your account will be deleted",
        "Your account will be deleted soon",
    ]
    client.post("/account/data/leave/cancel/")
    frozen_clock.move(timedelta(days=5))
    erase_due.func()
    run_due()
    member.refresh_from_db()
    assert (member.is_active, member.leaves_at) == (True, None)
    assert "Your account will be deleted" not in client.get("/boards/").content.decode()


def test_the_wish_needs_a_yes_and_who_it_is(client):
    member = a_member(password="a-road-through-the-birches")
    signed_in(client, member)
    response = client.post("/account/data/leave/", {"posts": "keep", "sure": "on"})
    assert response.status_code == 302
    assert "reauthenticate" in response["Location"]
    signed_in(client, member, strongly=True)
    assert client.post("/account/data/leave/", {"posts": "keep"}).status_code == 422
    assert not Erasure.objects.exists()
    client.post("/account/data/leave/", {"posts": "keep", "sure": "on"})
    assert Erasure.objects.get().remove_posts is False


def test_what_it_means_is_told_in_numbers_first(client):
    member = a_member()
    thread = a_thread(author=member)
    a_reply(author=member, thread=thread)
    page = signed_in(client, member).get("/account/data/leave/").content.decode()
    assert "2 posts, 1 thread and" in page


def test_the_last_administrator_stays(frozen_clock):
    one, other = a_member(role="admin"), a_member(role="admin")
    actions.request_erasure(member=one, remove_posts=False)
    with pytest.raises(Refused, match="last administrator"):
        actions.request_erasure(member=other, remove_posts=False)
    members.set_role(actor=None, member=other, role="member")
    frozen_clock.move(timedelta(days=15))
    erase_due.func()
    run_due()
    one.refresh_from_db()
    assert one.is_active  # nobody else is left by now
    assert one.leaves_at is not None
    assert one.leaves_at > clock.now()


@pytest.mark.parametrize("killed_after", [2, 5, 8])
def test_killed_half_way_it_goes_on(frozen_clock, monkeypatch, killed_after):
    canary = Canary()
    erasure = actions.request_erasure(member=canary.member, remove_posts=True)
    frozen_clock.move(timedelta(days=15))
    steps = personal.steps()

    def cut_off(**told: Any) -> None:
        raise KeyboardInterrupt

    cut = personal.Step("cut", 0, cut_off)
    monkeypatch.setattr(personal, "steps", lambda: [*steps[:killed_after], cut])
    with pytest.raises(KeyboardInterrupt):
        actions.perform_erasure(erasure_id=erasure.pk)
    monkeypatch.undo()
    with clock.frozen(clock.now() + timedelta(days=20)):
        assert actions.perform_erasure(erasure_id=erasure.pk)
        assert not actions.perform_erasure(erasure_id=erasure.pk)
        run_due()
    assert set(songs()) - set(EXCEPTIONS) == set()


def test_a_backup_that_brings_somebody_back_is_told_of_it(frozen_clock):
    canary = Canary()
    kept = Member.objects.get(pk=canary.member.pk)
    leaves(canary.member, frozen_clock)
    assert [gone.member_id for gone in erased.listed()][-1:] == [kept.pk]
    kept.save()  # as the restored database has it
    Erasure.objects.all().delete()
    call_command("erase_again")
    run_due()
    row = Member.objects.get(pk=kept.pk)
    assert (row.name, row.is_active, row.email) == (members.former_name(kept.pk), False, None)
    call_command("erase_again")
    assert Erasure.objects.count() == 1


def test_the_list_of_the_erased_is_not_about_somebody_else_with_the_same_number(frozen_clock):
    member = a_member()
    assert not actions.erase_again(
        member_id=member.pk, joined_at=member.joined_at - timedelta(seconds=1), remove_posts=True
    )
    assert not Erasure.objects.exists()
