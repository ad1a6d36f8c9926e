from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    """Quizzes, their questions and who answered them."""

    name = "polls.quizzes"
    label = "quizzes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.files import uses
        from polls.quizzes import counters, handlers, kept, personal  # noqa: F401  registered by import
        from polls.quizzes.actions.making import used_uploads

        uses.register("quizzes.questions", used_uploads)
