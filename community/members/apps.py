from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MembersConfig(AppConfig):
    """People: accounts, names, profiles, standing."""

    name = "community.members"
    label = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.members import counters, groups, handlers, kept, personal, tasks  # noqa: F401

        # Without a sender: the rights that the groups need come from several apps' migrations, in any order.
        post_migrate.connect(groups.ensure_groups, dispatch_uid="members.ensure_groups")
