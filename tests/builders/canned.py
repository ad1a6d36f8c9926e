"""Answers kept ready for tests, made through the actions."""

from __future__ import annotations

from itertools import count
from typing import Any

from community.members.models import Member
from moderation.canned import actions
from moderation.canned.models import CannedAnswer
from tests.builders.members import a_member

_serial = count(1)
WINTER = "Thank you, {asker}. In the cold a battery gives about two thirds of what it does in summer."


def an_answer(text_en: str = WINTER, *, by: Member | None = None, **told: Any) -> CannedAnswer:
    defaults = {"name": f"Answer {next(_serial)}", "text_en": text_en}
    return actions.make_answer(actor=by or a_member(role="moderator"), **(defaults | told))
