"""Who hears it when a post calls a group."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.core.access import Verdict
from community.core.near import near
from community.members.models import Member, Role
from forum.calls import WORDS, Group, groups_on, may_call, word_for
from forum.models import Board, BoardMember, BoardRole, Thread, Verb
from forum.queries.readers import EVERYBODY, may_read

COUNTED_FOR = 300  # seconds that a number beside a group may be old


def hearers(board: Board, group: str) -> QuerySet[Member]:
    """The members of a group who may read the board: accounts with somebody behind them, in no order."""
    here = Q(is_active=True) & (Q(source="") | Q(claimed_at__isnull=False))
    return Member.objects.get_queryset().filter(here, _in_group(board, group), _reads(board))


def count_hearers(board: Board, group: str) -> int:
    """How many hear it when somebody calls the group here, as of the last minutes. At most one statement."""
    return near(f"calls:{board.pk}:{group}", lambda: hearers(board, group).count(), COUNTED_FOR)


@dataclass(frozen=True, slots=True)
class Callee:
    """A group to call: the word for it in the viewer's language, and how many hear it, or why nobody would."""

    word: str
    verdict: Verdict
    count: int


def groups_for(viewer: Member, text: str, row: Board | Thread) -> list[Callee]:
    """The groups that a text which begins so may call where the row stands; without a text, all that may be called.

    Who may not call one learns why when they have typed its word. A statement for each group, now and then.
    """
    board = row if isinstance(row, Board) else row.board
    found = []
    for group in groups_on(board):
        words = [word for word in WORDS[group] if word.startswith(text.casefold())]
        verdict = may_call(viewer, row, group)
        if verdict and words:
            word = words[0] if len(words) == 1 else word_for(group)
            found.append(Callee(word, verdict, count_hearers(board, group)))
        elif text.casefold() in WORDS[group]:
            found.append(Callee(text, verdict, 0))
    return found


def _in_group(board: Board, group: str) -> Q:
    if group == Group.OWNERS:
        return Q(is_verified_owner=True)
    if group == Group.KEY_MEMBERS:
        return Q(is_key_member=True)
    if group == Group.CIRCLE:
        return Q(_enrolled(board, BoardMember.Kind.CLUB_MEMBER))
    own = BoardMember.objects.filter(board=board, kind=BoardMember.Kind.MODERATOR)
    # A board without moderators of its own is in the hands of the site's.
    house = Q(role__in=(Role.MODERATOR, Role.ADMIN)) & ~Q(Exists(own))
    return Q(_enrolled(board, BoardMember.Kind.MODERATOR)) | house


def _reads(board: Board) -> Q:
    """SQL form of `readers.may_read` for everybody at once."""
    if may_read(board, EVERYBODY):
        return Q()
    roles = set(board.rights.get(Verb.READ, ()))
    may = Q(role=Role.ADMIN)
    if BoardRole.MODERATOR in roles:
        may |= Q(role=Role.MODERATOR)
    if BoardRole.OWNER in roles:
        may |= Q(is_verified_owner=True)
    if BoardRole.KEY_MEMBER in roles:
        may |= Q(is_key_member=True)
    for kind in BoardMember.Kind:
        if BoardMember.ROLE_OF_KIND[kind] in roles:
            may |= Q(_enrolled(board, kind))
    return may


def _enrolled(board: Board, kind: str) -> Exists:
    return Exists(BoardMember.objects.filter(board=board, member=OuterRef("pk"), kind=kind))
