"""Addresses of polls. People and old links depend on them: add, never change."""

from django.urls import path

from polls.views import carrying, draws, lists, making, managing, recounts, said, trials, voting

app_name = "polls"

urlpatterns = [
    path("polls/", lists.polls, name="list"),
    path("polls/new/", making.new, name="new"),
    path("polls/today/", trials.today, name="today"),
    path("polls/trials/", trials.all_trials, name="trials"),
    path("polls/trials/<int:trial_id>/", trials.trial, name="trial"),
    path("polls/carry/", carrying.carry, name="carry"),
    path("polls/carried/<str:token>/", carrying.carried, name="carried"),
    path("polls/truth/", lists.truth, name="truth"),
    path("said/", said.said, name="said"),
    path("draws/new/", draws.new, name="draw_new"),
    path("draws/recompute.py", draws.script, name="draw_script"),
    path("draws/<int:draw_id>/", draws.draw, name="draw"),
    path("draws/<int:draw_id>/enter/", draws.enter, name="draw_enter"),
    path("draws/<int:draw_id>/leave/", draws.leave, name="draw_leave"),
    path("draws/<int:draw_id>/hold/", draws.hold, name="draw_hold"),
    path("draws/<int:draw_id>/claim/", draws.claim, name="draw_claim"),
    path("draws/<int:draw_id>/entries.txt", draws.entries, name="draw_entries"),
    path("polls/<int:poll_id>/edit/", making.edit, name="edit"),
    path("polls/<int:poll_id>/manage/", managing.manage, name="manage"),
    path("polls/<int:poll_id>/manage/<str:verb>/", managing.act, name="act"),
    path("polls/<int:poll_id>/corrections/", managing.corrections, name="corrections"),
    path("polls/<int:poll_id>/rings/", recounts.rings, name="rings"),
    path("polls/<int:poll_id>/recounts/", recounts.recounts, name="recounts"),
    path("polls/<int:poll_id>/voters/", managing.voters, name="voters"),
    path("polls/<int:poll_id>/export/<str:form>/", managing.export, name="export"),
    path("polls/<int:poll_id>/", voting.short_address, name="poll_short"),
    path("polls/<int:poll_id>/vote/", voting.vote, name="vote"),
    path("polls/<int:poll_id>/withdraw/", voting.withdraw, name="withdraw"),
    path("polls/<int:poll_id>/why/", voting.why, name="why"),
    path("polls/<int:poll_id>/funnel/", managing.funnel, name="funnel"),
    path("polls/<int:poll_id>/result/", voting.result, name="result"),
    path("polls/<int:poll_id>/answer/", said.answer, name="answer"),
    path("polls/<int:poll_id>/box/", voting.box, name="box"),
    path("polls/<int:poll_id>/<str:slug>/", voting.poll, name="poll"),
]
