"""Every verb of notices: telling, taking back, sending, and what members do with their own."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from activity.messages import actions as letters
from activity.notices import actions as notices
from activity.notices import (
    calls,
    digests,
    occasions,
    people,
    push,
    retelling,
    sending,
    webpush,
    work,
)
from activity.notices.kinds import Kind, Ways
from activity.notices.models import Delivery, NoticeSettings, Notification, Preference, PushSubscription
from community.members import actions as members
from community.members.models import Member
from forum import actions as forum
from forum.models import Post
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.polls import a_poll
from tests.faults.forum_verbs import Act, World
from tests.faults.letter_verbs import room, then

_serial = count(1)
AUTH = webpush.packed(b"sixteen bytes ok")
P256DH = webpush.packed(webpush.public_bytes(ec.generate_private_key(webpush.CURVE)))


def _naming(w: World, *members: Member) -> Post:
    """A reply that names these members, and nobody has been told of."""
    body = " ".join(f"Look at this, @{member.name}." for member in members)
    return a_reply(author=w.helper, thread=w.thread(), body=body)


def _told(w: World) -> Notification:
    """What a member was told of a mention."""
    member = a_member()
    post = _naming(w, member)
    occasions.about_post(post_id=post.pk, mentioned_ids=(member.pk,))
    return Notification.objects.select_related("recipient", "thread").get(recipient=member)


def _delivery(w: World) -> Delivery:
    return Delivery.objects.select_related("recipient").get(notification=_told(w))


# -- telling


@room
def about_post(w: World) -> Act:
    named = [a_member(), a_member()]
    post = _naming(w, *named)
    return partial(occasions.about_post, post_id=post.pk, mentioned_ids=tuple(one.pk for one in named))


@room
def about_call(w: World) -> Act:
    post = _calling(w)
    return partial(calls.about_call, post_id=post.pk, group="moderators")


def _calling(w: World) -> Post:
    """A reply that calls the two who moderate a board of their own."""
    board = a_board()
    for _ in range(2):
        forum.enrol(actor=None, board_id=board.pk, member=a_member(), kind="moderator")
    return a_reply(author=w.helper, thread=a_thread(author=w.asker, board=board), body="Look, @moderators.")


@room
def about_poll(w: World) -> Act:
    """One that closes soon, to whoever watches its thread."""
    poll = a_poll("Left", "Right", thread=w.thread(), author=w.asker)
    assert poll.thread_id is not None
    forum.set_watch(member=a_member(), thread_id=poll.thread_id, level="all")
    return partial(occasions.about_poll, poll_id=poll.pk)


@room
def about_reaction(w: World) -> Act:
    post = w.reply()
    forum.react(actor=w.asker, post_id=post.pk, kind="useful")
    key = f"r{next(_serial)}"
    return partial(occasions.about_reaction, post_id=post.pk, member_id=w.asker.pk, key=key)


@room
def about_answer(w: World) -> Act:
    post = w.reply()
    forum.accept_answer(actor=w.asker, post_id=post.pk)
    return partial(occasions.about_answer, post_id=post.pk, actor_id=w.asker.pk, key=f"a{next(_serial)}")


@room
def about_message(w: World) -> Act:
    reader = a_member()
    letter = letters.start_conversation(actor=a_member(), recipients=[reader], body="Hello.")
    return partial(occasions.about_message, message_id=letter.pk, recipient_ids=(reader.pk,))


@room
def about_names(w: World) -> Act:
    """An edit named somebody."""
    member = a_member()
    post = _naming(w, member)
    return partial(
        people.about_names,
        post_id=post.pk,
        editor_id=w.helper.pk,
        member_ids=(member.pk,),
        key=f"n{next(_serial)}",
    )


@room
def about_follower(w: World) -> Act:
    follower, target = a_member(), a_member()
    members.follow(member=follower, target=target)
    return partial(people.about_follower, member_id=follower.pk, target_id=target.pk)


@room
def about_upkeep(w: World) -> Act:
    post = w.reply()
    return partial(
        occasions.about_upkeep,
        member_id=a_member().pk,
        actor_id=w.moderator.pk,
        what="hidden",
        reason="Rude",
        key=f"u{next(_serial)}",
        thread_id=post.thread_id,
        post_id=post.pk,
    )


def _call(w: World) -> dict[str, Any]:
    return {"member_id": a_member().pk, "actor_id": w.moderator.pk, "thread_id": w.thread().pk}


@room
def about_help(w: World) -> Act:
    return partial(work.about_help, **_call(w), reason="You know", key=f"c{next(_serial)}")


@room
def about_duty(w: World) -> Act:
    return partial(work.about_duty, **_call(w), what="assigned", key=f"d{next(_serial)}", to="/desk/")


# -- taking back


@room
def withdraw_help(w: World) -> Act:
    given = _call(w)
    work.about_help(**given, reason="You know", key=f"c{next(_serial)}")
    row = Notification.objects.get(kind=Kind.ASKED, recipient=given["member_id"])
    verb = partial(work.withdraw_help, member_id=row.recipient_id, thread_id=given["thread_id"])
    return then(verb, row)


@room
def withdraw_duty(w: World) -> Act:
    given = _call(w)
    work.about_duty(**given, what="held", key=f"d{next(_serial)}", to="/desk/")
    row = Notification.objects.get(kind=Kind.DUTY, recipient=given["member_id"])
    return then(partial(work.withdraw_duty, thread_id=given["thread_id"]), row)


@room
def withdraw_duty_of(w: World) -> Act:
    given = _call(w) | {"thread_id": None}
    about = next(_serial)
    work.about_duty(**given, what="topic_opens", key=f"d{about}", to="/desk/", about=about, title="Tyres")
    row = Notification.objects.get(kind=Kind.DUTY, recipient=given["member_id"])
    return then(partial(work.withdraw_duty_of, what="topic_opens", about=about), row)


@room
def take_back_in_notices(w: World) -> Act:
    row = _told(w)
    assert row.thread_id is not None and row.post_id is not None
    return then(partial(retelling.take_back, thread_id=row.thread_id, posts=(row.post_id,)), row)


@room
def take_back_names(w: World) -> Act:
    row = _told(w)
    assert row.post_id is not None
    forum.edit_post(actor=w.helper, post_id=row.post_id, body="Look at this.")
    verb = partial(people.take_back_names, post_id=row.post_id, member_ids=(row.recipient_id,))
    return then(verb, row)


@room
def take_back_calls(w: World) -> Act:
    post = _calling(w)
    calls.about_call(post_id=post.pk, group="moderators")
    forum.edit_post(actor=w.helper, post_id=post.pk, body="Look at this.")
    row = Notification.objects.filter(kind=Kind.CALLED).latest("pk")
    return then(partial(calls.take_back_calls, post_id=post.pk, groups=("moderators",)), row)


@room
def take_back_follower(w: World) -> Act:
    follower, target = a_member(), a_member()
    members.follow(member=follower, target=target)
    people.about_follower(member_id=follower.pk, target_id=target.pk)
    members.unfollow(member=follower, target=target)
    row = Notification.objects.get(recipient=target)
    verb = partial(people.take_back_follower, member_id=follower.pk, target_id=target.pk)
    return then(verb, row)


@room
def take_back_answer(w: World) -> Act:
    post = w.reply()
    forum.accept_answer(actor=w.asker, post_id=post.pk)
    occasions.about_answer(post_id=post.pk, actor_id=w.asker.pk, key=f"a{next(_serial)}")
    row = Notification.objects.get(post_id=post.pk, kind=Kind.ACCEPTED)
    return then(partial(retelling.take_back_answer, thread_id=post.thread_id, post_id=post.pk), row)


@room
def look_again(w: World) -> Act:
    row = _told(w)
    assert row.thread_id is not None
    forum.hide_thread(actor=w.moderator, thread_id=row.thread_id, reason="Rude")
    return then(partial(retelling.look_again, thread_id=row.thread_id), row)


@room
def follow_merge_in_notices(w: World) -> Act:
    row, target = _told(w), w.thread()
    assert row.thread_id is not None
    verb = partial(retelling.follow_merge, source_id=row.thread_id, target_id=target.pk)

    def act() -> Notification:
        verb()
        return Notification.objects.get(recipient=row.recipient, thread=target)

    return act


@room
def follow_split_in_notices(w: World) -> Act:
    row, target = _told(w), w.thread()
    assert row.thread_id is not None and row.post_id is not None
    verb = partial(retelling.follow_split, source_id=row.thread_id, target_id=target.pk, posts=(row.post_id,))

    def act() -> Notification:
        verb()
        return Notification.objects.get(recipient=row.recipient, thread=target)

    return act


# -- one's own


@room
def _read(w: World) -> Act:
    row = _told(w)
    return then(partial(notices.read_all, member=row.recipient), row)


@room
def switch_off(w: World) -> Act:
    row = _told(w)
    return partial(notices.switch_off, member=row.recipient, notification_id=row.pk)


@room
def set_ways(w: World) -> Act:
    return partial(notices.set_ways, member=a_member(), kind=Kind.MENTION, ways=Ways(in_app=False))


@room
def set_noise(w: World) -> Act:
    return partial(notices.set_noise, member=a_member(), rhythm="daily", limit=1)


@room
def set_noise_again(w: World) -> Act:
    member = a_member()
    notices.set_noise(member=member, rhythm="daily")
    return partial(notices.set_noise, member=member, rhythm="never")


@room
def set_all(w: World) -> Act:
    ways = {Kind.MENTION.value: Ways(in_app=False), Kind.REPLY.value: Ways(in_app=False)}
    return partial(notices.set_all, member=a_member(), noise={"rhythm": "weekly"}, ways=ways)


@room
def stop_letters(w: World) -> Act:
    return partial(notices.stop_letters, member=a_member(), scope="kind:mention")


@room
def stop_all_letters(w: World) -> Act:
    return partial(notices.stop_letters, member=a_member(), scope="all")


# -- sending


@room
def make(w: World) -> Act:
    """A digest."""
    row = _told(w)
    Notification.objects.filter(pk=row.pk).update(waits=True)
    return partial(digests.make, member_id=row.recipient_id, period="2026-11-28")


@room
def claim(w: World) -> Act:
    delivery = _delivery(w)
    return then(partial(sending.claim, delivery, name="Anna"), delivery)


@room
def give_back(w: World) -> Act:
    delivery = _delivery(w)
    sending.claim(delivery, name="Anna")
    return then(partial(sending.give_back, delivery), delivery)


@room
def _to_digest(w: World) -> Act:
    delivery = _delivery(w)
    settings = NoticeSettings(member=delivery.recipient)
    ways = Preference(in_app=True, mail=True, push=False, digest=True).ways
    return then(partial(sending._to_digest, delivery, ways, settings), delivery)


@room
def give_up(w: World) -> Act:
    delivery = _delivery(w)
    return then(partial(sending.give_up, delivery, Delivery.State.FAILED), delivery)


@room
def subscribe(w: World) -> Act:
    return _subscribing(a_member())


def _subscribing(member: Member) -> Act:
    return partial(
        push.subscribe,
        member=member,
        endpoint=f"https://push.example/{next(_serial)}",
        p256dh=P256DH,
        auth=AUTH,
        device="Firefox",
    )


@room
def unsubscribe(w: World) -> Act:
    member = a_member()
    row: PushSubscription = _subscribing(member)()
    return partial(push.unsubscribe, member=member, pk=row.pk)


CHANGED: dict[str, tuple[str, Any]] = {
    "take_back_in_notices": ("withdrawn_at", bool),
    "take_back_answer": ("withdrawn_at", bool),
    "take_back_names": ("withdrawn_at", bool),
    "take_back_calls": ("withdrawn_at", bool),
    "take_back_follower": ("withdrawn_at", bool),
    "withdraw_help": ("withdrawn_at", bool),
    "withdraw_duty": ("withdrawn_at", bool),
    "withdraw_duty_of": ("withdrawn_at", bool),
    "give_up": ("state", Delivery.State.FAILED),
    "look_again": ("withdrawn_at", bool),
    "follow_merge_in_notices": ("thread_id", bool),
    "follow_split_in_notices": ("thread_id", bool),
    "_read": ("is_read", True),
    "set_noise_again": ("rhythm", "never"),
    "claim": ("state", Delivery.State.SENDING),
    "give_back": ("state", Delivery.State.QUEUED),
    "_to_digest": ("state", Delivery.State.DEFERRED),
}
