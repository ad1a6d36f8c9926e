from datetime import timedelta

import pytest

from community.core import clock
from community.core.access import Refused
from community.members import actions as members
from community.members.mentions import MemberLinks, named_in
from community.members.models import NameHistory
from forum import actions
from forum.models import PostRevision
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


def test_an_edit_keeps_the_old_words_and_a_revert_brings_them_back():
    author = a_member()
    thread = a_thread(author=author, title="Old title", body="Old words")
    post = thread.posts.get(number=1)
    a_reply(author=a_member(), thread=thread)
    actions.edit_post(actor=author, post_id=post.pk, body="New words", title="New title", reason="Clearer")
    thread.refresh_from_db()
    assert thread.title == "New title" and thread.excerpt == "New words"
    version = PostRevision.objects.get(post=post)
    assert (version.number, version.source, version.title, version.reason) == (
        1,
        "Old words",
        "Old title",
        "Clearer",
    )
    actions.revert_post(actor=author, post_id=post.pk, revision=1)
    post.refresh_from_db()
    thread.refresh_from_db()
    assert (post.source, thread.title, post.edit_count) == ("Old words", "Old title", 2)


def test_a_quick_fix_before_anyone_answered_leaves_no_trace():
    author = a_member()
    thread = a_thread(author=author, body="A tpyo")
    post = thread.posts.get(number=1)
    actions.edit_post(actor=author, post_id=post.pk, body="A typo")
    post.refresh_from_db()
    assert post.source == "A typo" and post.edit_count == 0 and not PostRevision.objects.exists()
    with clock.frozen(post.posted_at + timedelta(minutes=5)):
        actions.edit_post(actor=author, post_id=post.pk, body="No typo")
    assert PostRevision.objects.count() == 1


def test_a_name_that_was_given_up_still_names_its_member(facts):
    author, named = a_member(), a_member(name="Sunbird")
    post = a_reply(author=author, thread=a_thread(author=author), body="Ask @Sunbird.")
    members.rename_member(member=named, name="Starling")
    actions.edit_post(actor=author, post_id=post.pk, body="Do ask @Sunbird.")
    assert facts.only("PostEdited").unnamed_ids == ()
    new = a_reply(author=author, thread=post.thread, body="And @Sunbird again, with @Starling.")
    assert named_in(new.html) == {named.pk} and "/members/Sunbird/" in new.html
    # Two gave it up, as an import may leave it: it names neither.
    NameHistory.objects.create(member=author, name="Sunbird", name_key="sunbird")
    assert not MemberLinks().resolve(["Sunbird"])


def test_two_editors_at_once_do_not_overwrite_each_other():
    author, moderator = a_member(), a_member(role="moderator")
    thread = a_thread(author=author)
    post = a_reply(author=author, thread=thread)
    actions.edit_post(
        actor=moderator, post_id=post.pk, body="Staff words", edit_count=0, reason="Address removed"
    )
    with pytest.raises(Refused) as refusal:
        actions.edit_post(actor=author, post_id=post.pk, body="My words", edit_count=0)
    assert refusal.value.code == "conflict"
    post.refresh_from_db()
    assert post.source == "Staff words"


def test_the_same_words_are_no_edit():
    author = a_member()
    post = a_reply(author=author, thread=a_thread(author=a_member()), body="As it was")
    with clock.frozen(post.posted_at + timedelta(days=1)):
        actions.edit_post(actor=author, post_id=post.pk, body="As it was")
    post.refresh_from_db()
    assert post.edited_at is None


def test_strangers_and_locked_threads_refuse_edits():
    author = a_member()
    thread = a_thread(author=author)
    post = a_reply(author=author, thread=thread)
    with pytest.raises(Refused) as refusal:
        actions.edit_post(actor=a_member(), post_id=post.pk, body="Mine now")
    assert refusal.value.code == "not_author"
    actions.lock_thread(actor=a_member(role="moderator"), thread_id=thread.pk, reason="Settled")
    with pytest.raises(Refused) as refusal:
        actions.edit_post(actor=author, post_id=post.pk, body="One more thing")
    assert refusal.value.code == "locked"
