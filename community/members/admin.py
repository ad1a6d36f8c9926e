"""Break-glass only: people as rows, to be read. Changes go through the actions, from the members' desk."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
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
