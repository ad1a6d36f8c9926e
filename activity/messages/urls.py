"""Addresses of private conversations."""

from django.urls import path

from activity.messages.views import letters, staff

app_name = "messages"

urlpatterns = [
    path("messages/", letters.conversations, name="list"),
    path("messages/new/", letters.start, name="start"),
    path("messages/settings/", letters.door, name="door"),
    path("messages/<int:conversation_id>/", letters.conversation, name="conversation"),
    path("messages/<int:conversation_id>/fresh/", letters.fresh, name="fresh"),
    path("messages/<int:conversation_id>/leave/", letters.leave, name="leave"),
    path("messages/<int:conversation_id>/mute/", letters.mute, name="mute"),
    path("messages/<int:conversation_id>/people/", letters.add, name="add"),
    path("messages/<int:conversation_id>/report/", letters.report, name="report"),
    path("messages/sent/<int:message_id>/remove/", letters.remove, name="remove"),
    path("staff/messages/", staff.reports, name="staff_reports"),
    path("staff/messages/<int:pk>/", staff.report, name="staff_report"),
]
