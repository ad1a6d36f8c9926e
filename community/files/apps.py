from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Pictures and documents that members put into what they write."""

    name = "community.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.core.doctor import add_check
        from community.files import checkup, handlers, personal, tasks  # noqa: F401  registered by import

        add_check(checkup.uploads)
