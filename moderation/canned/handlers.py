"""What becomes of answers once they are sent, and what keeps one from being sent half filled in."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from community.core.facts import reacts
from community.members.models import Member
from forum.facts import PostEdited, ReplyPosted
from forum.finishing import before_reply
from moderation.canned import access, actions, queries
from moderation.canned.policy import blanks_in
from moderation.canned.wording import listed
from moderation.promises.counting import before_it_counts


@before_it_counts
def template_sent(post_id: int) -> None:
    """Where a promise runs it is known at once what is a template alone: its clock goes on as if nobody had written.

    One statement where the reply is not the team's.
    """
    actions.note_use(post_id=post_id)


@reacts(ReplyPosted, name="canned.note_use", many=True)
def heard_replies(facts: Sequence[ReplyPosted]) -> None:
    """All other replies, but for those at the desk, which notes them itself. One statement where none is the team's."""
    for post_id in queries.written_by_the_team([fact.post_id for fact in facts]):
        actions.note_use(post_id=post_id)


@reacts(PostEdited, name="canned.note_rewriting", many=True)
def heard_edits(facts: Sequence[PostEdited]) -> None:
    """A template alone may become somebody's own words. One statement where none was one."""
    for post_id in queries.sent_bare([fact.post_id for fact in facts]):
        actions.note_rewriting(post_id=post_id)


@before_reply
def blanks_left(author: Member, body: str) -> str:
    """Of whoever has answers kept ready, wherever they reply: a blank that is still open. Members may write braces."""
    left = blanks_in(body) if access.may_keep(author) else []
    return _("Fill this in before you send it: %(blanks)s.") % {"blanks": listed(left)} if left else ""
