"""Addresses of figures. People and old links depend on them: add, never change."""

from django.urls import path

from moderation.insight.views import best, figures, operations, public_rows, rows

app_name = "insight"

urlpatterns = [
    path("operations/", operations.page, name="operations"),
    path("operations/posts/", operations.posts, name="staff_posts"),
    path("operations/raises/", operations.raises, name="staff_raises"),
    path("operations/promises/", public_rows.promises, name="staff_promises"),
    path("operations/gone/", public_rows.gone, name="staff_gone"),
    path("operations/csv/", operations.export, name="operations_csv"),
    path("best/", best.page, name="best"),
    path("desk/insight/", figures.page, name="figures"),
    path("desk/insight/csv/", figures.export, name="figures_csv"),
    path("desk/insight/people/", rows.people, name="people"),
    path("desk/insight/questions/", rows.questions, name="questions"),
    *(path(f"desk/insight/{of}/", rows.rows, {"of": of}, name=f"rows_{of}") for of in rows.KINDS),
]
