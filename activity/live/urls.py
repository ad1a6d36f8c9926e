"""Addresses of the live room. The socket itself is `/ws/`, mounted by the root."""

from django.urls import path

from activity.live import views

app_name = "live"

urlpatterns = [
    path("threads/<int:thread_id>/since/", views.since, name="since"),
    path("boards/<slug:slug>/since/", views.board_since, name="board_since"),
]
