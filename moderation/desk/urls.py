"""Addresses of the desk: below `/desk/`, behind the second factor. Add, never change."""

from django.urls import path

from moderation.desk.views import acts, calling, filtering, noting, pages

app_name = "desk"

urlpatterns = [
    path("desk/", pages.index, name="index"),
    path("desk/filters/", filtering.save, name="filters"),
    path("desk/filters/<int:filter_id>/remove/", filtering.drop, name="filter_remove"),
    path("desk/undo/", acts.undo, name="undo"),
    path("desk/threads/<int:thread_id>/", pages.thread, name="thread"),
    path("desk/threads/<int:thread_id>/reply/", acts.reply, name="reply"),
    path("desk/threads/<int:thread_id>/note/", noting.keep, name="note"),
    path("desk/notes/<int:note_id>/remove/", noting.remove, name="note_remove"),
    path("desk/threads/<int:thread_id>/expert/", calling.expert, name="expert"),
    path("desk/threads/<int:thread_id>/<str:verb>/", acts.act, name="act"),
]
