"""Cards: a result that its owner shows around, and takes back."""

from __future__ import annotations

from django.utils.translation import get_language

from community.core import chance
from community.core.access import absent
from community.core.once import put_once
from community.core.retrying import action
from polls.quizzes import access
from polls.quizzes.models import Attempt, Card
from polls.voters import Voter


@action
def make_card(*, voter: Voter, attempt_id: int, shows_name: bool = False) -> Card:
    """The card of one's own finished attempt; again it is the same card, with the name as now wished. 404 otherwise."""
    attempt = _own(voter, attempt_id)
    card = Card(
        attempt=attempt,
        token=chance.token(18),
        shows_name=shows_name and voter.member is not None,
        lang=get_language() or "en",
    )
    if put_once(card):
        return card
    there = Card.objects.select_for_update().get(attempt=attempt)
    if there.shows_name != card.shows_name:
        there.shows_name = card.shows_name
        there.save(update_fields=["shows_name"])
    return there


@action
def take_card_back(*, voter: Voter, attempt_id: int) -> None:
    """Nobody finds the card any more. Without one it does nothing."""
    Card.objects.filter(attempt=_own(voter, attempt_id)).delete()


def _own(voter: Voter, attempt_id: int) -> Attempt:
    rows = Attempt.objects.filter(access.of_voter(voter), pk=attempt_id).exclude(finished_at=None)
    attempt = rows.first()
    if attempt is None:
        raise absent()
    return attempt
