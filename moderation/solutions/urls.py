"""Addresses of known answers. People and old links depend on them: add, never change."""

from django.urls import path

from moderation.solutions.views import desk, pressing, threads

app_name = "solutions"

urlpatterns = [
    path("threads/<int:thread_id>/known/", threads.known, name="known"),
    path("known/<int:solution_id>/", threads.answer, name="answer"),
    path("known/<int:solution_id>/solved/", pressing.solved, name="solved"),
    path("desk/known/", desk.reviews, name="desk"),
    path("desk/known/<int:review_id>/", desk.review, name="review"),
]
