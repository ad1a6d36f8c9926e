"""The only writers of the calendar: one public function per verb."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.core import clock
from community.core.access import Invalid, Refused, no
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from community.members.presses import made_just_now
from forum import access as forum
from forum.actions import clean_reason, label_thread
from forum.models import Board, Post, PostState
from forum.queries.team import staff_of, team_of
from moderation.topics import access, policy
from moderation.topics.facts import TopicChanged
from moderation.topics.models import Topic, TopicState
from moderation.topics.queries import site_day

MOST_THEME, MOST_ABOUT = 100, 500
_PLAN = ("board", "theme", "about", "owner", "opens_on", "closes_on", "state")
_SUMMED_UP = gettext_lazy("This theme is summed up. Take the summary off first.")
OPEN = (TopicState.IDEA, TopicState.SCHEDULED)


@action
def plan_topic(
    *,
    actor: Member,
    board_id: int,
    theme: str,
    about: str = "",
    owner_id: int | None = None,
    opens_on: date | None = None,
    closes_on: date | None = None,
    is_scheduled: bool = False,
) -> Topic:
    """Put a theme on the calendar: an idea, or scheduled, which needs an owner and both days. Invalid without."""
    board = access.board_for_topics(actor, board_id=board_id)
    topic = Topic(board=board, made_by=actor, made_at=clock.now())
    days = {"opens_on": opens_on, "closes_on": closes_on}
    _lay_out(topic, theme=theme, about=about, owner_id=owner_id, is_scheduled=is_scheduled, **days)
    plan = {name: getattr(topic, name) for name in _PLAN}
    same = Topic.objects.filter(made_by=actor, **plan)
    made = made_just_now(actor, same, moment="made_at", now=topic.made_at)
    if made is not None:
        return made
    topic.save(force_insert=True)
    return _told(topic, actor)


@action
def change_topic(
    *,
    actor: Member,
    topic_id: int,
    version: int,
    theme: str,
    about: str = "",
    owner_id: int | None = None,
    opens_on: date | None = None,
    closes_on: date | None = None,
    is_scheduled: bool = False,
) -> Topic:
    """Lay a theme out anew; a dropped one is taken up again. Refused for one that was summed up ("closed"), and for one
    that says something else than the actor saw ("changed")."""
    topic = access.topic_for_change(actor, topic_id=topic_id)
    if topic.state == TopicState.CLOSED:
        raise Refused(no(_SUMMED_UP, "closed"))
    if topic.version != version:
        said = _("Somebody changed this plan meanwhile. Your words are kept here; look at theirs first.")
        raise Refused(no(said, "changed"))
    days = {"opens_on": opens_on, "closes_on": closes_on}
    _lay_out(topic, theme=theme, about=about, owner_id=owner_id, is_scheduled=is_scheduled, **days)
    topic.version += 1
    topic.save()
    if topic.thread_id is not None:
        label_thread(actor=actor, thread_id=topic.thread_id, topic=topic.theme)
    return _told(topic, actor)


def _lay_out(
    topic: Topic,
    *,
    theme: str,
    about: str,
    owner_id: int | None,
    opens_on: date | None,
    closes_on: date | None,
    is_scheduled: bool,
) -> None:
    topic.theme = clean_reason(
        theme,
        field="theme",
        most=MOST_THEME,
        missing=_("Say what is talked about."),
        too_long=_("That is %(length)d characters long; at most %(most)d fit."),
    )
    topic.about = clean_reason(
        about,
        required=False,
        field="about",
        most=MOST_ABOUT,
        too_long=_("That is %(length)d characters long; at most %(most)d fit."),
    )
    topic.owner = _owner(topic.board, owner_id)
    topic.opens_on, topic.closes_on = opens_on, closes_on
    topic.state = TopicState.SCHEDULED if is_scheduled else TopicState.IDEA
    # First, so that no sum below leaves the calendar.
    far = policy.FARTHEST
    for name, day, most in (("opens_on", opens_on, far), ("closes_on", closes_on, far + policy.LONGEST)):
        if day and abs(day - site_day()) > most:
            raise Invalid(
                _("Choose a day within %(days)d days from now.") % {"days": policy.FARTHEST.days}, field=name
            )
    if opens_on and closes_on and not opens_on <= closes_on <= opens_on + policy.LONGEST:
        raise Invalid(
            _("It ends on or after its first day, and within %(days)d days.") % {"days": policy.LONGEST.days},
            field="closes_on",
        )
    if not is_scheduled:
        return
    if topic.owner is None:
        raise Invalid(_("Say who looks after it. Without an owner nothing is scheduled."), field="owner")
    for name in ("opens_on", "closes_on"):
        if getattr(topic, name) is None:
            raise Invalid(_("Say on which day. Without dates nothing is scheduled."), field=name)


def _owner(board: Board, owner_id: int | None) -> Member | None:
    if owner_id is None:
        return None
    owner = team_of(board).filter(pk=owner_id).first()
    if owner is None:
        raise Invalid(_("Choose somebody who moderates this board."), field="owner")
    return owner


@action
def give_thread(*, actor: Member, topic_id: int, thread_id: int) -> Topic:
    """Say which thread the theme is talked about in; it carries the label from now on. One thread, one theme."""
    topic = access.topic_for_change(actor, topic_id=topic_id)
    if topic.state != TopicState.SCHEDULED:
        raise Refused(no(_("Only a scheduled theme has a thread."), "not_scheduled"))
    thread = forum.thread_for_moderation(actor, thread_id=thread_id)
    if thread.board_id != topic.board_id or thread.state != "visible":
        raise Invalid(_("Choose a thread that everybody sees on the board of the theme."), field="target")
    if Topic.objects.filter(thread=thread).exclude(pk=topic.pk).exists():
        raise Invalid(_("Another theme is talked about there already."), field="target")
    if topic.thread_id == thread.pk:
        return topic
    if topic.thread_id is not None:
        label_thread(actor=actor, thread_id=topic.thread_id, topic="")
    topic.thread = thread
    topic.save(update_fields=["thread"])
    label_thread(actor=actor, thread_id=thread.pk, topic=topic.theme)
    return _told(topic, actor)


@action
def sum_up(*, actor: Member, topic_id: int, number: int) -> Topic:
    """Close a theme with the post of its thread that says what came of it. Staff wrote it, under their own name."""
    topic = access.topic_for_change(actor, topic_id=topic_id)
    if topic.state == TopicState.CLOSED:
        if topic.summary is not None and topic.summary.number == number:
            return topic  # pressed twice
        raise Refused(no(_SUMMED_UP, "closed"))
    if topic.state != TopicState.SCHEDULED or topic.thread_id is None:
        raise Refused(no(_("Only a theme that has its thread can be summed up."), "no_thread"))
    post = Post.objects.filter(
        thread=topic.thread_id, number=number, state=PostState.VISIBLE, author__in=staff_of(topic.board)
    ).first()
    if post is None or number < 2:
        raise Invalid(
            _("Give the number of a post that somebody of the team wrote in its thread."), field="number"
        )
    topic.summary, topic.state, topic.closed_at = post, TopicState.CLOSED, clock.now()
    topic.save(update_fields=["summary", "state", "closed_at"])
    return _told(topic, actor)


@action
def take_summary_off(*, actor: Member, topic_id: int) -> Topic:
    """The theme is not summed up after all. Refused ("dropped") for one that was taken off the calendar."""
    topic = access.topic_for_change(actor, topic_id=topic_id)
    if topic.state == TopicState.DROPPED:
        raise Refused(no(_("This theme was dropped. Save it again to take it up."), "dropped"))
    if topic.state != TopicState.CLOSED:
        return topic
    topic.summary, topic.closed_at = None, None
    topic.state = TopicState.SCHEDULED
    topic.save(update_fields=["summary", "state", "closed_at"])
    return _told(topic, actor)


@action
def drop_topic(*, actor: Member, topic_id: int) -> Topic:
    """Take a theme off the calendar; its thread loses the label. Saving it again takes it up. Refused ("closed") for
    one that was summed up."""
    topic = access.topic_for_change(actor, topic_id=topic_id)
    if topic.state == TopicState.CLOSED:
        raise Refused(no(_SUMMED_UP, "closed"))
    if topic.state not in OPEN:
        return topic
    if topic.thread_id is not None:
        label_thread(actor=actor, thread_id=topic.thread_id, topic="")
    topic.state, topic.thread = TopicState.DROPPED, None
    topic.version += 1
    topic.save(update_fields=["state", "thread", "version"])
    return _told(topic, actor)


@action
def move_with_thread(*, source_id: int, target_id: int) -> None:
    """The thread of a theme became part of another: that one stands for it, unless it has a theme of its own."""
    topic = Topic.objects.select_for_update(of=("self",)).filter(thread=source_id).first()
    if topic is None:
        return
    is_free = not Topic.objects.filter(thread=target_id).exists()
    topic.thread_id = target_id if is_free else None
    topic.save(update_fields=["thread"])
    label_thread(actor=None, thread_id=source_id, topic="")
    if is_free:
        label_thread(actor=None, thread_id=target_id, topic=topic.theme)
    _told(topic, None)


def _told(topic: Topic, actor: Member | None) -> Topic:
    publish(TopicChanged(topic.pk, topic.board_id, actor.pk if actor else None))
    return topic
