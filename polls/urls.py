"""Addresses of polls. People and old links depend on them: add, never change."""

from django.urls import path

from polls.views import lists, voting

app_name = "polls"

urlpatterns = [
    path("polls/", lists.polls, name="list"),
    path("polls/<int:poll_id>/", voting.short_address, name="poll_short"),
    path("polls/<int:poll_id>/vote/", voting.vote, name="vote"),
    path("polls/<int:poll_id>/withdraw/", voting.withdraw, name="withdraw"),
    path("polls/<int:poll_id>/result/", voting.result, name="result"),
    path("polls/<int:poll_id>/box/", voting.box, name="box"),
    path("polls/<int:poll_id>/<str:slug>/", voting.poll, name="poll"),
]
