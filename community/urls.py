"""Every address of the site. Nobody imports this room."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    # Both logins would take a password without the second factor: shadow them.
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("djadmin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/", include(wagtailadmin_urls)),
    path("djadmin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
