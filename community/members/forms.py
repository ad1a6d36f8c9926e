"""Forms of the account pages, on top of allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from allauth.account.forms import ChangePasswordForm as BaseChangePasswordForm
from allauth.account.utils import url_str_to_user_pk, user_pk_to_url_str
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as SecondStepAgainForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from allauth.socialaccount.forms import DisconnectForm
from allauth.socialaccount.forms import SignupForm as BaseProviderSignUpForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fido2.utils import websafe_decode, websafe_encode

from community.core.access import Invalid
from community.members import signup
from community.members.models import ImportClaim, Member
from community.members.names import clean_name


class NameField(forms.CharField):
    """A name that can be had; refusals come with their reason."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("What should we call you?"))
        kwargs.setdefault("help_text", gettext_lazy("The name others see. You can change it later."))
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "nickname"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        try:
            return clean_name(super().clean(value))
        except Invalid as refusal:
            raise ValidationError(refusal.reason, code=refusal.code) from refusal


def _tidy(form: forms.Form, *, labels: dict[str, Any], hints: dict[str, Any] | None = None) -> None:
    """Our labels and hints instead of allauth's, and no placeholder that repeats a label."""
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        if field.help_text and hints is not None:
            field.help_text = ""
    for name, hint in (hints or {}).items():
        if name in form.fields:
            form.fields[name].help_text = hint


PASSWORD_HINT = gettext_lazy("At least ten characters. A sentence is easier to keep than a riddle.")


class SignInForm(LoginForm):  # type: ignore[misc]
    """An address, and then either a code by e-mail or a password, by the button that was pressed.

    Without a button (Enter in a field): the password when one is typed, else a code.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False
        _tidy(self, labels={"login": gettext_lazy("E-mail"), "password": gettext_lazy("Password")}, hints={})
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"

    @property
    def by_code(self) -> bool:
        way = self.data.get("way", "")
        return way == "code" or (way != "password" and not self.cleaned_data.get("password"))

    def user_credentials(self) -> dict[str, Any]:
        credentials: dict[str, Any] = super().user_credentials()
        if self.by_code:
            credentials.pop("password", None)
        return credentials

    def clean(self) -> dict[str, Any] | None:
        if not self.errors and not self.by_code and not self.cleaned_data.get("password"):
            self.add_error("password", _("Type your password, or let us send you a code."))
            return dict(self.cleaned_data)
        try:
            cleaned: dict[str, Any] | None = super().clean()
        except ValidationError as refusal:
            self.add_error("login" if self.by_code else "password", refusal)
            return dict(self.cleaned_data)
        return cleaned


class SignUpForm(SignupForm):  # type: ignore[misc]
    """A name, an address, and how to sign in from now on."""

    HOW = (
        ("passkey", gettext_lazy("With a passkey")),
        ("code", gettext_lazy("With a code by e-mail each time")),
        ("password", gettext_lazy("With a password of my own")),
    )
    name = NameField()
    how = forms.ChoiceField(
        label=gettext_lazy("How will you sign in?"), choices=HOW, initial="passkey", widget=forms.RadioSelect
    )
    rules = forms.BooleanField(
        label=gettext_lazy("I have read the community rules and the privacy note."),
        error_messages={"required": gettext_lazy("Please read the two pages first. They are short.")},
    )
    field_order = ["name", "email", "how", "password1", "rules"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(
            self,
            labels={"email": gettext_lazy("E-mail"), "password1": gettext_lazy("Password")},
            hints={
                "name": gettext_lazy("The name others see. You can change it later."),
                "email": gettext_lazy("Only for signing in and the notices you choose."),
                "password1": PASSWORD_HINT,
            },
        )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        return signup.available(name)

    def clean(self) -> dict[str, Any]:
        how = self.cleaned_data.get("how")
        self.by_passkey = how == "passkey"
        if how != "password":
            self.cleaned_data["password1"] = ""
        elif not self.cleaned_data.get("password1") and "password1" not in self.errors:
            self.add_error("password1", _("Choose a password, or another way to sign in."))
        return super().clean()  # type: ignore[no-any-return]

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        signup.begin(request, self.cleaned_data["name"])
        if self.account_already_exists:
            # The same work and the same traces as a real sign-up: the clock and the name tell nothing.
            make_password(self.cleaned_data.get("password1") or None)
            signup.hold(self.cleaned_data["name"])
        return super().try_save(request)  # type: ignore[no-any-return]


class ProviderSignUpForm(BaseProviderSignUpForm):  # type: ignore[misc]
    """The last step for somebody who comes from the brand's identity provider: a name of their own."""

    name = NameField()
    rules = forms.BooleanField(
        label=gettext_lazy("I have read the community rules and the privacy note."),
        error_messages={"required": gettext_lazy("Please read the two pages first. They are short.")},
    )
    field_order = ["name", "email", "rules"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, labels={"email": gettext_lazy("E-mail")})

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        return signup.available(name)

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        signup.begin(request, self.cleaned_data["name"])
        if self.account_already_exists:
            signup.hold(self.cleaned_data["name"])
        return super().try_save(request)  # type: ignore[no-any-return]


