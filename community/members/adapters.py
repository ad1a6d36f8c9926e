"""Where allauth asks the house: making members, sending letters, encrypting secrets, linking providers."""

from __future__ import annotations

import base64
import hashlib
import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.utils import build_absolute_uri
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from community.members import actions, alarms, factors, letters, signup
from community.members.house import brand_name
from community.members.middleware import device_zone
from community.members.models import Member
from community.members.names import LONGEST, fit_name

log = logging.getLogger("convoy.members")
NO_LETTER = "no_letter"  # in a session: the last letter it asked for could not be sent


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up writes through `actions`; words and letters are the site's own."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("This account is closed."),
        "email_password_mismatch": gettext_lazy(
            "This password and address do not go together. A code by e-mail works without a password."
        ),
        "enter_current_password": gettext_lazy("This is not your current password."),
        "incorrect_code": gettext_lazy(
            "This code is not right. Look for the newest one in your mailbox or app."
        ),
        "incorrect_password": gettext_lazy("This is not your password."),
        "too_many_login_attempts": gettext_lazy(
            "Too many tries. Wait five minutes, or ask for a code by e-mail."
        ),
        "rate_limited": gettext_lazy("Too many requests. Wait a minute, then try again."),
        "cannot_remove_primary_email": gettext_lazy(
            "This is the address you sign in with. Make another one the main address first."
        ),
        "duplicate_email": gettext_lazy("This address is already on your list."),
        "max_email_addresses": gettext_lazy("You can have at most %d addresses. Remove one first."),
        "same_as_current": gettext_lazy("This is the one you have already."),
    }

    def login(self, request: HttpRequest, user: Member) -> None:
        super().login(request, user)
        factors.note(request, user)

    def save_user(self, request: HttpRequest, user: Member, form: Any, commit: bool = True) -> Member:
        data = form.cleaned_data
        chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        member = actions.register_member(
            name=data["name"],
            email=data["email"],
            password=data.get("password1") or None,
            language=(get_language() or "") if chosen else "",
            time_zone=device_zone(request),  # quiet hours and digests keep to it from the first day
            agreed=signup.agreed(form),
        )
        signup.made(request, member)
        return member

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        if email := credentials.get("email"):
            alarms.note_failure(request, str(email))

    def set_password(self, user: Member, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "community.members.stages.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        if self.request.user.is_authenticated:
            return reverse("account_email")
        return super().get_email_verification_redirect_url(email_address)  # type: ignore[no-any-return]

    def send_account_already_exists_mail(self, email: str) -> None:
        address = build_absolute_uri(self.request, reverse("account_request_login_code"))
        self.send_mail("account/email/account_already_exists", email, {"sign_in_url": address})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of our letters. A mail server that is down is told to the person, not thrown at them.

        The page that waits for a code is another one: it reads in the session that no letter is on its way.
        """
        self.subject = ""
        is_sent = False
        try:
            super().send_mail(template_prefix, email, {"brand": brand_name()} | context)
            is_sent = True
        except (OSError, SMTPException):
            log.exception("letter not sent", extra={"letter": template_prefix})
            messages.error(
                self.request,
                _("The letter could not be sent just now. Wait a minute, then ask for it again."),
            )
            self.request.session[NO_LETTER] = True
        else:
            if NO_LETTER in getattr(self.request, "session", ()):
                del self.request.session[NO_LETTER]
        self._note(email, context, is_sent=is_sent)

    def render_mail(self, template_prefix: str, email: str, *rest: Any, **more: Any) -> Any:
        message = super().render_mail(template_prefix, email, *rest, **more)
        self.subject = str(message.subject)
        return message

    def _note(self, email: str, context: dict[str, Any], *, is_sent: bool) -> None:
        """For the log of whom it is about: named by the letter, else who has the address, else who is signed in."""
        about = context.get("user")
        here = getattr(self.request, "user", None)
        letters.note(
            address=email,
            sort=letters.Sort.ACCOUNT,
            subject=self.subject,
            code=str(context.get("code") or ""),
            member_id=about.pk if isinstance(about, Member) else None,
            asked_by=here.pk if isinstance(here, Member) else None,
            is_sent=is_sent,
        )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps rest encrypted: a copy of the database alone opens nothing."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This code is not right. One from an app may be old: wait for the next. A recovery code counts once."
        ),
        "unverified_email": gettext_lazy("Confirm every address on your list first, or remove it."),
        "add_email_blocked": gettext_lazy(
            "You cannot add an address while a second step protects the account."
        ),
    }

    def generate_authenticator_name(self, user: Member, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}

    def get_totp_issuer(self) -> str:
        return brand_name()

    def _get_site_name(self) -> str:
        return brand_name()

    def encrypt(self, text: str) -> str:
        return _safe().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _safe().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.error("a second factor was encrypted with a secret key that this site no longer has")
            raise


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The brand's identity provider. An address never joins it to an account; a signed-in member does."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "connected_other": gettext_lazy("It is already linked to another account here."),
        "no_verified_email": gettext_lazy(
            "Confirm an address first: without it you could not sign in again."
        ),
    }

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[Any]:
        # From the environment only: no statement a page, and no row in a table that opens a door.
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        user.email = user.email or None
        user.name = str(data.get("name") or data.get("username") or "")[:LONGEST]
        return user

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_signup_form_initial_data(sociallogin)
        return initial | {"name": fit_name(sociallogin.user.name, fallback="")}

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Member:
        with transaction.atomic():
            member = AccountAdapter(request).save_user(request, sociallogin.user, form)
            sociallogin.user = member
            sociallogin.save(request)
        return member


def _safe() -> MultiFernet:
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"convoy.mfa:{key}".encode()).digest()))
            for key in keys
        ]
    )
