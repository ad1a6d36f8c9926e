"""What the calendar does by the clock, and when threads are merged."""

from __future__ import annotations

from django.urls import reverse

from activity.notices import tasks as notices
from community.core.facts import reacts, records
from community.core.tasks import cron
from forum.facts import ThreadsMerged
from moderation.topics import actions
from moderation.topics.facts import TopicChanged
from moderation.topics.models import Topic
from moderation.topics.policy import Owed
from moderation.topics.queries import Shown, owing


def remind_owners() -> None:
    """Tell each owner when the theme opens and when its summary is due, and once more when it is late."""
    for one in owing():
        _remind(one, "")
        if one.is_late:
            _remind(one, ":late")


def _remind(one: Shown, again: str) -> None:
    topic = one.topic
    due = topic.opens_on if one.owed is Owed.THREAD else topic.closes_on
    if one.owner is None:
        return  # they left the team; the calendar says that nobody looks after it
    notices.at_once(
        notices.tell_of_duty,
        member_id=one.owner.pk,
        actor_id=None,
        thread_id=None,
        what=one.owed.value,
        key=f"topic:{topic.pk}:{one.owed}:{due}:{topic.owner_id}{again}",
        to=reverse("topics:topic", args=[topic.pk]),
        title=topic.theme,
        about=topic.pk,
    )


@cron("11 * * * *", name="topics.remind")
def remind() -> None:
    """Every hour; nobody is told twice of the same."""
    remind_owners()


@records(TopicChanged)
def nothing_owed(fact: TopicChanged) -> None:
    """Whoever did what was due, or was relieved of it, has no notice of it any more."""
    still = {one.owed for one in owing([fact.board_id]) if one.topic.pk == fact.topic_id}
    owner_id = Topic.objects.values_list("owner_id", flat=True).get(pk=fact.topic_id)
    for owed in (Owed.THREAD, Owed.SUMMARY):
        but = owner_id if owed in still else None
        notices.withdraw_duty_of.enqueue(what=owed.value, about=fact.topic_id, but=but)


@reacts(ThreadsMerged, name="topics.merged")
def merged(fact: ThreadsMerged) -> None:
    """A theme follows its thread."""
    actions.move_with_thread(source_id=fact.source_id, target_id=fact.target_id)
