from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Where moderators see what will go cold next and why, and work it."""

    name = "moderation.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moderation.desk import handlers, personal  # noqa: F401  registered by import
