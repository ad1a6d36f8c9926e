"""Tables of the polls' room."""

from polls.models.ballots import (
    Ballot,
    BallotChoice,
    BallotState,
    Group,
    GuestPledge,
    Participation,
    Reason,
    SealedBox,
    Tally,
)
from polls.models.polls import (
    Changes,
    Choice,
    Correction,
    Kind,
    Method,
    Poll,
    PollQuerySet,
    PollState,
    Results,
    Secrecy,
)

__all__ = [
    "Ballot",
    "BallotChoice",
    "BallotState",
    "Changes",
    "Choice",
    "Correction",
    "Group",
    "GuestPledge",
    "Kind",
    "Method",
    "Participation",
    "Poll",
    "PollQuerySet",
    "PollState",
    "Reason",
    "Results",
    "SealedBox",
    "Secrecy",
    "Tally",
]
