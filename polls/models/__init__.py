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
from polls.models.recounts import Recount
from polls.models.said import BrandAnswer, Outcome
from polls.models.splits import Split
from polls.models.trials import Arm, Enrolment, Trial

__all__ = [
    "Arm",
    "Ballot",
    "BallotChoice",
    "BallotState",
    "BrandAnswer",
    "Changes",
    "Choice",
    "Correction",
    "Draw",
    "Enrolment",
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
    "Recount",
    "Results",
    "SealedBox",
    "Secrecy",
    "Split",
    "Tally",
    "Trial",
]
