from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notifications, letters, digests and web push."""

    name = "activity.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from activity.notices import counters, handlers, personal  # noqa: F401  registered by import
