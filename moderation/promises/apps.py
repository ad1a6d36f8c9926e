from django.apps import AppConfig


class PromisesConfig(AppConfig):
    """Reply promises: calendars, rotas, clocks."""

    name = "moderation.promises"
    label = "promises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moderation.promises import counters, handlers, kept, personal, tasks  # noqa: F401  registered by import
