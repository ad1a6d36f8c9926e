"""Who may hear what: the same access functions as the pages, asked at join and again when something changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.http import Http404
from django.http.cookie import parse_cookie
from django.utils.crypto import constant_time_compare

from activity.live import runs, tallies
from activity.messages import access as letters
from community.core import clock
from community.members import factors
from community.members.access import may_speak
from community.members.models import Ignore, Member
from forum import access
from forum.models import Board, Thread, ThreadState, Verb
from forum.queries import readers

if TYPE_CHECKING:
    from forum.roles import Viewer

# Topics whose names are given out with a page, and who may sit there: (how far it is, the board) for each viewer.
GIVEN_OUT: dict[str, Callable[[str], int]] = {"poll": tallies.poll_of, "run": runs.run_of}
COUNTED: dict[str, Callable[[Sequence[Viewer], int], list[tuple[int, int] | None]]] = {
    "poll": tallies.places,
    "run": runs.places,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Audience:
    """Listeners who may be sent the very same bytes.

    `own`: somebody for whom a post looks like for nobody else (its author, staff, who ignores people): they are
    told ids and fetch the rest with their own rights.
    """

    language: str
    is_member: bool = False
    is_owner: bool = False
    is_key: bool = False
    is_club: bool = False
    own: bool = False

    def viewer(self) -> Viewer:
        """Somebody of this audience, without a past. Never saved, never asked for who they are."""
        if not self.is_member:
            return AnonymousUser()
        return Member(
            pk=0, name="", role="member", is_verified_owner=self.is_owner, is_key_member=self.is_key
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A topic that a listener may hear, as it stands: `sequence` is where it has got to.

    `apart`: of whom they are told nothing, as members they ignore or who blocked them.
    """

    audience: Audience
    sequence: int
    board_id: int
    may_write: bool = False
    is_staff: bool = False
    apart: frozenset[int] = frozenset()


def session_key_of(headers: list[tuple[bytes, bytes]]) -> str:
    """The session's key among the cookies of a handshake, or empty. Read as the pages read them.

    A stricter reader would stop at the first cookie of somebody else's that it dislikes, and make a member a guest.
    """
    raw = "; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie")
    return parse_cookie(raw).get(settings.SESSION_COOKIE_NAME, "")[:100]


def viewer_of(session_key: str) -> Viewer | None:
    """Whose session this is: a member, a guest (no key), or None for one that is over. Two statements."""
    return viewers_of([session_key])[session_key]


def viewers_of(session_keys: Iterable[str]) -> dict[str, Viewer | None]:
    """Whose sessions these are, as `viewer_of`. Two statements, however many; none for guests.

    Reads the database, never the cache: what was ended must not come to life again from a copy.
    """
    found: dict[str, Viewer | None] = {key: None if key else AnonymousUser() for key in session_keys}
    store = SessionStore()
    rows = Session.objects.filter(
        session_key__in=[key for key in found if key], expire_date__gt=clock.now()
    ).values_list("session_key", "session_data")
    told = {key: store.decode(data) for key, data in (rows if any(found) else ())}
    members = _members_of(told.values())
    for key, session in told.items():
        if not str(session.get(SESSION_KEY, "")).isdecimal():
            found[key] = AnonymousUser() if session else None
            continue
        member = members.get(int(session[SESSION_KEY]))
        if member is not None and _is_signed_for(member, session.get(HASH_SESSION_KEY, "")):
            found[key] = AnonymousUser() if factors.is_lacking(session, member) else member
    return found


def _members_of(sessions: Iterable[dict[str, Any]]) -> dict[int, Member]:
    ids = {str(session.get(SESSION_KEY, "")) for session in sessions}
    wanted = [int(pk) for pk in ids if pk.isdecimal()]
    return Member.objects.filter(is_active=True).in_bulk(wanted) if wanted else {}


def _is_signed_for(member: Member, told: str) -> bool:
    """Whether the session was begun with the password that counts now."""
    hashes = [member.get_session_auth_hash(), *member.get_session_auth_fallback_hash()]
    return any(constant_time_compare(told, known) for known in hashes)


def place_for(viewer: Viewer, topic: str, language: str) -> Place | None:
    """Where this viewer may listen, or None for what is absent or not theirs: the two look alike."""
    kind, pk = split_topic(topic)
    try:
        if kind == "thread":
            thread = access.thread_for_reading(viewer, thread_id=pk)
            return _in_thread(viewer, thread, language, *_apart([viewer])[viewer.pk])
        if kind == "board":
            return _on_board(access.board_for_writing(viewer, board_id=pk), language)
        if kind in COUNTED or kind == "conversation":
            return places_for([viewer], topic, language)[0]
    except Http404:
        return None
    return None


