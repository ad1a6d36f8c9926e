"""The CMS: Wagtail's admin, minus its own ways to change accounts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import (
    AccountView,
    AvatarSettingsPanel,
    ChangePasswordPanel,
    NameEmailSettingsPanel,
)


class SettingsView(AccountView):
    """Language, theme and notices of the CMS. Name, picture and password are the member's own settings."""

    def get_panels(self) -> list[object]:
        elsewhere = (NameEmailSettingsPanel, AvatarSettingsPanel, ChangePasswordPanel)
        return [panel for panel in super().get_panels() if not isinstance(panel, elsewhere)]


def gone(request: HttpRequest, **_kwargs: object) -> HttpResponse:
    """Ways into accounts past `members.actions`, files that nothing re-encodes, and Wagtail's own crash test."""
    raise Http404


urlpatterns = [
    path("account/", require_admin_access(SettingsView.as_view())),
    re_path(
        r"^(?:users/|bulk/members/|password_reset/|documents/|bulk/wagtaildocs/|failwhale/|test404/)", gone
    ),
    path("", include(wagtailadmin_urls)),
]
