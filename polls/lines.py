"""What somebody typed into the form of a poll, a quiz or a survey: lines of words, and the board it stands on."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.core.access import Invalid
from community.core.text import UNREADABLE, is_blank, normalise_title
from community.members.models import Member
from forum import access as forum
from forum.actions import clean_line
from forum.models import Board

CANNOT_BE_READ = gettext_lazy("Something in these words cannot be read. Please type them anew.")


def readable(text: str, name: str) -> str:
    """The text as it is. Invalid at `name` where something of it could not be read on its way here."""
    if UNREADABLE in text:
        raise Invalid(CANNOT_BE_READ, field=name)
    return text


def title(text: str, name: str) -> str:
    """A clean title. Invalid at `name` when it is unreadable, too long, or missing."""
    return normalise_title(readable(text, name), field=name)


def line(text: str, most: int, name: str, *, required: bool = False) -> str:
    """One clean line. Invalid at `name` when it is unreadable, too long, or missing."""
    clean = clean_line(readable(text, name))
    if len(clean) > most:
        raise Invalid(_("Use at most %(most)d characters.") % {"most": most}, field=name)
    if is_blank(clean):
        clean = ""  # of signs that show nothing
    if required and not clean:
        raise Invalid(_("Say something here."), field=name)
    return clean


def board(actor: Member, slug: str, name: str) -> Board | None:
    """The board of this address, none for an empty one. Invalid at `name` for one the actor may not read, or that is
    gone: what they typed beside it stays."""
    if not slug:
        return None
    try:
        return forum.board_for_reading(actor, slug=slug)
    except Http404:
        raise Invalid(_("This board is not there any more. Choose another one."), field=name) from None
