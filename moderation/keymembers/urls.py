"""Addresses of key members. Add, never change."""

from django.urls import path

from moderation.keymembers import views

app_name = "keymembers"

urlpatterns = [path("staff/key-members/", views.key_members, name="staff")]
