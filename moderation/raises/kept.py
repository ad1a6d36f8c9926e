"""What pages for guests show of raises: the ledger of a board. Lists and threads are told by the forum's own fact."""

from __future__ import annotations

from community.core.facts import records
from community.core.pagecache import changed
from moderation.raises import facts


def ledger_topic(board_id: int) -> str:
    return f"raises:{board_id}"


@records(facts.LedgerChanged)
def ledger_changed(fact: facts.LedgerChanged) -> None:
    changed(ledger_topic(fact.board_id))
