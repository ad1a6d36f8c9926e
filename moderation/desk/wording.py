"""Reasons, acts and lines of the log in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from community.members.models import Member
from forum.models import Lane, Thread
from moderation.desk.models import DeskLog, DeskThread, ModelTrial, Place
from moderation.desk.policy import Act, View
from moderation.desk.scoring import SHOWN, Reason, Why

# What gives points, and where it differs what the same says when it takes some.
_REASONS: dict[Why, tuple[Promise, Promise | None]] = {
    Why.UNANSWERED: (gettext_lazy("Nobody but its author has written"), None),
    Why.QUESTION: (gettext_lazy("An open question"), None),
    Why.NEWCOMER: (gettext_lazy("Its author’s first post here"), None),
    Why.FOLLOW_UP: (gettext_lazy("Its author asked again"), None),
    Why.PROMISE: (gettext_lazy("The promise of an answer ends soon"), None),
    Why.BROKEN: (gettext_lazy("The promise of an answer is broken"), None),
    Why.DAY: (gettext_lazy("Its first day is nearly over"), None),
    Why.KEY_MEMBER: (gettext_lazy("By a key member"), None),
    Why.SLOW_HOURS: (gettext_lazy("Few people are about now"), gettext_lazy("Many people are about now")),
    Why.QUIET_BOARD: (gettext_lazy("A quiet board"), gettext_lazy("A lively board")),
    Why.POLL_CLOSED: (gettext_lazy("Its poll has just closed"), None),
    Why.VIEWERS: (gettext_lazy("Members are reading it now"), None),
    Why.WATCHERS: (gettext_lazy("Members wait for its next word"), None),
    Why.TALKED_OF: (gettext_lazy("Members talk here by themselves"), None),
}
# What was learnt may give points or take some: these say what was looked at, whichever way it counts here.
_LEARNT: dict[Why, Promise] = {
    Why.AGE: gettext_lazy("How old it is"),
    Why.TALKED_OF: gettext_lazy("How much others wrote here"),
    Why.SLOW_HOURS: gettext_lazy("How many people are about now"),
    Why.QUIET_BOARD: gettext_lazy("How lively its board is"),
}
_TIME = (Why.AGE, Why.QUIET)
_DAYS = 72  # hours from which an age is told in days
_ACTS: dict[Act, tuple[str, Promise]] = {
    Act.REPLY: ("r", gettext_lazy("Reply")),
    Act.FOLLOW_UP: ("q", gettext_lazy("Ask a follow-up")),
    Act.LINK: ("l", gettext_lazy("Link the known answer")),
    Act.POLL: ("p", gettext_lazy("Attach a poll")),
    Act.RAISE: ("b", gettext_lazy("Raise it")),
    Act.NOTHING: ("n", gettext_lazy("Needs nothing")),
}
_VIEWS: dict[View, Promise] = {
    View.DUE: gettext_lazy("Due"),
    View.FREE: pgettext_lazy("desk", "Free"),
    View.MINE: pgettext_lazy("desk", "Mine"),
    View.TEAM: gettext_lazy("The team’s"),
    View.KEY: gettext_lazy("Key members waiting"),
    View.OLDER: gettext_lazy("Older"),
    View.SNOOZED: gettext_lazy("Set aside"),
    View.SETTLED: gettext_lazy("Needs nothing"),
}
_LINES: dict[str, Promise] = {
    DeskLog.Verb.ANSWERED: gettext_lazy("%(name)s answered"),
    DeskLog.Verb.ASSIGNED: gettext_lazy("%(name)s handed this to %(to)s"),
    DeskLog.Verb.TOOK: gettext_lazy("%(name)s took this in hand"),
    DeskLog.Verb.RELEASED: gettext_lazy("%(name)s gave this back"),
    DeskLog.Verb.SNOOZED: gettext_lazy("%(name)s set this aside"),
    DeskLog.Verb.WOKE: gettext_lazy("%(name)s took this up again"),
    DeskLog.Verb.SETTLED: gettext_lazy("%(name)s found that this needs nothing"),
    DeskLog.Verb.LINKED: gettext_lazy("%(name)s linked the known answer"),
    DeskLog.Verb.FEATURED: gettext_lazy("%(name)s featured this"),
    DeskLog.Verb.CALLED: gettext_lazy("%(name)s asked %(to)s to help"),
    DeskLog.Verb.LANED: gettext_lazy("%(name)s changed its lane to “%(lane)s”"),
    DeskLog.Verb.POLLED: gettext_lazy("%(name)s attached a poll"),
    DeskLog.Verb.RAISED: gettext_lazy("%(name)s raised this"),
    DeskLog.Verb.UNDID: gettext_lazy("%(name)s took the last step back"),
}


def reason_in_words(
    reason: Reason, hours_quiet: int = 0, hours_old: int = 0, *, is_replied: bool = False
) -> str:
    """One reason as a short sentence without its end. `is_replied`: somebody else wrote, answer or not."""
    if reason.why is Why.UNANSWERED and is_replied:
        return _("No reply that counts as an answer yet")
    if reason.why is Why.QUIET:
        if hours_quiet < 1:
            return _("Quiet for less than an hour")
        told = ngettext("Quiet for %(count)s hour", "Quiet for %(count)s hours", hours_quiet)
        return told % {"count": hours_quiet}
    if reason.learnt and reason.why in _LEARNT:
        return str(_LEARNT[reason.why])
    if reason.why is Why.AGE:
        return _old(hours_old)
    gives, takes = _REASONS[reason.why]
    return str(takes if takes is not None and reason.points < 0 else gives)


def _old(hours: int) -> str:
    if hours < 1:
        return _("Opened less than an hour ago")
    if hours < _DAYS:
        return ngettext("Opened %(count)s hour ago", "Opened %(count)s hours ago", hours) % {"count": hours}
    return _("Opened %(count)s days ago: threads this old seldom get a word by themselves") % {
        "count": hours // 24
    }


def row_in_words(
    reasons: Sequence[Reason], hours_quiet: int, hours_old: int, *, is_replied: bool = False
) -> list[str]:
    """The largest reasons of a row, those first that tell it from other rows.

    Every thread grows older and quieter: where both are among the largest they stand last, for one.
    """
    largest = list(reasons[:SHOWN])
    if {reason.why for reason in largest} >= set(_TIME):
        largest = list(reasons[: SHOWN + 1])
    telling = [reason for reason in largest if reason.why not in _TIME]
    time = [reason for reason in largest if reason.why in _TIME]
    if len(time) == len(_TIME) and hours_quiet == hours_old and not any(one.learnt for one in time):
        time = [reason for reason in time if reason.why is Why.AGE]
    told = (*telling, *time)
    return [reason_in_words(reason, hours_quiet, hours_old, is_replied=is_replied) for reason in told]


def sentences(parts: list[str]) -> str:
    """Short sentences in a row, as this language sets them."""
    return "".join(_("%(sentence)s. ") % {"sentence": part} for part in parts).strip()


def act_in_words(act: Act) -> str:
    return str(_ACTS[act][1])


def key_of(act: Act) -> str:
    """The key that does it."""
    return _ACTS[act][0]


def view_in_words(view: View) -> str:
    return str(_VIEWS[view])


def line_in_words(line: DeskLog) -> str:
    """Who did what, as a sentence without its end."""
    who = line.actor.name if line.actor else _("Somebody who left")
    lane = line.data.get("lane", "")
    told = {
        "name": who,
        "to": line.data.get("name", ""),
        "lane": Lane(lane).label if lane in Lane.values else "",
    }
    if line.data.get("lost"):
        return _("%(to)s cannot work this any more, so it is free") % told
    if line.data.get("left_out"):
        return _("%(name)s put this down for raising, and chance left it out, for comparison") % told
    if line.is_tie:
        return _("%(name)s tied this to a thread that asks the same") % told
    return str(_LINES[line.verb]) % told


def linked_in_words(target: Thread, host: Thread | None) -> str:
    """What a link came to. `host`: where the answer stands that readers find now; None where there is none."""
    if host is None and target.accepted_post_id:
        return _("Tied as the same question. An answer was accepted there, but it is no known answer.")
    if host is None:
        return _("Tied as the same question. That thread has no known answer yet.")
    if host.pk != target.pk:
        told = _("Linked to the answer in “%(title)s”, where that thread leads. Readers find it from here.")
        return told % {"title": host.title}
    return _("Linked. Readers find the answer from here.")


def undone_in_words(line: DeskLog | None) -> str:
    """That a step was taken back, and what did not come back with it."""
    lost = line.data.get("lost_raise") if line else None
    if lost:
        return _("Taken back. It stood raised before, and does not again. %(reason)s") % {"reason": lost}
    return _("Taken back.")


def answered_in_words(row: DeskThread | None, viewer: Member) -> str:
    """What becomes of a thread that the viewer has just answered."""
    if row is None:
        return _("Answered. The thread is not open any more.")
    if row.place == Place.SNOOZED:
        return _("Answered. It comes back when somebody writes, or tomorrow.")
    if row.place == Place.SETTLED:
        return _("Answered. It comes back when a member writes.")
    if row.assignee is not None and row.assignee_id != viewer.pk:
        return _("Answered. It stays in the hands of %(name)s.") % {"name": row.assignee.name}
    return _("Answered. It stays due.")


def in_hand(row: DeskThread) -> str:
    """Who is at it, for a row of the queue; "" while nobody is."""
    if row.is_being_answered and row.writer is not None:
        return _("%(name)s is answering") % {"name": row.writer.name}
    if row.assignee is not None:
        return _("In the hands of %(name)s") % {"name": row.assignee.name}
    return ""


def trial_in_words(trial: ModelTrial | None) -> str:
    """Whether the learnt ranking is on, with the figures that say why."""
    if trial is None or not trial.figures:
        return _("Threads are ranked by the rules. This site’s history is too short to learn from.")
    told = {name: [f"{figure:.2f}" for figure in figures] for name, figures in trial.figures.items()}
    signed = [f"{figure:+.2f}".replace("-", "−") for figure in trial.figures["over_rules"]]
    facts = {
        "rows": trial.rows,
        "learnt": told["learnt"][0],
        "rules": told["rules"][0],
        "over": signed[0],
        "low": signed[1],
        "high": signed[2],
    }
    if trial.is_on:
        return (
            _(
                "Threads are ranked by what this site’s history taught. On the last weeks (%(rows)d cases) it told what "
                "goes cold with %(learnt)s, the rules with %(rules)s: %(over)s, with 95 %% between %(low)s and %(high)s."
            )
            % facts
        )
    return (
        _(
            "Threads are ranked by the rules. What this site’s history taught is off: on the last weeks (%(rows)d "
            "cases) it told what goes cold with %(learnt)s, the rules with %(rules)s: %(over)s, with 95 %% between "
            "%(low)s and %(high)s. It speaks only when it is better than they and than age alone beyond chance."
        )
        % facts
    )
