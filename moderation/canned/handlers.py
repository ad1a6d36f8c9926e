"""What becomes of answers once they are sent."""

from __future__ import annotations

from community.core.facts import reacts
from forum.facts import ReplyPosted
from moderation.canned import actions


@reacts(ReplyPosted, name="canned.note_use")
def heard_reply(fact: ReplyPosted) -> None:
    """A reply that was sent elsewhere than at the desk, which notes it at once."""
    actions.note_use(post_id=fact.post_id)
