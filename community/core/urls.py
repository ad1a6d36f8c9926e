"""Addresses for machines. Included at the root."""

from django.urls import path

from community.core import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
