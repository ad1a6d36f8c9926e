from django.apps import AppConfig


class CannedConfig(AppConfig):
    """Answers that the team keeps ready: to begin a reply with, never to be one."""

    name = "moderation.canned"
    label = "canned"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moderation.canned import handlers, personal  # noqa: F401  registered by import
