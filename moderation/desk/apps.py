from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Where moderators see what will go cold next, and why. Has no tables yet: what it knows is read from the boards."""

    name = "moderation.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
