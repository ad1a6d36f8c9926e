"""Addresses for machines, and the staff's first page. Included at the root."""

from django.urls import path

from community.core import health, measuring, staff

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", measuring.tell, name="metrics"),
    path("staff/", staff.index, name="staff"),
    path("staff/tasks/", staff.tasks, name="staff_tasks"),
]
