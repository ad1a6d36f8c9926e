"""What moderators can do to a whole thread: each verb with its words, its form and its act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.members.models import Member
from forum import actions
from forum.forms import MergeForm, MoveForm, PinForm, ReasonForm, SlowForm, TakeAwayForm
from forum.models import Board, Thread
from forum.queries import lists

Act = Callable[..., Thread]


@dataclass(frozen=True, slots=True)
class ThreadVerb:
    """Its name on the button, what it brings, what is said when it is done, its form and its act.

    `told` gives the act its arguments out of a valid form, besides `actor` and `thread_id`.
    """

    label: str | Promise
    lead: str | Promise
    done: str | Promise
    act: Act
    form: type[forms.Form] = forms.Form
    told: Callable[[Any], dict[str, Any]] = lambda form: form.cleaned_data


VERBS: dict[str, ThreadVerb] = {
    "lock": ThreadVerb(
        _("Lock"), _("Nobody but moderators can reply."), _("Locked."), actions.lock_thread, ReasonForm
    ),
    "unlock": ThreadVerb(_("Unlock"), _("Members can reply again."), _("Unlocked."), actions.unlock_thread),
    "slow": ThreadVerb(
        _("Slow mode"),
        _("Members post once in so many minutes, until it ends. Staff are exempt, and labelled."),
        _("Slow mode is on."),
        actions.slow_thread,
        SlowForm,
        lambda form: {
            "minutes": form.cleaned_data["minutes"],
            "until": form.until(),
            "reason": form.cleaned_data["reason"],
        },
    ),
    "unslow": ThreadVerb(
        _("End slow mode"),
        _("Everybody posts as they like again."),
        _("Slow mode is over."),
        actions.end_slow,
    ),
    "pin": ThreadVerb(
        _("Pin"),
        _("It stands on top of its board until the date, with your reason on the row."),
        _("Pinned."),
        actions.pin_thread,
        PinForm,
        lambda form: {"until": form.moment(), "reason": form.cleaned_data["reason"]},
    ),
    "unpin": ThreadVerb(
        _("Unpin"), _("It takes its ordinary place again."), _("Unpinned."), actions.unpin_thread
    ),
    "move": ThreadVerb(
        _("Move"),
        _("Its address stays the same; its log says where it came from."),
        _("Moved."),
        actions.move_thread,
        MoveForm,
        lambda form: {"board_id": form.cleaned_data["board"].pk, "reason": form.cleaned_data["reason"]},
    ),
    "merge": ThreadVerb(
        _("Merge"),
        _("Its posts go to the end of another thread; its address leads there."),
        _("Merged."),
        lambda thread_id, **told: actions.merge_threads(source_id=thread_id, **told),
        MergeForm,
        lambda form: {"target_id": form.cleaned_data["target"], "reason": form.cleaned_data["reason"]},
    ),
    "hide": ThreadVerb(
        _("Hide"),
        _("Only its author and staff still see it. It can be restored."),
        _("Hidden."),
        actions.hide_thread,
        TakeAwayForm,
    ),
    "remove": ThreadVerb(
        _("Remove"),
        _("Only staff still see it. It can be restored."),
        _("Removed."),
        actions.remove_thread,
        TakeAwayForm,
    ),
    "restore": ThreadVerb(
        _("Restore"),
        _("Everyone who may read the board sees it again."),
        _("The thread is back."),
        actions.restore_thread,
    ),
}

# What may be sent for a thread out of sight; pressing twice what took it away changes nothing.
STILL = {"hidden": ("restore", "hide", "remove"), "removed": ("restore", "remove")}


def offered(thread: Thread) -> list[str]:
    """The verbs that make sense for a thread as it stands."""
    if thread.state != "visible":
        return ["restore"]
    return [
        "unlock" if thread.is_locked else "lock",
        *(["unslow"] if thread.is_slow else []),
        "slow",
        *(["unpin"] if thread.is_pinned else []),
        "pin",
        "move",
        "merge",
        "hide",
        "remove",
    ]


class Offer:
    """A verb for one thread, with its form: empty, or as it was sent."""

    def __init__(self, name: str, actor: Member, thread: Thread, data: Any = None) -> None:
        if name not in VERBS:
            raise Http404
        self.verb, self.actor, self.thread = VERBS[name], actor, thread
        extra: dict[str, Any] = {}
        if name == "move":
            boards = Board.objects.moderated_by(actor).exclude(pk=thread.board_id)
            extra["boards"] = lists.in_order(boards, actor)
        elif name == "merge":
            extra["require_target"] = lambda target_id: actions.require_merge_target(
                actor=actor, source_id=thread.pk, target_id=target_id
            )
        self.form = self.verb.form(data, prefix=name, **extra)

    def act(self) -> Thread:
        """Do it, with what the valid form says."""
        return self.verb.act(actor=self.actor, thread_id=self.thread.pk, **self.verb.told(self.form))
