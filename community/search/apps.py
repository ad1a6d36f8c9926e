from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Finding threads, posts and members."""

    name = "community.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.core.doctor import add_check
        from community.search import drift, handlers, measuring, personal  # noqa: F401  registered by import
        from community.search.checkup import search_engine

        add_check(search_engine)
