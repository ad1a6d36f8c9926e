"""Addresses of places that moved in. Links all over the web depend on them: add, never change."""

from django.urls import re_path

from community.interchange import views

app_name = "interchange"

urlpatterns = [
    re_path(
        r"^import/stackexchange/(?P<site>[a-z0-9-]{1,40})/[qa]/(?P<number>[0-9]{1,18})/?$",
        views.stack_exchange,
        name="stack_exchange",
    ),
]
