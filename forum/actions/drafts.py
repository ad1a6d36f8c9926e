"""Keeping what somebody writes until it is published. Nothing here throws words away that nobody has read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, absent
from community.core.models import IdempotencyKey
from community.core.once import put_once
from community.core.prepared import Prepared
from community.core.retrying import action
from community.core.text import MAX_SOURCE
from community.members.models import Member
from forum import fields
from forum.actions._shared import UNDONE
from forum.actions.carried import CARRIES
from forum.models import Draft
from forum.places import is_place

MOST_DRAFTS = 100
MAX_NOTE = 500
KEPT_FOR = timedelta(days=180)  # after the last change
BACK_WITHIN = timedelta(days=7)  # a discarded one can be brought back
# What is kept of a form. Twice the limit of a post: too long is no reason to lose it.
ANSWER = 4000  # characters of an answer to a board's form
MOST_ANSWERS = 60
LENGTHS = {
    "title": 400,
    "title_was": 400,
    "body": 2 * MAX_SOURCE,
    "lane": 8,
    "tags": 400,
    "reply_to": 20,
    "to": 600,
    "reason": 400,
    "once": 64,
    CARRIES: MAX_SOURCE,
}


_publishing = ["open_thread", "post_reply", "schedule_post"]


def publishes(*verbs: str) -> None:
    """Say which verbs of a room above publish drafts: what comes late under their key is no draft any more."""
    _publishing.extend(verbs)


@dataclass(frozen=True, slots=True)
class Written:
    """Which draft a form stands for: its place, its idempotency key, and the revision it began from (0: none).

    `writer` tells pages apart that hold the same form; without the script there is none.
    """

    place: str
    form_key: str = ""
    revision: int = 0
    writer: str = ""

    def wrote(self, draft: Draft) -> bool:
        """Whether the draft's last words are this page's own, or those it began from."""
        return draft.revision == self.revision or bool(self.hand and draft.written_by == self.hand)

    @property
    def hand(self) -> str:
        return self.writer or self.form_key


class Conflict(Refused):
    """Another device wrote here meanwhile: `draft` holds its words. None: the draft was published or discarded."""

    def __init__(self, draft: Draft | None) -> None:
        super().__init__(_("Another device wrote here meanwhile."), code="conflict")
        self.draft = draft


@action
def save_draft(
    *, member: Member, written: Written, words: Mapping[str, str], settle: str = ""
) -> Draft | None:
    """Keep the words at their place. Empty words take the draft away (None).

    `settle` ends a conflict: "mine" keeps these words at the place, "theirs" the others; the rest is set aside.
    Raises Conflict, Invalid for a place nobody knows, Refused when the member has too many.
    """
    words = clean_words(words)
    if not is_place(written.place):
        raise Invalid(_("Drafts are not kept for this place."), field="place")
    if _was_published(member, written.form_key):
        raise Conflict(None)
    draft = _locked(member, written.place)
    if draft is None:
        if written.revision and not settle:
            raise Conflict(None)
        return _begin(member, written, words) if _says_something(words) else None
    for name in {"once", CARRIES} & set(draft.words):  # no form sends them, or not every one
        words.setdefault(name, draft.words[name])
    if draft.words == words:
        return draft
    if not written.wrote(draft):
        if settle == "theirs":
            _set_aside(member, written.place, words)
            return draft
        if settle != "mine":
            raise Conflict(draft)
        _set_aside(member, written.place, draft.words)
    if not _says_something(words):
        draft.delete()
        return None
    draft.words, draft.revision = words, draft.revision + 1
    draft.written_by, draft.saved_at = written.hand, clock.now()
    draft.save(update_fields=["words", "revision", "written_by", "saved_at"])
    return draft


def publish_draft(member: Member, written: Written | None) -> None:
    """The words of this form are published: their draft goes. Another device's other words are set aside.

    Runs inside the transaction that publishes. One statement without a draft, two with one.
    """
    draft = _locked(member, written.place) if written else None
    if written is None or draft is None:
        return
    if written.wrote(draft):
        draft.delete()
        return
    draft.is_aside = True
    draft.save(update_fields=["is_aside"])


def keep_undone(member: Member, place: str, words: Mapping[str, str]) -> Draft:
    """Words of a post that was taken back: a draft at its place, however many there are; what stands there is set
    aside. Runs inside the transaction that takes the post away."""
    standing = _locked(member, place)
    if standing:
        standing.is_aside = True
        standing.save(update_fields=["is_aside"])
    return _kept_again(member, place, words, revision=standing.revision + 1 if standing else 1)


def give_back(member: Member, place: str, words: Mapping[str, str], *, note: str = "") -> Draft:
    """Words that were to be published later: a draft again, however many there are, aside where another one stands.

    Runs inside the transaction that lets go of them.
    """
    is_aside = _locked(member, place) is not None
    return _kept_again(member, place, words, note=note[:MAX_NOTE], is_aside=is_aside)


def _kept_again(member: Member, place: str, words: Mapping[str, str], **fields: Any) -> Draft:
    said = {name: text for name, text in words.items() if text}
    return Draft.objects.create(member=member, place=place, words=said, saved_at=clock.now(), **fields)


@action
def discard_draft(*, member: Member, draft_id: int) -> Draft:
    """Take a draft off the list. It can be brought back for seven days. Repeatable."""
    draft = _own(member, draft_id)
    if draft.discarded_at is None:
        draft.discarded_at, draft.is_aside = clock.now(), True
        draft.save(update_fields=["discarded_at", "is_aside"])
    return draft


@action
def use_draft(*, member: Member, draft_id: int) -> Draft:
    """Put a draft that was set aside or discarded at its place; what stands there is set aside. Repeatable."""
    draft = _own(member, draft_id)
    if draft.is_aside:
        standing = _locked(member, draft.place)
        last = standing.revision if standing else 0
        if standing:
            standing.is_aside = True
            standing.save(update_fields=["is_aside"])
        draft.is_aside, draft.discarded_at, draft.saved_at = False, None, clock.now()
        draft.revision = max(draft.revision, last) + 1
        draft.written_by = ""
        draft.save(update_fields=["is_aside", "discarded_at", "saved_at", "revision", "written_by"])
    return draft


@action
def sweep_drafts() -> int:
    """Delete what was discarded over seven days ago or not changed for 180 days; how many."""
    now = clock.now()
    old = Draft.objects.filter(saved_at__lt=now - KEPT_FOR)
    thrown = Draft.objects.filter(discarded_at__lt=now - BACK_WITHIN)
    return int(old.delete()[0]) + int(thrown.delete()[0])


def is_kept(name: str) -> bool:
    """Whether a draft holds what a form calls this."""
    return name in LENGTHS or bool(fields.NAME.fullmatch(name))


def clean_words(words: Mapping[str, str]) -> dict[str, str]:
    """The known fields that say something. Raises Invalid for more than a draft holds."""
    names = [name for name in words if is_kept(name) and words[name]][: len(LENGTHS) + MOST_ANSWERS]
    kept = {name: str(words[name]).replace("\x00", "") for name in names}
    for name, text in kept.items():
        if len(text) > LENGTHS.get(name, ANSWER):
            raise Invalid(_("This is too long to be kept as a draft."), field=name)
    return kept


def _says_something(words: Mapping[str, str]) -> bool:
    said = (words[name] for name in words if name in ("title", "body", "tags") or fields.NAME.fullmatch(name))
    return any(text.strip() for text in said)


def _was_published(member: Member, key: str) -> bool:
    rows = IdempotencyKey.objects.filter(owner=f"member:{member.pk}", verb__in=_publishing, key=key)
    return bool(key) and any(result != UNDONE for result in rows.values_list("result", flat=True))


def _at_place(*, member_id: int, place: str) -> QuerySet[Draft]:
    rows = Draft.objects.select_for_update(no_key=True).filter(member_id=member_id, place=place)
    return rows.filter(is_aside=False).order_by("pk")[:1]


_drafts_at = Prepared(_at_place)


def _locked(member: Member, place: str) -> Draft | None:
    return _drafts_at.first(member_id=member.pk, place=place)


def _own(member: Member, draft_id: int) -> Draft:
    draft = Draft.objects.select_for_update(no_key=True).filter(pk=draft_id, member=member).first()
    if draft is None:
        raise absent()
    return draft


def _begin(member: Member, written: Written, words: dict[str, str]) -> Draft:
    require_room(member)
    draft = Draft(
        member=member, place=written.place, words=words, written_by=written.hand, saved_at=clock.now()
    )
    if put_once(draft):
        return draft
    there = _locked(member, written.place)
    if there is None or there.words != words:
        raise Conflict(there)
    return there


def _set_aside(member: Member, place: str, words: dict[str, str]) -> None:
    require_room(member)
    Draft.objects.create(member=member, place=place, words=words, is_aside=True, saved_at=clock.now())


def require_room(member: Member) -> None:
    if Draft.objects.filter(member=member, discarded_at=None).count() >= MOST_DRAFTS:
        raise Refused(
            _("You have %(most)d drafts, and no more are kept. Discard some of them first.")
            % {"most": MOST_DRAFTS},
            code="full",
        )
