"""Addresses of canned answers: below `/desk/`, behind the second factor. Add, never change."""

from django.urls import path

from moderation.canned import views

app_name = "canned"

urlpatterns = [
    path("desk/answers/", views.answers, name="list"),
    path("desk/answers/new/", views.new, name="new"),
    path("desk/answers/<int:answer_id>/", views.change, name="change"),
    path("desk/answers/<int:answer_id>/retire/", views.retire, name="retire"),
]