class _OnePassword:
    """One field with a hint instead of the same thing typed twice: a slip is mended by a code."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        labels = {
            "oldpassword": gettext_lazy("Current password"),
            "password1": gettext_lazy("New password"),
        }
        _tidy(self, labels=labels, hints={"password1": PASSWORD_HINT})  # type: ignore[arg-type]


class AddressForm(AddEmailForm):  # type: ignore[misc]
    """One more address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, labels={"email": gettext_lazy("E-mail")})


class CodeRequestForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Where a sign-in code should go."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, labels={"email": gettext_lazy("E-mail")})


class ResetRequestForm(ResetPasswordForm):  # type: ignore[misc]
    """Where a code for a new password should go."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, labels={"email": gettext_lazy("E-mail")})


class AgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, labels={"password": gettext_lazy("Password")}, hints={})


class NewPasswordForm(_OnePassword, ResetPasswordKeyForm):  # type: ignore[misc]
    """After a reset code."""


class FirstPasswordForm(_OnePassword, SetPasswordForm):  # type: ignore[misc]
    """For an account that had none."""


class ChangePasswordForm(_OnePassword, BaseChangePasswordForm):  # type: ignore[misc]
    """With the current one."""


class _OnceOnly:
    """An app's code opens once, for as long as it lives; allauth remembers it for one step only."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            _use_up(self.user, code)
        return code


def _use_up(user: Any, code: str) -> None:
    digits = "".join(character for character in code if character.isalnum())
    alive = mfa_settings.TOTP_PERIOD * (2 * mfa_settings.TOTP_TOLERANCE + 1)
    if not cache.add(f"members:totp:{user.pk}:{digits}", True, alive):
        raise get_mfa_adapter().validation_error("incorrect_code")


class NewAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """An app is set up with a code of its own, which opens nothing after that."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        _use_up(self.user, code)
        return code


class SecondFactorForm(_OnceOnly, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class SecondFactorAgainForm(_OnceOnly, SecondStepAgainForm):  # type: ignore[misc]
    """The second step once more, before something that matters."""


class UnlinkForm(DisconnectForm):  # type: ignore[misc]
    """Undo the link to a provider, as long as another way in is left: a proved address is one."""

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = forms.Form.clean(self)
        if not self.request.user.emailaddress_set.filter(verified=True).exists():
            raise get_provider_adapter().validation_error("no_verified_email")
        return cleaned


class PasskeyForm(LoginWebAuthnForm):  # type: ignore[misc]
    """In with a passkey. The device names the account it was made for, also after that became an imported one."""

    def clean_credential(self) -> Authenticator:
        credential = self.cleaned_data["credential"]
        response = credential.get("response") if isinstance(credential, dict) else None
        if isinstance(response, dict) and isinstance(response.get("userHandle"), str):
            response["userHandle"] = _handle_now(response["userHandle"])
        return super().clean_credential()


def _handle_now(handle: str) -> str:
    """The handle of the account that the one with this handle became by a claim; itself for any other.

    No secret and not what a passkey signs: it says only whose keys the signature is tried against.
    """
    try:
        pk = url_str_to_user_pk(websafe_decode(handle).decode())
    except (ValueError, ValidationError):
        return handle
    claimant = Member.objects.filter(pk=pk)
    claim = ImportClaim.objects.filter(claimant__in=claimant, state=ImportClaim.State.APPROVED).first()
    return websafe_encode(user_pk_to_url_str(claim.imported).encode()) if claim else handle
