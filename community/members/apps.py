from django.apps import AppConfig


class MembersConfig(AppConfig):
    """People: accounts, names, profiles, standing."""

    name = "community.members"
    label = "members"
    default_auto_field = "django.db.models.BigAutoField"
