from django.apps import AppConfig


class TopicsConfig(AppConfig):
    """The topic calendar: what is talked about when, who looks after it, and what came of it."""

    name = "moderation.topics"
    label = "topics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moderation.topics import handlers, kept, personal  # noqa: F401  registered by import
