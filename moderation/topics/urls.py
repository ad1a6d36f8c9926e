"""Addresses of the topic calendar. Add, never change."""

from django.urls import path

from moderation.topics import views

app_name = "topics"

urlpatterns = [
    path("topics/", views.themes, name="list"),
    path("staff/topics/", views.calendar, name="calendar"),
    path("staff/topics/new/<slug:slug>/", views.new, name="new"),
    path("staff/topics/<int:topic_id>/", views.topic, name="topic"),
    path("staff/topics/<int:topic_id>/<str:verb>/", views.act, name="act"),
]
