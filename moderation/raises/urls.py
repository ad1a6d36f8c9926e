"""Addresses of raises. People and old links depend on them: add, never change."""

from django.urls import path

from moderation.raises.views import ledger, raising

app_name = "raises"

urlpatterns = [
    path("threads/<int:thread_id>/raise/", raising.raise_thread, name="raise"),
    path("raises/<int:raise_id>/withdraw/", raising.withdraw, name="withdraw"),
    path("raises/order/", raising.order, name="order"),
    path("boards/<slug:slug>/raises/", ledger.ledger, name="ledger"),
    path("desk/raises/", ledger.audit, name="audit"),
]
