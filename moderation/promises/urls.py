"""Addresses of promises. People and old links depend on them: add, never change."""

from django.urls import path

from moderation.promises.views import public, staff, team

app_name = "promises"

urlpatterns = [
    path("boards/<slug:slug>/promise/", public.board, name="board"),
    path("posts/<int:post_id>/no-answer/", public.no_answer, name="no_answer"),
    path("desk/promises/", team.desk, name="desk"),
    path("desk/promises/alerts/<int:alert_id>/seen/", team.seen, name="seen"),
    path("staff/promises/", staff.overview, name="staff"),
    path("staff/promises/calendars/new/", staff.new_calendar, name="calendar_new"),
    path("staff/promises/calendars/<int:calendar_id>/", staff.calendar, name="calendar"),
    path("staff/promises/calendars/<int:calendar_id>/rota/", staff.rota, name="rota"),
    path("staff/promises/boards/<int:board_id>/", staff.promise, name="promise"),
]
