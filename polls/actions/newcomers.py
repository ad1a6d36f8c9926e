"""Guests who bring no cookie yet: what one browser sends twice in a moment is one guest's."""

from __future__ import annotations

from community.core import chance, clock, idempotency
from community.core.retrying import action

MOMENT = 1  # seconds: a double press is over by then, and the next person of a network has hardly begun


@action
def seed_of_newcomer(*, mark: str) -> str:
    """What a newcomer's cookie is made of: for the same `mark` the same within one to two seconds, then another.

    Without a script two presses of one button are two requests that know nothing of each other. The database's unique
    key makes the second wait for the first, and then both are the same guest, whose ballots the database holds to one.
    """
    turn = int(clock.now().timestamp()) // MOMENT
    before, present = _claim(mark, turn - 1), _claim(mark, turn)
    found = present.result or before.result
    seed = str(found["seed"]) if found else chance.token(24)
    for claim in (before, present):
        if claim.result is None:
            claim.finish({"seed": seed})
    return seed


def _claim(mark: str, turn: int) -> idempotency.Claim:
    return idempotency.claim(key=str(turn), owner=f"newcomer:{mark}", verb="seed_of_newcomer", body={})
