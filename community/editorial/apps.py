from django.apps import AppConfig


class EditorialConfig(AppConfig):
    """The magazine and the brand: Wagtail pages and site settings."""

    name = "community.editorial"
    label = "editorial"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.editorial import handlers  # noqa: F401  registers them
