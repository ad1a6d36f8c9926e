from django.apps import AppConfig


class FeedConfig(AppConfig):
    """What the people, boards and tags that somebody follows did. Has no tables: it is read where things stand."""

    name = "activity.feed"
    label = "feed"
    default_auto_field = "django.db.models.BigAutoField"
