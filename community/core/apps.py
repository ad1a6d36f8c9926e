from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The toolkit every other room stands on."""

    name = "community.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
