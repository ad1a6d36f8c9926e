"""Addresses of surveys. People and old links depend on them: add, never change."""

from django.urls import path

from polls.surveys.views import filling, lists, making, results

app_name = "surveys"

urlpatterns = [
    path("surveys/", lists.surveys, name="list"),
    path("surveys/new/", making.new, name="new"),
    path("surveys/<str:slug>/", filling.survey, name="survey"),
    path("surveys/<str:slug>/start/", filling.start, name="start"),
    path("surveys/<str:slug>/fill/", filling.fill, name="fill"),
    path("surveys/<str:slug>/answer/", filling.answer, name="answer"),
    path("surveys/<str:slug>/check/", filling.check, name="check"),
    path("surveys/<str:slug>/send/", filling.send, name="send"),
    path("surveys/<str:slug>/thanks/", filling.thanks, name="thanks"),
    path("surveys/<str:slug>/results/", results.results, name="results"),
    path("surveys/<str:slug>/results/<str:form>/", results.export, name="export"),
    path("surveys/<str:slug>/answers/", results.answers, name="answers"),
    path("surveys/<str:slug>/publish/", results.publish, name="publish"),
    path("surveys/<str:slug>/edit/", making.edit, name="edit"),
    path("surveys/<str:slug>/preview/", making.preview, name="preview"),
    path("surveys/<str:slug>/duplicate/", making.duplicate, name="duplicate"),
    path("surveys/<str:slug>/move/", making.move, name="move"),
    path("surveys/<str:slug>/close/", making.close, name="close"),
    path("surveys/<str:slug>/repeat/", making.repeat, name="repeat"),
]
