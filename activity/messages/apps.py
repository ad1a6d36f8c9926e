from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Private conversations of two or several."""

    name = "activity.messages"
    label = "letters"  # Django's own "messages" are the sentences that a page says once
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from activity.messages import personal, places  # noqa: F401  registered by import
        from activity.messages.uploads import uploads_in_messages, uploads_in_reports
        from community.files import uses

        uses.register("letters.messages", uploads_in_messages)
        uses.register_report("letters.reports", uploads_in_reports)
