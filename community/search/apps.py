from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Finding threads, posts and members."""

    name = "community.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.search import handlers  # noqa: F401  registered by import
