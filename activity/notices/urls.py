"""Addresses of notices."""

from django.urls import path

from activity.notices.views import lists, push, settings, stopping

app_name = "notices"

urlpatterns = [
    path("notices/", lists.notices, name="list"),
    path("notices/count/", lists.count, name="count"),
    path("notices/read/", lists.read_all, name="read_all"),
    path("notices/settings/", settings.settings, name="settings"),
    path("notices/sent/", settings.sent, name="sent"),
    path("notices/push/", push.push, name="push"),
    path("notices/push/subscribe/", push.subscribe, name="push_subscribe"),
    path("notices/push/test/", push.test, name="push_test"),
    path("notices/push/<int:pk>/remove/", push.remove, name="push_remove"),
    path("push-worker.js", push.worker, name="push_worker"),
    path("notices/stop/<str:token>/", stopping.stop, name="stop"),
    path("notices/<int:pk>/", lists.go, name="go"),
    path("notices/<int:pk>/read/", lists.read, name="read"),
    path("notices/<int:pk>/off/", lists.off, name="off"),
]
