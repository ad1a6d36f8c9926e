from django.apps import AppConfig


class ForumConfig(AppConfig):
    """Boards, threads and posts."""

    name = "forum"
    label = "forum"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.files import uses
        from forum import counters, handlers, kept, personal  # noqa: F401  registered by import
        from forum.actions.uploads import uploads_in_drafts, used_uploads

        uses.register("forum.posts", used_uploads)
        uses.register("forum.drafts", uploads_in_drafts)
