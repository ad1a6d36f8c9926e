"""Why somebody is told, and by which way. Plain values: the pure modules and the rows share them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    """Reasons for a notification, the strongest first: of several that apply, a person is told the first."""

    MESSAGE = "message", _("Somebody writes to me")
    MENTION = "mention", _("Somebody mentions me")
    QUOTE = "quote", _("Somebody quotes me")
    REPLY = "reply", _("Somebody replies to me")
    CALLED = "called", _("Somebody calls a group I belong to")
    ASKED = "asked", _("The team asks me to help in a thread")
    DUTY = "duty", _("The desk needs me")
    HOUSE = "house", _("Moderators act on my posts or my account")
    ACCEPTED = "accepted", _("My answer is accepted")
    KNOWN = "known", _("An answer that I rely on changes")
    FOLLOWED = "followed", _("Somebody I follow opens a thread")
    WATCHED = "watched", _("New replies in a thread I watch")
    OPENED = "opened", _("New threads on a board I watch")
    FOLLOWER = "follower", _("Somebody begins to follow me")
    POLL = "poll", _("A poll in a thread or on a board I watch closes soon, and I have not voted")
    REACTION = "reaction", _("Reactions to my posts")


STRENGTH = {kind: place for place, kind in enumerate(Kind)}
# What speaks to somebody; for those who want to hear of a thread "only when I am mentioned".
ADDRESSED = frozenset({Kind.MENTION, Kind.QUOTE, Kind.CALLED})
# What somebody hears because they watch or follow, not because anybody speaks to them.
BY_THE_WAY = frozenset({Kind.FOLLOWED, Kind.WATCHED, Kind.OPENED})
# What work brings to somebody whose turn it is: the rota decides when, not their noise budget.
ON_DUTY = frozenset({Kind.DUTY})
# What a post says to one person: in their list and on their badge while it can still be taken back.
AT_ONCE = frozenset({Kind.MENTION, Kind.QUOTE, Kind.REPLY})
# What a new post may be to somebody: each is told of it by one of these.
OF_POST = AT_ONCE | {Kind.CALLED, Kind.FOLLOWED, Kind.WATCHED, Kind.OPENED}


# Letters of the house itself: nobody can want less of them, and no budget counts them. They stand in the log.
OF_HOUSE = {
    "account": pgettext_lazy("letter", "Your account"),
    "data": pgettext_lazy("letter", "Your data"),
    "votes": pgettext_lazy("letter", "Your votes"),
}


class Channel(TextChoices):
    """Ways to reach somebody who is not looking at the site."""

    MAIL = "mail", _("E-mail")
    PUSH = "push", _("Push")
    DIGEST = "digest", _("Digest")


class Rhythm(TextChoices):
    """How often letters may come."""

    AT_ONCE = "at_once", _("At once, and what had to wait once a day")
    DAILY = "daily", _("Once a day, everything in one letter")
    WEEKLY = "weekly", _("Once a week, everything in one letter")
    NEVER = "never", pgettext_lazy("letters", "Never")


@dataclass(frozen=True, slots=True)
class Ways:
    """By which ways a member is told of one kind."""

    in_app: bool = True
    mail: bool = False
    push: bool = False
    digest: bool = False

    @property
    def is_off(self) -> bool:
        return not (self.in_app or self.mail or self.push or self.digest)


OFF = Ways(in_app=False)
_PERSONAL = Ways(mail=True, push=True, digest=True)
# Letters are for what names a person; whatever else is wanted by mail, somebody asks for.
DEFAULTS: dict[str, Ways] = {kind.value: Ways() for kind in Kind} | {
    Kind.MESSAGE.value: _PERSONAL,
    Kind.MENTION.value: _PERSONAL,
    Kind.QUOTE.value: _PERSONAL,
    Kind.REPLY.value: _PERSONAL,
    Kind.CALLED.value: Ways(push=True, digest=True),
    Kind.ASKED.value: _PERSONAL,
    Kind.DUTY.value: Ways(mail=True, push=True),
    Kind.HOUSE.value: Ways(mail=True, digest=True),
    Kind.KNOWN.value: Ways(digest=True),
}
