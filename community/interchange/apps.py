from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    """Communities moving in and out."""

    name = "community.interchange"
    label = "interchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.interchange import personal  # noqa: F401  registered by import
