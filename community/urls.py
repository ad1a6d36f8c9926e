"""Every address of the site. Nobody imports this room."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls

handler400 = "community.core.middleware.bad_request"
handler500 = "community.core.outages.server_error"

urlpatterns = [
    # These logins would take a password without the second factor: shadow them.
    path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("djadmin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/", include("community.editorial.cms_urls")),
    path("djadmin/", admin.site.urls),
    path(
        "", include("polls.urls")
    ),  # early: whoever looks for the address of a vote tries all that stands above it
    path("", include("community.editorial.urls")),  # early for the first page's sake
    # What stands under a board's or a thread's own address: before the forum, whose readable part could say the same.
    path("", include("activity.live.urls")),
    path("", include("moderation.promises.urls")),
    path("", include("moderation.raises.urls")),
    path("", include("moderation.solutions.urls")),
    path("", include("forum.urls")),  # early, as it is what is asked for most
    path("", include("community.members.urls")),
    path("", include("community.privacy.urls")),
    path("", include("community.files.urls")),
    path("account/", include("allauth.urls")),
    path("", include("community.core.urls")),
    path("gallery/", include("community.core.gallery.urls")),
    path("", include("activity.messages.urls")),
    path("", include("activity.feed.urls")),
    path("", include("activity.notices.urls")),
    path("", include("moderation.keymembers.urls")),
    path("", include("moderation.topics.urls")),
    path("", include("moderation.canned.urls")),
    path("", include("moderation.insight.urls")),
    path("", include("moderation.desk.urls")),
    path("", include("polls.quizzes.urls")),
    path("", include("polls.surveys.urls")),
    path("", include("community.search.urls")),
    path("", include("community.interchange.urls")),
    path("", include(wagtail_urls)),  # pages of the magazine; last, it answers every other address
]
