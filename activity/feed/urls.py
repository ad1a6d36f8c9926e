"""The address of the feed."""

from django.urls import path

from activity.feed import views

app_name = "feed"

urlpatterns = [path("feed/", views.feed, name="feed")]
