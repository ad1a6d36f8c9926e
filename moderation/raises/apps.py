from django.apps import AppConfig


class RaisesConfig(AppConfig):
    """The bump: labelled, budgeted, measured."""

    name = "moderation.raises"
    label = "raises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moderation.raises import handlers, kept, personal, tasks  # noqa: F401  registered by import
