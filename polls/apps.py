from django.apps import AppConfig


class PollsConfig(AppConfig):
    """Polls, their ballots and what was counted."""

    name = "polls"
    label = "polls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.files import uses
        from polls import counters, handlers, kept, personal  # noqa: F401  registered by import
        from polls.actions.making import used_uploads
        from polls.queries import draws  # noqa: F401

        uses.register("polls.choices", used_uploads)
