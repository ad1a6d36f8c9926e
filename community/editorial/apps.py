from django.apps import AppConfig


class EditorialConfig(AppConfig):
    """The magazine and the brand: Wagtail pages and site settings."""

    name = "community.editorial"
    label = "editorial"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.editorial import brand, handlers, kept, personal  # noqa: F401  handlers register themselves
        from community.members import house

        house.brand_from(brand.name)
