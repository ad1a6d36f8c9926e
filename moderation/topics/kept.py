"""What the public list of themes stands on."""

from __future__ import annotations

from community.core.facts import records
from community.core.pagecache import changed
from moderation.topics.facts import TopicChanged

TOPICS = "topics"


@records(TopicChanged)
def topic_changed(fact: TopicChanged) -> None:
    changed(TOPICS)
