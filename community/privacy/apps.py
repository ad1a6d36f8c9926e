from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What the site remembers about a member: shown, given out, agreed to, taken away."""

    name = "community.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.privacy import handlers, personal, tasks  # noqa: F401  registered by import
