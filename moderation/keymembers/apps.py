from django.apps import AppConfig


class KeyMembersConfig(AppConfig):
    """Members whom the brand takes particular care of: who, why, how long, and that they agreed."""

    name = "moderation.keymembers"
    label = "keymembers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moderation.keymembers import handlers, personal  # noqa: F401  registered by import
