"""What happened to people, in the past tense."""

from dataclasses import dataclass
from datetime import datetime

from community.core.facts import Fact


@dataclass(frozen=True)
class MemberRegistered(Fact):
    """An account was opened. Nobody hears of it before `MemberJoined`.

    `agreed`: what the page showed and they agreed to, in the words of the room that drew it there.
    """

    member_id: int
    agreed: tuple[str, ...] = ()


@dataclass(frozen=True)
class MemberJoined(Fact):
    """Someone proved their address and is one of us now. Once per member."""

    member_id: int


@dataclass(frozen=True)
class MemberRenamed(Fact):
    member_id: int
    before: str
    after: str
    by_id: int


@dataclass(frozen=True)
class ProfileChanged(Fact):
    member_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class AvatarChanged(Fact):
    member_id: int
    before: str
    after: str


@dataclass(frozen=True)
class MemberIgnored(Fact):
    member_id: int
    target_id: int
    blocks: bool


@dataclass(frozen=True)
class MemberUnignored(Fact):
    member_id: int
    target_id: int


@dataclass(frozen=True)
class MemberFollowed(Fact):
    """The target may be told where the member lets them see whom they follow."""

    member_id: int
    target_id: int


@dataclass(frozen=True)
class MemberUnfollowed(Fact):
    member_id: int
    target_id: int


@dataclass(frozen=True)
class RoleChanged(Fact):
    member_id: int
    before: str
    after: str
    by_id: int | None


@dataclass(frozen=True)
class KeyMembershipChanged(Fact):
    """The brand named somebody a key member, or their term is over."""

    member_id: int
    is_key_member: bool
    by_id: int | None  # None: the term came to its end


@dataclass(frozen=True)
class StandingChanged(Fact):
    """`until` None: until somebody changes it again."""

    member_id: int
    before: str
    after: str
    reason: str
    until: datetime | None
    by_id: int


@dataclass(frozen=True)
class SessionsEnded(Fact):
    """Some or all of the member's sessions are over: their open sockets must close and ask again."""

    member_id: int


@dataclass(frozen=True)
class SecondFactorEnrolled(Fact):
    member_id: int


@dataclass(frozen=True)
class ClaimProposed(Fact):
    claim_id: int
    imported_id: int
    claimant_id: int


@dataclass(frozen=True)
class ClaimDeclined(Fact):
    claim_id: int
    imported_id: int
    claimant_id: int
    reason: str
    by_id: int


@dataclass(frozen=True)
class ImportedMemberClaimed(Fact):
    """The imported row is now its person's account. What the claimant's old row holds may be moved over."""

    claim_id: int
    imported_id: int
    claimant_id: int
    by_id: int


@dataclass(frozen=True)
class MembersErased(Fact):
    """Accounts that never proved an address were deleted, with nothing of theirs on the site."""

    member_ids: tuple[int, ...]


@dataclass(frozen=True)
class AccountErased(Fact):
    """A member left for good: their row is a number without a name now, and nothing else of theirs is on the site."""

    member_id: int


@dataclass(frozen=True)
class LetterSent(Fact):
    """The house wrote to a member, outside what notices send. `sort`: a word of `letters.Sort`; `key`: one for each."""

    member_id: int
    sort: str
    subject: str
    key: str
    at: datetime
    is_sent: bool = True
