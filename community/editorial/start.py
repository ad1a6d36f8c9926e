"""The editors' first page: what one can begin, and how things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import Site

from community.editorial.models import ArticlePage, BrandSettings, HomePage, MagazineIndexPage, PlainPage
from community.editorial.queries import room


@dataclass(frozen=True, slots=True)
class Beginning:
    """One thing to do. `main`: what most editors came for."""

    title: str
    about: str
    url: str
    icon: str
    main: bool = False


class Begin(Component):
    """Ways into the work, those that the editor's rights open."""

    name = "begin"
    order = 10
    template_name = "editorial/room/begin.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"beginnings": beginnings(parent_context["request"].user)}


class Waiting(Component):
    name = "waiting"
    order = 20
    template_name = "editorial/room/waiting.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"pages": room.waiting_pages()}


class Planned(Component):
    name = "planned"
    order = 30
    template_name = "editorial/room/planned.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"planned": room.planned_pages()}


class Read(Component):
    name = "read"
    order = 40
    template_name = "editorial/room/read.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        magazine = MagazineIndexPage.objects.first()
        return {"articles": room.latest_articles(), "magazine": magazine}


def beginnings(user: Any) -> list[Beginning]:
    """Five statements at most, and those of Wagtail's rights."""
    found = []
    magazine, home = MagazineIndexPage.objects.first(), HomePage.objects.first()
    if magazine and magazine.permissions_for_user(user).can_add_subpage():
        found.append(
            Beginning(
                _("Write an article"),
                _("In English or Chinese, with pictures; you see it before anybody else does."),
                _adding(ArticlePage, magazine.pk),
                "edit",
                main=True,
            )
        )
    if home and home.permissions_for_user(user).can_edit():
        found += [
            Beginning(
                _("Greet guests"),
                _("The first words and the photograph of the home page."),
                reverse("wagtailadmin_pages:edit", args=[home.pk]),
                "home",
            ),
            Beginning(
                _("Add a plain page"),
                _("House rules, imprint, help: both languages at one address."),
                _adding(PlainPage, home.pk),
                "doc-full",
            ),
        ]
    found.append(
        Beginning(
            _("Add pictures"),
            _("Checked and made small here; where they were taken is removed."),
            reverse("wagtailimages:add_multiple"),
            "image",
        )
    )
    site = Site.objects.filter(is_default_site=True).first()
    if site and user.has_perm("editorial.change_brandsettings"):
        found.append(
            Beginning(
                _("Change the brand"),
                _("Name, mark, colour and title face of the whole site."),
                reverse(
                    "wagtailsettings:edit",
                    args=[BrandSettings._meta.app_label, BrandSettings._meta.model_name, site.pk],
                ),
                "cog",
            )
        )
    return found


def _adding(kind: type[ArticlePage | PlainPage], parent: int) -> str:
    return reverse("wagtailadmin_pages:add", args=[kind._meta.app_label, kind._meta.model_name, parent])


PANELS: tuple[type[Component], ...] = (Begin, Waiting, Planned, Read)
