"""Saying why: the step from a tap to words of one's own. The words become a draft; nothing is published by itself."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core.access import Invalid, Refused, no, require
from community.core.once import put_once
from community.core.retrying import action
from community.core.text import literal
from community.core.whole import whole
from forum.actions import save_draft
from forum.actions.carried import carried, drafts_with, put_line
from forum.actions.drafts import Written
from forum.rendering import render_body
from polls import access
from polls.lines import line
from polls.models import Ballot, BallotState, Poll, Reason
from polls.voters import Voter

LONGEST = 140
MARK = "poll-"  # of the lines in drafts that tell a vote, before the poll's number


@action
def give_reason(*, voter: Voter, poll_id: int, text: str) -> tuple[Poll, dict[str, str]]:
    """Note that somebody began to say why, and give the words of a reply that carries their vote.

    A member's words are kept as their draft in the poll's thread; a guest's wait where the caller puts them.
    Raises Invalid for no words or too many, Refused where there is no vote or no thread. Repeatable.
    """
    poll, _choices = access.paper(voter, poll_id=poll_id)
    words = line(text, LONGEST, "why", required=True)
    ballot = _ballot(voter, poll)
    if ballot is None or poll.thread_id is None:
        raise Refused(no(_("First vote, then say why."), "not_voted"))
    require(access.may_say_why(voter.viewer, poll.thread_id))
    put_once(Reason(poll=poll, member=voter.member, guest_key="" if voter.member else voter.guest_key))
    vote = _line(poll, ballot)
    reply = {"body": f"{vote}\n\n{words}"} | carried(_mark(poll.pk), vote)
    if voter.member is not None:
        save_draft(
            member=voter.member,
            written=Written(f"thread-{poll.thread_id}"),
            words=reply,
            settle="mine",
        )
    return poll, reply


def tell_vote_anew(*, member_id: int, poll_id: int | None = None) -> None:
    """Have the replies that the member did not publish yet name the ballot that is counted now, in this poll or in all.
    One statement where there is no such reply. Runs inside the transaction that changed what is counted."""
    for draft, mark in drafts_with(member_id=member_id, marks=f"{_mark(poll_id)} " if poll_id else MARK):
        poll = Poll.objects.filter(pk=whole(mark.removeprefix(MARK), 18, otherwise=0)).first()
        if poll is not None:
            ballot = _ballot(Voter(draft.member), poll)
            put_line(draft, _line(poll, ballot) if ballot is not None else "")


def _mark(poll_id: int) -> str:
    return f"{MARK}{poll_id}"


def _line(poll: Poll, ballot: Ballot) -> str:
    """What somebody chose, as a quotation in their reply."""
    names = [
        _harmless(row.words or row.choice.text)
        for row in ballot.choices.select_related("choice").order_by("rank", "choice__place")
    ]
    vote = _("My vote in “%(question)s”: %(choices)s") % {
        "question": _harmless(poll.question),
        "choices": _(", ").join(names) if not poll.is_ranked else " › ".join(names),
    }
    return f"> {vote}"


def _harmless(text: str) -> str:
    """Somebody else's words in a reply under the voter's name: they link, call and format nothing. As they were typed
    where they do nothing anyhow, for the voter reads them in the box."""
    plain = literal(text)
    try:
        does_nothing = "@" not in text and render_body(text).html == render_body(plain).html
    except Invalid:  # too deep, or nothing but signs
        does_nothing = False
    return text if does_nothing else plain


def _ballot(voter: Voter, poll: Poll) -> Ballot | None:
    rows = Ballot.objects.filter(poll=poll, state=BallotState.COUNTED)
    if voter.member is not None:
        return rows.filter(member=voter.member).first()
    return rows.filter(guest_key=voter.guest_key, member=None).first() if voter.guest_key else None
