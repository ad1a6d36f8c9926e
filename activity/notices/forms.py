"""The page on which a member says how loud the site may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from activity.notices.budget import Rules, is_quiet_at
from activity.notices.kinds import ON_DUTY, Kind, Rhythm, Ways
from activity.notices.models import NoticeSettings

WAYS = ("in_app", "mail", "push", "digest")
_LIMITS = (1, 2, 3, 5, 10)
UNLIMITED = "all"


@dataclass(frozen=True, slots=True)
class Line:
    """One reason with its switches."""

    label: str
    fields: list[forms.BoundField]


class NoiseForm(forms.Form):
    rhythm = forms.ChoiceField(
        label=gettext_lazy("Letters"),
        choices=Rhythm.choices,
        widget=forms.RadioSelect(attrs={"class": "radios"}),
    )
    limit = forms.ChoiceField(
        label=gettext_lazy("A day may interrupt me"),
        help_text=gettext_lazy(
            "Push and letters that come at once, together. What does not fit waits in the digest."
        ),
    )
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_to = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    digest_hour = forms.TypedChoiceField(
        label=gettext_lazy("Digest at"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)]
    )

    chat_in_digest = forms.BooleanField(
        label=gettext_lazy("Chat in the digest too"),
        required=False,
        help_text=gettext_lazy(
            "New threads and replies in the lane for chat, where you watch them. They stand in your list either way."
        ),
    )

    def __init__(
        self,
        *args: Any,
        settings: NoticeSettings,
        ways: dict[str, Ways],
        is_staff: bool = False,
        **kwargs: Any,
    ) -> None:
        self.kinds = [kind for kind in Kind if is_staff or kind not in ON_DUTY]
        kwargs["initial"] = {
            "rhythm": settings.rhythm,
            "limit": UNLIMITED if settings.limit is None else str(settings.limit),
            "quiet_from": settings.quiet_from,
            "quiet_to": settings.quiet_to,
            "digest_hour": settings.digest_hour,
            "chat_in_digest": settings.chat_in_digest,
            **{f"{kind.value}-{way}": getattr(ways[kind], way) for kind in self.kinds for way in WAYS},
        }
        super().__init__(*args, **kwargs)
        times = [(str(n), ngettext("once", "%(count)s times", n) % {"count": n}) for n in _LIMITS]
        limit = self.fields["limit"]
        assert isinstance(limit, forms.ChoiceField)
        limit.choices = [("0", pgettext("interruptions", "never")), *times, (UNLIMITED, _("without limit"))]
        labels = {
            "in_app": _("On the site"),
            "mail": _("E-mail"),
            "push": _("Push"),
            "digest": _("Digest"),
        }
        for kind in self.kinds:
            for way in WAYS:
                field = forms.BooleanField(label=f"{kind.label}: {labels[way]}", required=False)
                if kind == Kind.HOUSE and way == "in_app":
                    field.disabled = True
                self.fields[f"{kind.value}-{way}"] = field

    def clean(self) -> dict[str, Any] | None:
        told = super().clean() or {}
        begin, end = told.get("quiet_from"), told.get("quiet_to")
        if (
            (begin is None) != (end is None)
            and "quiet_from" not in self.errors
            and "quiet_to" not in self.errors
        ):
            self.add_error(
                "quiet_to", _("Quiet hours have a beginning and an end. Leave both empty for none.")
            )
        return told

    def lines(self) -> list[Line]:
        """The switches by reason, the strongest first."""
        return [Line(str(kind.label), [self[f"{kind.value}-{way}"] for way in WAYS]) for kind in self.kinds]

    def noise(self) -> dict[str, Any]:
        """Arguments for `actions.set_noise`."""
        told = self.cleaned_data
        limit = None if told["limit"] == UNLIMITED else int(told["limit"])
        names = ("rhythm", "quiet_from", "quiet_to", "digest_hour", "chat_in_digest")
        return {"limit": limit, **{name: told[name] for name in names}}

    def ways(self) -> dict[str, Ways]:
        """Kind → what was chosen."""
        return {
            kind.value: Ways(**{way: bool(self.cleaned_data[f"{kind}-{way}"]) for way in WAYS})
            for kind in self.kinds
        }


def moved_digest(settings: NoticeSettings) -> time | None:
    """When the digest is really sent, if its hour lies in the quiet hours."""
    rules = Rules(settings.limit, settings.quiet_from, settings.quiet_to, settings.digest_hour)
    return settings.quiet_to if is_quiet_at(time(settings.digest_hour), rules) else None
