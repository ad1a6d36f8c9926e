"""Addresses of quizzes. People and old links depend on them: add, never change."""

from django.urls import path

from polls.quizzes.views import hosting, lists, making, playing, sharing, taking

app_name = "quizzes"

urlpatterns = [
    path("q/", playing.join, name="join"),  # short: it is called out in a hall
    path("q/<str:code>/", playing.room, name="room"),
    path("q/<str:code>/enter/", playing.enter, name="enter"),
    path("q/<str:code>/answer/", playing.answer, name="run_answer"),
    path("q/<str:code>/state/", playing.state, name="state"),
    path("q/<str:code>/host/", hosting.host, name="host"),
    path("quizzes/", lists.quizzes, name="list"),
    path("quizzes/new/", making.new, name="new"),
    path("quizzes/cards/<str:token>/", sharing.card, name="card"),
    path("quizzes/cards/<str:token>/card.png", sharing.card_image, name="card_image"),
    path("quizzes/<str:slug>/", taking.quiz, name="quiz"),
    path("quizzes/<str:slug>/start/", taking.start, name="start"),
    path("quizzes/<str:slug>/play/", taking.play, name="play"),
    path("quizzes/<str:slug>/answer/", taking.answer, name="answer"),
    path("quizzes/<str:slug>/result/", taking.result, name="result"),
    path("quizzes/<str:slug>/card/", sharing.make_card, name="make_card"),
    path("quizzes/<str:slug>/card/remove/", sharing.take_card_back, name="take_card_back"),
    path("quizzes/<str:slug>/edit/", making.edit, name="edit"),
    path("quizzes/<str:slug>/preview/", making.preview, name="preview"),
    path("quizzes/<str:slug>/statistics/", making.statistics, name="statistics"),
    path("quizzes/<str:slug>/duplicate/", making.duplicate, name="duplicate"),
    path("quizzes/<str:slug>/runs/", hosting.list_of, name="runs"),
    path("quizzes/<str:slug>/runs/start/", hosting.start, name="start_run"),
    path("quizzes/<str:slug>/move/", making.move, name="move"),
]