def places_for(viewers: Sequence[Viewer], topic: str, language: str) -> list[Place | None]:
    """Where each of many viewers may listen, in their order. A handful of statements, however many they are."""
    kind, pk = split_topic(topic)
    if kind == "thread":
        apart = _apart(viewers)
        return [
            None if thread is None else _in_thread(viewer, thread, language, *apart[viewer.pk])
            for viewer, thread in zip(viewers, readers.threads_for(viewers, thread_id=pk), strict=True)
        ]
    if kind == "board":
        boards = readers.boards_for(viewers, board_id=pk)
        return [None if board is None else _on_board(board, language) for board in boards]
    if kind in COUNTED:
        return [_at(place, language) for place in COUNTED[kind](viewers, pk)]
    if kind == "conversation":
        sequence, heard = letters.heard_by([viewer.pk for viewer in viewers if viewer.is_authenticated], pk)
        return [_in_conversation(viewer, sequence, heard, language) for viewer in viewers]
    return [None] * len(viewers)


def led_on(viewers: Sequence[Viewer], topic: str) -> list[tuple[int, int] | None]:
    """For each viewer the thread that a merged one went into and the step that said so, if they may read it there.

    One statement for what was not merged, and as many more as `places_for` else.
    """
    kind, pk = split_topic(topic)
    merged = Thread.objects.filter(pk=pk, state=ThreadState.MERGED).values_list("merged_into_id", "sequence")
    went = merged.first() if kind == "thread" else None
    if went is None:
        return [None] * len(viewers)
    return [went if thread else None for thread in readers.threads_for(viewers, thread_id=went[0])]


def _apart(viewers: Sequence[Viewer]) -> dict[int | None, tuple[bool, frozenset[int]]]:
    """For each viewer whether they ignore anybody, and whom they ignore or are blocked by. One statement."""
    members = [viewer.pk for viewer in viewers if viewer.is_authenticated]
    ignored: dict[int | None, set[int]] = {viewer.pk: set() for viewer in viewers}
    blocking: dict[int | None, set[int]] = {viewer.pk: set() for viewer in viewers}
    if members:
        pairs = Ignore.objects.filter(Q(member__in=members) | Q(target__in=members, blocks=True))
        for member, target, blocks in pairs.values_list("member_id", "target_id", "blocks"):
            if member in ignored:
                ignored[member].add(target)
            if blocks and target in blocking:
                blocking[target].add(member)
    return {pk: (bool(ignored[pk]), frozenset(ignored[pk] | blocking[pk])) for pk in ignored}


def split_topic(topic: str) -> tuple[str, int]:
    """`thread:12` → ("thread", 12); ("", 0) for what is none."""
    kind, _, number = topic.partition(":")
    if kind in GIVEN_OUT:
        found = GIVEN_OUT[kind](number)
        return (kind, found) if found else ("", 0)
    if (
        kind in ("thread", "board", "conversation")
        and number.isascii()
        and number.isdecimal()
        and len(number) < 16
    ):
        return kind, int(number)
    return "", 0


def moment_of(board: Board) -> int:
    """How far a board has got: when somebody last wrote on it, in microseconds."""
    return microseconds(board.last_posted_at) if board.last_posted_at else 0


def microseconds(at: datetime) -> int:
    """A moment as a whole number, exact: a float of seconds is off by one now and then."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def _at(place: tuple[int, int] | None, language: str) -> Place | None:
    return Place(Audience(language), *place) if place else None


def _in_conversation(viewer: Viewer, sequence: int, heard: dict[int, bool], language: str) -> Place | None:
    """Whoever is in it fetches the words with their own rights: frames carry none."""
    if not isinstance(viewer, Member) or viewer.pk not in heard:
        return None
    may_write = heard[viewer.pk] and bool(may_speak(viewer))
    return Place(Audience(language, is_member=True, own=True), sequence, 0, may_write)


def _on_board(board: Board, language: str) -> Place:
    return Place(Audience(language), moment_of(board), board.pk)


def _in_thread(viewer: Viewer, thread: Thread, language: str, ignores: bool, apart: frozenset[int]) -> Place:
    audience = Audience(language)
    may_write = is_staff = False
    if isinstance(viewer, Member):
        may_write = bool(access.may_reply(viewer, thread))
        is_staff = bool(access.may_moderate(viewer, thread))
        audience = Audience(
            language,
            is_member=True,
            is_owner=viewer.is_verified_owner,
            is_key=viewer.is_key_member,
            is_club=bool(getattr(thread, "enrolled_club_member", False)),
            own=ignores
            or viewer.role != "member"
            or thread.author_id == viewer.pk
            or not may_speak(viewer)
            or access.has_right(viewer, thread, Verb.MODERATE),
        )
    return Place(audience, thread.sequence, thread.board_id, may_write, is_staff, apart)
