"""Break-glass only: people as rows, to be read. Changes go through the actions, from the members' desk."""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401  registered first, so that they can be replaced below
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from community.members.models import Ignore, ImportClaim, Member, NameHistory, StandingChange

# The middleware asks for the second factor on every address of the admin; this keeps its own form away too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Every field as text. No form of this admin writes past an action."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    list_display = ("name", "role", "standing", "joined_at", "last_seen_at", "source")
    list_filter = ("role", "standing", "is_demo")
    search_fields = ("name", "email", "name_key")
    exclude = ("password",)
    show_full_result_count = False


@admin.register(NameHistory)
class NameHistoryAdmin(ReadOnlyAdmin):
    list_display = ("name", "member", "until")
    search_fields = ("name",)
    list_select_related = ("member",)


@admin.register(StandingChange)
class StandingChangeAdmin(ReadOnlyAdmin):
    list_display = ("member", "standing", "until", "actor", "at")
    list_select_related = ("member", "actor")


@admin.register(ImportClaim)
class ImportClaimAdmin(ReadOnlyAdmin):
    list_display = ("claimant_name", "imported", "state", "asked_at", "decided_by")
    list_select_related = ("imported", "decided_by")


@admin.register(Ignore)
class IgnoreAdmin(ReadOnlyAdmin):
    list_display = ("member", "target", "blocks", "since")
    list_select_related = ("member", "target")


admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession])


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ("email", "user", "primary", "verified")
    search_fields = ("email",)
    list_select_related = ("user",)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    exclude = ("data",)


@admin.register(SocialAccount)
class SocialAccountAdmin(ReadOnlyAdmin):
    list_display = ("user", "provider", "uid", "date_joined")
    list_select_related = ("user",)


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    list_display = ("user", "ip", "user_agent", "created_at")
    list_select_related = ("user",)
    exclude = ("session_key",)
