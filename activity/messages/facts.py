"""What happens in private conversations. Ids only: words stay where their readers have the right to read them."""

from dataclasses import dataclass
from datetime import datetime

from community.core.facts import Fact


@dataclass(frozen=True)
class MessageSent(Fact):
    message_id: int
    conversation_id: int
    number: int
    author_id: int
    recipient_ids: tuple[int, ...]  # who is to be told: in it, not muting it, not keeping the author away
    sequence: int = 0


@dataclass(frozen=True)
class MessageRemoved(Fact):
    message_id: int
    conversation_id: int
    actor_id: int
    sequence: int = 0


@dataclass(frozen=True)
class ConversationRead(Fact):
    conversation_id: int
    member_id: int
    number: int


@dataclass(frozen=True)
class ConversationJoined(Fact):
    conversation_id: int
    member_id: int
    by_id: int


@dataclass(frozen=True)
class ConversationLeft(Fact):
    conversation_id: int
    member_id: int
    at: datetime


@dataclass(frozen=True)
class MessagesReported(Fact):
    report_id: int
    conversation_id: int
    reporter_id: int


@dataclass(frozen=True)
class MessageReportSettled(Fact):
    report_id: int
    reporter_id: int | None
    actor_id: int
    state: str
