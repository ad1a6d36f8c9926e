"""Addresses of one's own data, of leaving, and of the texts of the house."""

from django.urls import path

from community.privacy.views import consents, data, leave, staff

app_name = "privacy"

urlpatterns = [
    path("account/data/", data.overview, name="data"),
    path("account/data/copy/", data.ask_for_copy, name="export"),
    path("account/data/copy/<int:pk>/", data.fetch_copy, name="fetch"),
    path("account/data/leave/", leave.leave, name="leave"),
    path("account/data/leave/cancel/", leave.stay, name="stay"),
    path("account/data/of/<slug:key>/", data.rows, name="rows"),
    path("account/data/of/<slug:key>/clear/", data.clear, name="clear"),
    path("account/data/of/<slug:key>/drop/", data.drop, name="drop"),
    path("account/consents/", consents.consents, name="consents"),
    path("account/consents/withdraw/", consents.withdraw, name="withdraw"),
    path("papers/<slug:kind>/", consents.paper, name="paper"),
    path("staff/papers/", staff.papers, name="papers"),
]
