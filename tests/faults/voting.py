"""Guests who vote as the script of a page does: each from a network of their own, under a seed of their own."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from tests.faults.house import Answer, House, Visitor


def seed_of(guest: int, turn: int = 0) -> str:
    """What the script of this guest sends until an answer has brought the cookie."""
    return f"vote-{guest:08d}-{turn:08d}"


class Guest(Visitor):
    """Somebody without an account."""

    def __init__(self, house: House, guest: int, turn: int = 0, port: int = 0) -> None:
        super().__init__(house, port=port)
        self.seed = seed_of(guest, turn)
        self.network = "11." + ".".join(map(str, secrets.token_bytes(3)))  # as in a large town

    def vote(self, poll: int, *choices: int, key: str = "") -> Answer:
        fields = [("choice", str(choice)) for choice in choices]
        return self._send(poll, "vote", [*fields, ("seed", self.seed), ("key", key), ("style", "home")])

    def withdraw(self, poll: int) -> Answer:
        return self._send(poll, "withdraw", [("style", "home")])

    def _send(self, poll: int, verb: str, fields: list[tuple[str, str]]) -> Answer:
        headers = {"HX-Request": "true", "X-Forwarded-For": self.network}
        answer = self._ask("POST", f"/polls/{poll}/{verb}/", urlencode(fields), headers)
        name, _is, rest = answer.headers.get("Set-Cookie", "").partition("=")
        if name == "ballot":
            self.cookies[name] = rest.partition(";")[0]
        return answer
