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
from polls.models.draws import Draw, Entry
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
from polls.models.said import BrandAnswer, Outcome

__all__ = [
    "Ballot",
    "BallotChoice",
    "BallotState",
    "BrandAnswer",
    "Changes",
    "Choice",
    "Correction",
    "Draw",
    "Entry",
    "Group",
    "GuestPledge",
    "Kind",
    "Method",
    "Outcome",
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
