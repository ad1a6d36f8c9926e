"""The CMS in the brand's name, and without what belongs to other rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from community.core.avatars import avatar_urls
from community.editorial.brand import brand
from community.editorial.choosers import MemberChooserViewSet, member_chooser
from community.editorial.start import PANELS


@hooks.register("register_admin_viewset")
def register_member_chooser() -> MemberChooserViewSet:
    return member_chooser


@hooks.register("get_avatar_url")
def member_avatar(user: Any, size: int) -> str | None:
    """The member's own picture; Wagtail's blank face for those who drew none."""
    key = getattr(user, "avatar", "")
    return avatar_urls(key)[0] if key else None


@hooks.register("insert_global_admin_css")
def brand_colours() -> SafeString:
    return format_html(
        '<link rel="stylesheet" href="{}"><link rel="stylesheet" href="{}">',
        reverse("editorial:cms_css", args=[brand().version]),
        static("cms/room.css"),
    )


@hooks.register("construct_homepage_panels")
def how_things_stand(request: HttpRequest, panels: list[Any]) -> None:
    panels[:] = [*(panel() for panel in PANELS), *panels]


@hooks.register("construct_main_menu")
def without_documents(request: HttpRequest, menu_items: list[Any]) -> None:
    """Files that nothing can re-encode are not taken."""
    menu_items[:] = [item for item in menu_items if item.name != "documents"]


@hooks.register("construct_main_menu")
def by_name(request: HttpRequest, menu_items: list[Any]) -> None:
    """The side bar calls people by a first name, else by their address: ours have one name for everything."""
    request.user.first_name = request.user.name  # type: ignore[union-attr]


@hooks.register("construct_homepage_summary_items", order=1000)  # after the apps that add theirs
def without_document_count(request: HttpRequest, summary_items: list[Any]) -> None:
    summary_items[:] = [item for item in summary_items if type(item).__name__ != "DocumentsSummaryItem"]


@hooks.register("construct_settings_menu")
def without_accounts(request: HttpRequest, menu_items: list[Any]) -> None:
    """Accounts and roles are kept by members, with their own verbs and their own record."""
    menu_items[:] = [item for item in menu_items if item.name != "users"]


@hooks.register("construct_help_menu")
def without_release_notes(request: HttpRequest, menu_items: list[Any]) -> None:
    """Only help that concerns this site."""
    menu_items[:] = [
        item for item in menu_items if not item.name.startswith("whats-new") and item.name != "editor-guide"
    ]
