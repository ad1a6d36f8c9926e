from django.apps import AppConfig


class SolutionsConfig(AppConfig):
    """Known answers, the threads that have the same problem, and whom they helped."""

    name = "moderation.solutions"
    label = "solutions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moderation.solutions import counters, handlers, kept, personal, tasks  # noqa: F401  registered by import
