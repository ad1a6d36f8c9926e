"""Verbs of what members keep for themselves, or keep away: drafts, whom and what they follow, how far they have read."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from activity.messages import actions as letters
from activity.notices import occasions
from activity.notices import people as notices
from activity.notices.models import Notification
from community.core import clock
from community.members import actions as people
from community.members.models import Member
from forum import access, actions
from forum.actions.drafts import Written
from forum.models import Draft, Watch
from tests.builders.members import a_member
from tests.faults import notice_verbs
from tests.faults.forum_verbs import Act, World, forum
from tests.faults.letter_verbs import room, then
from tests.faults.member_verbs import members


def _draft(w: World, member: Member) -> Draft:
    written = Written(place=f"thread-{w.thread().pk}", form_key="a" * 32)
    draft = actions.save_draft(member=member, written=written, words={"body": "Half a thought."})
    assert draft is not None
    return draft


@forum
def save_draft(w: World) -> Act:
    written = Written(place=f"thread-{w.thread().pk}", form_key="a" * 32)
    return partial(actions.save_draft, member=a_member(), written=written, words={"body": "Half a thought."})


@forum
def discard_draft(w: World) -> Act:
    member = a_member()
    return partial(actions.discard_draft, member=member, draft_id=_draft(w, member).pk)


@forum
def use_draft(w: World) -> Act:
    member = a_member()
    draft = _draft(w, member)
    actions.discard_draft(member=member, draft_id=draft.pk)
    return partial(actions.use_draft, member=member, draft_id=draft.pk)


@forum
def sweep_drafts(w: World) -> Act:
    Draft.objects.filter(pk=_draft(w, a_member()).pk).update(saved_at=clock.now() - timedelta(days=400))
    return actions.sweep_drafts


@forum
def follow_tag(w: World) -> Act:
    w.thread(tags=["winter"])
    return partial(actions.follow_tag, member=a_member(), slug="winter")


@forum
def unfollow_tag(w: World) -> Act:
    member = a_member()
    w.thread(tags=["winter"])
    actions.follow_tag(member=member, slug="winter")
    return partial(actions.unfollow_tag, member=member, slug="winter")


@forum
def count_polls(w: World) -> Act:
    return partial(actions.count_polls, actor=w.moderator, thread_id=w.thread().pk, by=1)


def _reader(w: World) -> Member:
    """Somebody with one watched thread, read to its end."""
    member, thread = a_member(), w.thread()
    seen = access.thread_for_reading(member, thread_id=thread.pk)
    actions.mark_read(member=member, thread=seen, number=thread.last_number)
    actions.set_watch(member=member, thread_id=thread.pk, level="all")
    return member


@forum
def forget_reading(w: World) -> Act:
    return partial(actions.forget_reading, member=_reader(w))


@forum
def forget_watch(w: World) -> Act:
    member = _reader(w)
    return partial(actions.forget_watch, member=member, watch_id=Watch.objects.get(member=member).pk)


@forum
def forget_watches(w: World) -> Act:
    return partial(actions.forget_watches, member=_reader(w))


@members
def follow(w: World) -> Act:
    return partial(people.follow, member=a_member(), target=w.helper)


@members
def unfollow(w: World) -> Act:
    member = a_member()
    people.follow(member=member, target=w.helper)
    return partial(people.unfollow, member=member, target=w.helper)


@room
def take_back_apart(w: World) -> Act:
    row = notice_verbs._told(w)
    people.block(member=row.recipient, target=w.helper)
    verb = partial(notices.take_back_apart, member_id=row.recipient_id, target_id=w.helper.pk)
    return then(verb, row)


@room
def take_back_message(w: World) -> Act:
    author, member = a_member(), a_member()
    sent = letters.start_conversation(actor=author, recipients=[member], body="Half a thought.")
    occasions.about_message(message_id=sent.pk, recipient_ids=(member.pk,))
    letters.remove_message(actor=author, message_id=sent.pk)
    row = Notification.objects.get(recipient=member)
    told = {"conversation_id": sent.conversation_id, "author_id": author.pk}
    return then(partial(notices.take_back_message, **told), row)
