from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Open pages that hear what happens."""

    name = "activity.live"
    label = "live"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from activity.live import handlers, personal  # noqa: F401  registered by import
