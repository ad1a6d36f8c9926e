"""Addresses of polls. People and old links depend on them: add, never change."""

from django.urls import path

from polls.views import lists, making, managing, voting

app_name = "polls"

urlpatterns = [
    path("polls/", lists.polls, name="list"),
    path("polls/new/", making.new, name="new"),
    path("polls/truth/", lists.truth, name="truth"),
    path("polls/<int:poll_id>/edit/", making.edit, name="edit"),
    path("polls/<int:poll_id>/manage/", managing.manage, name="manage"),
    path("polls/<int:poll_id>/manage/<str:verb>/", managing.act, name="act"),
    path("polls/<int:poll_id>/corrections/", managing.corrections, name="corrections"),
    path("polls/<int:poll_id>/voters/", managing.voters, name="voters"),
    path("polls/<int:poll_id>/export/<str:form>/", managing.export, name="export"),
    path("polls/<int:poll_id>/", voting.short_address, name="poll_short"),
    path("polls/<int:poll_id>/vote/", voting.vote, name="vote"),
    path("polls/<int:poll_id>/withdraw/", voting.withdraw, name="withdraw"),
    path("polls/<int:poll_id>/why/", voting.why, name="why"),
    path("polls/<int:poll_id>/funnel/", managing.funnel, name="funnel"),
    path("polls/<int:poll_id>/result/", voting.result, name="result"),
    path("polls/<int:poll_id>/box/", voting.box, name="box"),
    path("polls/<int:poll_id>/<str:slug>/", voting.poll, name="poll"),
]
