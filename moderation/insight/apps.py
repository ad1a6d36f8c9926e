from django.apps import AppConfig


class InsightConfig(AppConfig):
    """What was done and what came of it. Holds no rows of its own."""

    name = "moderation.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moderation.insight import kept, tasks  # noqa: F401  registered by import
