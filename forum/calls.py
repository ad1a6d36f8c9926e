"""Groups that a post calls by a word: `@moderators`, `@车主`. Who may call which, and what the words are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from community.core.access import YES, Verdict, no
from community.core.languages import in_language
from community.members.access import current_standing, may_speak
from community.members.mentions import MemberLinks
from community.members.models import Member, Role, Standing
from forum import access
from forum.models import Board, BoardRole, Thread, Verb


class Group(TextChoices):
    """Whom one word calls. Those who moderate come first: of several that apply, a person is told the first."""

    MODERATORS = "moderators", _("Moderators of this board")
    CIRCLE = "circle", _("Members of this board's circle")
    KEY_MEMBERS = "key_members", _("Key members")
    OWNERS = "owners", _("Verified owners")


# English and Chinese; either calls the group, whatever language a reader has. Nobody else may be named so.
WORDS: Mapping[str, tuple[str, str]] = {
    Group.MODERATORS: ("moderators", "版主"),
    Group.CIRCLE: ("circle", "圈内成员"),
    Group.KEY_MEMBERS: ("key-members", "核心成员"),
    Group.OWNERS: ("owners", "车主"),
}
_GROUP_OF = {word: group for group, words in WORDS.items() for word in words}
_CALLED = re.compile(r'<span class="mention">@([^<]+)</span>')  # written by our own renderer only


def group_of(word: str) -> str:
    """The group that this word calls; empty for any other word."""
    return _GROUP_OF.get(word.casefold(), "")


def word_for(group: str) -> str:
    """The word that calls a group, in the viewer's language."""
    return in_language(*WORDS[group])


def words_called(html: str) -> frozenset[str]:
    """The words by which a rendered text calls groups, as they were typed. No statement."""
    return frozenset(unescape(word) for word in _CALLED.findall(html))


def groups_called(html: str) -> frozenset[str]:
    """The groups that a rendered text calls, quoted words included. No statement."""
    return frozenset(group for word in words_called(html) if (group := group_of(word)))


def groups_on(board: Board) -> list[str]:
    """The groups there are on a board: a circle only where one has rights of its own."""
    has_circle = any(BoardRole.CLUB_MEMBER in roles for roles in board.rights.values())
    return [group for group in WORDS if group != Group.CIRCLE or has_circle]


def may_call(viewer: Member, row: Board | Thread, group: str) -> Verdict:
    """Whether the viewer may call a group on the row's board (rows from `with_viewer`). Costs no statement.

    Whoever may write may call those who moderate. What is heard by many is for those who answer for the board, and
    key members may call each other.
    """
    verdict = may_speak(viewer)
    if not verdict:
        return verdict
    if current_standing(viewer) == Standing.WARNED:
        return no(_("You were warned, so for now you call people one by one."), "warned")
    if group == Group.MODERATORS or access.has_right(viewer, row, Verb.MODERATE):
        return YES
    if viewer.role in (Role.EDITOR, Role.MODERATOR):
        return YES
    if group == Group.KEY_MEMBERS and viewer.is_key_member:
        return YES
    return _REFUSED[group]


_REFUSED: Mapping[str, Verdict] = {
    Group.CIRCLE: no(_("Only moderators and editors call everybody of this board's circle."), "not_for_many"),
    Group.KEY_MEMBERS: no(
        _("Only moderators, editors and key members call all key members."), "not_for_many"
    ),
    Group.OWNERS: no(_("Only moderators and editors call all owners."), "not_for_many"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody writes: the board or thread, and the groups that stand in the words already."""

    row: Board | Thread
    kept: frozenset[str] = frozenset()


@dataclass(slots=True)
class Calls:
    """Resolves `@name` and `@group` while one text is rendered, and remembers whom it named.

    The place is asked for only when a text has a word for a group: one statement with names, and what the place costs.
    """

    viewer: Member
    place: Callable[[], Place | None]
    people: MemberLinks = field(default_factory=MemberLinks)
    found: dict[str, tuple[Board, str]] = field(default_factory=dict)  # word as typed → where, which group
    refused: dict[str, Verdict] = field(default_factory=dict)  # word as typed → why it calls nobody

    def resolve(self, candidates: Iterable[str]) -> Mapping[str, str]:
        """Candidate → profile address of a member; empty for a group."""
        wanted = list(candidates)
        known = dict(self.people.resolve(wanted))
        typed = {word: group for word in wanted if (group := group_of(word))}
        place = self.place() if typed else None
        if place is None:
            return known
        row = place.row
        board = row if isinstance(row, Board) else row.board
        there = groups_on(board)
        for word, group in typed.items():
            if group not in there:
                continue
            verdict = YES if group in place.kept else may_call(self.viewer, row, group)
            if verdict:
                self.found[word] = board, group
                self.people.ids.pop(word, None)
            elif word not in known:
                self.refused[word] = verdict
        return known | dict.fromkeys(self.found, "")
