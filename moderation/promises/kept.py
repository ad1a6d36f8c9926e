"""What pages for guests show of promises: a board's own page says what it promises and how that was kept."""

from __future__ import annotations

from django.db import transaction

from community.core import near
from community.core.facts import records
from community.core.pagecache import changed
from forum.kept import board_topic
from moderation.promises import facts
from moderation.promises.queries.boards import KEY


@records(facts.PromiseChanged)
def promise_changed(fact: facts.PromiseChanged) -> None:
    changed(board_topic(fact.board_id))
    transaction.on_commit(lambda: near.forget(KEY))
