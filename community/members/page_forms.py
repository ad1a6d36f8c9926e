"""Forms of my settings and of the members' desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.members import access, actions
from community.members.models import Member, Role, Standing

AUDIENCES = (("everyone", _("Everyone")), ("members", _("Members")), ("nobody", _("Only me")))
FIELD_LABELS = {
    "headline": _("In one line"),
    "bio": _("About me"),
    "drives": _("Drives"),
    "city": _("Town"),
    "website": _("Website"),
    "joined": _("Here since"),
    "online": _("When I was last here"),
    "following": _("Whom I follow"),
    "followers": _("Who follows me"),
    "email": _("E-mail"),
}


class ProfileForm(forms.Form):
    headline = forms.CharField(label=FIELD_LABELS["headline"], required=False, max_length=80)
    drives = forms.CharField(label=FIELD_LABELS["drives"], required=False, max_length=80)
    city = forms.CharField(label=FIELD_LABELS["city"], required=False, max_length=60)
    website = forms.CharField(
        label=FIELD_LABELS["website"],
        required=False,
        max_length=200,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    bio = forms.CharField(
        label=FIELD_LABELS["bio"],
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "data-count": ""}),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        words = {name: getattr(member, name) for name in ("headline", "drives", "city", "website", "bio")}
        audiences = {f"visibility_{name}": access.audience_of(member, name) for name in FIELD_LABELS}
        kwargs["initial"] = words | audiences
        super().__init__(*args, **kwargs)
        for name, label in FIELD_LABELS.items():
            self.fields[f"visibility_{name}"] = forms.ChoiceField(label=label, choices=AUDIENCES)

    def words(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("visibility_")]

    def audiences(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("visibility_")]

    def given(self) -> dict[str, Any]:
        """Arguments for `actions.update_profile`."""
        words = {
            name: value for name, value in self.cleaned_data.items() if not name.startswith("visibility_")
        }
        visibility = {
            name.removeprefix("visibility_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("visibility_")
        }
        return words | {"visibility": visibility}


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), required=False)
    theme = forms.ChoiceField(
        label=_("Colours"),
        required=False,
        choices=(("", _("As the system has it")), ("light", _("Light")), ("dark", _("Dark"))),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Times on every page are shown in it.")
    )
    plain_order = forms.BooleanField(
        label=_("Boards in their plain order"),
        required=False,
        help_text=_("Threads that moderators raised stand no higher for you. They are marked all the same."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [(code, OWN_NAMES.get(code, name)) for code, name in settings.LANGUAGES]
        self._offer("language", [("", _("As the browser asks")), *languages])
        zones = sorted(zone for zone in actions.time_zones() if "/" in zone and not zone.startswith("Etc/"))
        named = [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]
        self._offer("time_zone", [("", _("As this device has it")), *named])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


OWN_NAMES = {"en": "English", "zh-hans": "简体中文"}


class NameForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("member", "Name"),
        max_length=100,
        help_text=_(
            "2 to 24 letters, Chinese characters or digits. Your old name stays reserved for you and its "
            "links keep working. Once in 30 days."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )


class StaffNameForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("member", "Name"),
        max_length=100,
        help_text=_("The old one stays reserved, and its links keep working."),
    )


class PictureForm(forms.Form):
    picture = forms.FileField(
        label=pgettext_lazy("member", "Picture"),
        help_text=_("JPEG, PNG, WebP, GIF, HEIC or AVIF, at most 5 MB. Where it was taken is not kept."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif,image/avif"}),
    )
    LARGEST = 5 * 1024 * 1024

    def clean_picture(self) -> Any:
        picture = self.cleaned_data["picture"]
        if picture.size > self.LARGEST:
            raise forms.ValidationError(_("This file is larger than 5 MB."), code="too_large")
        return picture


class ClaimForm(forms.Form):
    evidence = forms.CharField(
        label=_("How can we tell that it is you?"),
        max_length=500,
        help_text=_("For instance: add a link to your new profile to your profile there, and say so here."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class StandingForm(forms.Form):
    standing = forms.ChoiceField(label=_("Standing"), choices=Standing.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The member reads it, word for word.")
    )
    days = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        choices=(
            (0, _("Until somebody changes it")),
            (1, _("1 day")),
            (7, _("7 days")),
            (30, _("30 days")),
            (90, _("90 days")),
        ),
        help_text=_("Only a mute or a suspension has an end."),
    )
    seen = forms.IntegerField(
        widget=forms.HiddenInput, required=False
    )  # the last decision on the page, 0 for none


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=(("approve", _("Approve")), ("decline", _("Decline"))))
    note = forms.CharField(label=_("Reason"), required=False, max_length=300)
