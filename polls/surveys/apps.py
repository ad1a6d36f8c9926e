from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Surveys, their waves and what was answered."""

    name = "polls.surveys"
    label = "surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from polls.surveys import drawing, handlers, kept, personal  # noqa: F401  registered by import
