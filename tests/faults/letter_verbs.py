"""Every verb of private conversations, of files and of members' own data, each on rows of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from activity.messages import actions as letters
from activity.messages.models import Conversation, Door, Message, Participant
from activity.notices import pictures
from community.core import clock
from community.files import actions as files
from community.files import store
from community.files.actions import holding, keeping, making, receiving
from community.files.models import Kind, State, Upload
from community.members.models import Member
from community.privacy import actions as privacy
from community.privacy.actions import leaving
from community.privacy.models import Consent, Erasure
from tests.builders.forum import a_reply
from tests.builders.members import a_member
from tests.faults.forum_verbs import Act, World

ROOMS: dict[str, Callable[[World], Act]] = {}
_serial = count(1)


def room(prepare: Callable[[World], Act]) -> Callable[[World], Act]:
    ROOMS[prepare.__name__] = prepare
    return prepare


def then(verb: Callable[[], Any], row: Any) -> Act:
    """The verb, and the row that it changed."""

    def act() -> Any:
        verb()
        return row

    return act


# -- private conversations


@room
def start_conversation(w: World) -> Act:
    key = f"press-{next(_serial)}"
    return partial(
        letters.start_conversation,
        actor=a_member(),
        recipients=[a_member()],
        body="Hello.",
        idempotency_key=key,
    )


@room
def start_conversation_of_several(w: World) -> Act:
    people = [a_member(), a_member()]
    return partial(letters.start_conversation, actor=a_member(), recipients=people, body="Hello.", title="Us")


def _letter(*others: Member) -> Message:
    people = [a_member(), *others]
    return letters.start_conversation(actor=a_member(), recipients=people, body="Hello.")


def _author(letter: Message) -> Member:
    assert letter.author is not None
    return letter.author


def _reader(letter: Message) -> Member:
    rows = Participant.objects.filter(conversation=letter.conversation_id).exclude(member=letter.author)
    return rows.select_related("member")[0].member


@room
def send_message(w: World) -> Act:
    letter = _letter()
    return partial(
        letters.send_message,
        actor=_author(letter),
        conversation_id=letter.conversation_id,
        body="And?",
        idempotency_key=f"press-{next(_serial)}",
    )


@room
def send_message_without_a_key(w: World) -> Act:
    letter = _letter()
    return partial(
        letters.send_message, actor=_reader(letter), conversation_id=letter.conversation_id, body="And?"
    )


@room
def remove_message(w: World) -> Act:
    letter = _letter()
    return partial(letters.remove_message, actor=_author(letter), message_id=letter.pk)


@room
def mark_read(w: World) -> Act:
    letter = _letter()
    reader = _reader(letter)
    mine = Participant.objects.get(conversation=letter.conversation_id, member=reader)
    verb = partial(letters.mark_read, member=reader, conversation_id=letter.conversation_id, number=1)
    return then(verb, mine)


@room
def mute_conversation(w: World) -> Act:
    letter = _letter()
    return partial(
        letters.mute_conversation, member=_author(letter), conversation_id=letter.conversation_id, hours=None
    )


@room
def leave_conversation(w: World) -> Act:
    letter = _letter()
    reader = _reader(letter)
    mine = Participant.objects.get(conversation=letter.conversation_id, member=reader)
    verb = partial(letters.leave_conversation, member=reader, conversation_id=letter.conversation_id)
    return then(verb, mine)


@room
def add_person(w: World) -> Act:
    letter = _letter(a_member())
    assert not Conversation.objects.get(pk=letter.conversation_id).is_pair
    return partial(
        letters.add_person,
        actor=_author(letter),
        conversation_id=letter.conversation_id,
        person=a_member(),
    )


@room
def report_messages(w: World) -> Act:
    letter = _letter()
    return partial(
        letters.report_messages,
        reporter=_reader(letter),
        conversation_id=letter.conversation_id,
        numbers=[1],
        reason="Rude",
    )


@room
def settle_report(w: World) -> Act:
    report = report_messages(w)()
    return partial(
        letters.settle_report, actor=w.moderator, report_id=report.pk, state="settled", note="Spoken to."
    )


@room
def set_door(w: World) -> Act:
    return partial(letters.set_door, member=a_member(), opens_to="nobody")


@room
def set_door_again(w: World) -> Act:
    door: Door = letters.set_door(member=a_member(), opens_to="nobody")
    return partial(letters.set_door, member=door.member, opens_to="everyone")


# -- files. What lies in the store is not undone: these are the rows.


def _upload(*, state: str = State.READY, owner: Member | None = None) -> Upload:
    return Upload.objects.create(
        owner=owner or a_member(),
        key=store.new_key(),
        mark=store.new_mark(),
        kind=Kind.PICTURE,
        form="webp",
        name="road.webp",
        state=state,
        size=100,
        sha256="a" * 64,
        sizes=[[1600, 1600, 900, 100]] if state == State.READY else [],
        created_at=clock.now(),
    )


@room
def _keep(w: World) -> Act:
    owner = a_member()
    upload = Upload(
        owner=owner, key=store.new_key(), mark=store.new_mark(), kind=Kind.PICTURE, form="webp",
        name="road.webp", size=100, sha256="a" * 64,
    )  # fmt: skip
    key = f"press-{next(_serial)}"
    return partial(receiving._keep, owner_id=owner.pk, upload=upload, idempotency_key=key)


@room
def attach_uploads(w: World) -> Act:
    upload = _upload()
    assert upload.attached_at is None
    return then(partial(files.attach_uploads, upload_ids=[upload.pk]), upload)


@room
def delete_upload(w: World) -> Act:
    upload = _upload()
    return partial(files.delete_upload, actor=upload.owner, key=upload.key)


@room
def _let_go_of_held(w: World) -> Act:
    """Something that was held back for moderators, who decided."""
    upload = _upload()
    upload.held = store.new_mark()
    upload.save(update_fields=["held"])
    return then(partial(holding._let_go_of_held, upload_id=upload.pk), upload)


@room
def discard_unused(w: World) -> Act:
    upload = _upload()
    return then(partial(files.discard_unused, upload_ids=[upload.pk]), upload)


@room
def _take_away(w: World) -> Act:
    upload = _upload()
    return then(partial(keeping._take_away, upload_ids=[upload.pk]), upload)


@room
def _settle(w: World) -> Act:
    upload = _upload(state=State.RECEIVED)
    verb = partial(making._settle, upload_id=upload.pk, sizes=[[1600, 1600, 900, 100]], motion=0)
    return then(verb, upload)


@room
def _settle_problem(w: World) -> Act:
    upload = _upload(state=State.RECEIVED)
    return then(partial(making._settle_problem, upload_id=upload.pk, problem="unreadable"), upload)


@room
def about_lost(w: World) -> Act:
    upload = _upload(owner=w.helper)
    Upload.objects.filter(pk=upload.pk).update(width=1600, height=900)
    a_reply(author=w.helper, thread=w.thread(), body=f"Look: ![the dash]({upload.address})")
    Upload.objects.filter(pk=upload.pk).update(state=State.GONE, problem="damaged")
    return partial(pictures.about_lost, upload_id=upload.pk)


@room
def _settle_cover(w: World) -> Act:
    upload = _upload()
    return partial(
        making._settle_cover,
        actor=upload.owner,
        key=upload.key,
        before=upload.mark,
        mark="coveredx",
        sizes=[[1600, 1600, 900, 90]],
    )


# -- one's own data


@room
def publish_paper(w: World) -> Act:
    return partial(privacy.publish_paper, actor=w.admin, kind="terms", text_en=f"Be kind, {next(_serial)}.")


@room
def give_consents(w: World) -> Act:
    paper = publish_paper(w)()
    return partial(privacy.give_consents, member=a_member(), versions=[(paper.kind, paper.version)])


@room
def withdraw_consent(w: World) -> Act:
    member = a_member()
    paper = privacy.publish_paper(actor=w.admin, kind=FREE, text_en=f"We may write to you, {next(_serial)}.")
    privacy.give_consents(member=member, versions=[(paper.kind, paper.version)])
    given = Consent.objects.get(member=member, kind=FREE)
    return then(partial(privacy.withdraw_consent, member=member, kind=FREE), given)


@room
def request_export(w: World) -> Act:
    return partial(privacy.request_export, member=a_member())


@room
def request_erasure(w: World) -> Act:
    return partial(privacy.request_erasure, member=a_member(), remove_posts=False)


@room
def cancel_erasure(w: World) -> Act:
    erasure = privacy.request_erasure(member=a_member(), remove_posts=False)
    return then(partial(privacy.cancel_erasure, member=erasure.member), erasure)


@room
def _begin(w: World) -> Act:
    erasure = privacy.request_erasure(member=a_member(), remove_posts=False)
    Erasure.objects.filter(pk=erasure.pk).update(due_at=clock.now() - timedelta(days=1))
    return partial(leaving._begin, erasure_id=erasure.pk)


@room
def erase_again(w: World) -> Act:
    member = a_member()
    return partial(privacy.erase_again, member_id=member.pk, joined_at=member.joined_at, remove_posts=False)


FREE = "news"
CHANGED: dict[str, tuple[str, Any]] = {
    "_let_go_of_held": ("held", ""),
    "remove_message": ("state", Message.State.REMOVED),
    "leave_conversation": ("left_at", bool),
    "withdraw_consent": ("withdrawn_at", bool),
    "mark_read": ("read_number", 1),
    "mute_conversation": ("is_muted", True),
    "settle_report": ("state", "settled"),
    "set_door_again": ("opens_to", "everyone"),
    "attach_uploads": ("attached_at", bool),
    "discard_unused": ("state", State.GONE),
    "_take_away": ("state", State.GONE),
    "_settle": ("state", State.READY),
    "_settle_problem": ("problem", "unreadable"),
    "_settle_cover": ("mark", "coveredx"),
    "cancel_erasure": ("state", Erasure.State.CANCELLED),
    "_begin": ("state", Erasure.State.RUNNING),
}
