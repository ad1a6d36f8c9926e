"""What pages for guests show of polls, and which facts change it.

A vote changes no kept page: what was counted is fetched by the page that shows it, and a copy's figures are a minute
old at most. Whatever changes words, rules or an end is hard.
"""

from __future__ import annotations

from django.db import transaction

from community.core.facts import records
from community.core.pagecache import changed
from forum.kept import thread_topic
from polls import facts
from polls.queries import lists, trials

POLLS = "polls"  # which polls there are: the list, and the first page
SAID = "said"  # what the brand owes and answered


def poll_topic(poll_id: int) -> str:
    return f"poll:{poll_id}"


@records(
    facts.PollOpened,
    facts.PollChanged,
    facts.PollClosed,
    facts.PollToldApart,
    facts.VotesRecounted,
    facts.PollReopened,
    facts.PollStateChanged,
    facts.DecisionAnswered,
    facts.AnswerDateMoved,
)
def poll_changed(
    fact: facts.PollOpened
    | facts.PollChanged
    | facts.PollClosed
    | facts.PollToldApart
    | facts.VotesRecounted
    | facts.PollReopened
    | facts.PollStateChanged
    | facts.DecisionAnswered
    | facts.AnswerDateMoved,
) -> None:
    transaction.on_commit(lists.boards_changed)
    places = [thread_topic(fact.thread_id)] if fact.thread_id else []
    changed(poll_topic(fact.poll_id), POLLS, SAID, *places)


@records(facts.SealedBallotsCounted)
def sealed_ballots_counted(fact: facts.SealedBallotsCounted) -> None:
    """By the clock, at most once a minute, and the last time nothing follows that would drop the copies."""
    changed(poll_topic(fact.poll_id))


@records(facts.DrawAnnounced)
def draw_announced(fact: facts.DrawAnnounced) -> None:
    if fact.source == "poll":
        changed(poll_topic(fact.source_id))


@records(facts.TrialStarted, facts.TrialEnded)
def trial_changed(fact: facts.TrialStarted | facts.TrialEnded) -> None:
    transaction.on_commit(trials.changed)
    changed(POLLS)
