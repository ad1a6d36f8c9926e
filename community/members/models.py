"""People. `Member` is the account, the name and the public face in one row."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core import clock


class Role(models.TextChoices):
    """What someone is here for. Visible wherever their words appear, except plain members."""

    MEMBER = "member", _("Member")
    PARTNER = "partner", _("Partner")
    EDITOR = "editor", _("Editor")
    MODERATOR = "moderator", _("Moderator")
    ADMIN = "admin", _("Administrator")


class Standing(models.TextChoices):
    GOOD = "good", _("Good standing")
    WARNED = "warned", _("Warned")
    MUTED = "muted", _("Muted")
    SUSPENDED = "suspended", _("Suspended")


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.get(email=username)


class Member(AbstractBaseUser, PermissionsMixin):
    """One person. Written only by `members.actions`."""

    name = models.CharField(max_length=24, unique=True)
    name_key = models.CharField(max_length=64, unique=True)  # look-alike skeleton, see names.py
    email = models.EmailField(unique=True, null=True, blank=True)
    role = models.CharField(max_length=12, choices=Role, default=Role.MEMBER, db_index=True)
    is_verified_owner = models.BooleanField(default=False)
    is_key_member = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    language = models.CharField(max_length=8, blank=True, default="")
    theme = models.CharField(max_length=5, blank=True, default="")
    time_zone = models.CharField(max_length=40, blank=True, default="")

    headline = models.CharField(max_length=80, blank=True, default="")
    bio = models.TextField(blank=True, default="", max_length=2000)
    city = models.CharField(max_length=60, blank=True, default="")
    website = models.URLField(blank=True, default="")
    drives = models.CharField(max_length=80, blank=True, default="")
    visibility = models.JSONField(default=dict, blank=True)  # field → everyone | members | nobody
    avatar = models.CharField(max_length=64, blank=True, default="")  # storage key; empty = generated

    standing = models.CharField(max_length=9, choices=Standing, default=Standing.GOOD)
    standing_until = models.DateTimeField(null=True, blank=True)
    standing_reason = models.CharField(max_length=300, blank=True, default="")

    source = models.CharField(max_length=80, blank=True, default="")  # where an imported member came from
    source_id = models.CharField(max_length=40, blank=True, default="")
    claimed_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    post_count = models.PositiveIntegerField(default=0)
    thread_count = models.PositiveIntegerField(default=0)
    helped_count = models.PositiveIntegerField(default=0)

    objects = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~models.Q(source=""), name="member_source_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def username(self) -> str:
        """The name as it stands in addresses."""
        return self.name

    @property
    def is_staff_role(self) -> bool:
        """Speaks for the brand: labelled everywhere, second factor needed."""
        return self.role in (Role.EDITOR, Role.MODERATOR, Role.ADMIN)

    @property
    def is_staff(self) -> bool:
        """Django's word for "may open the break-glass admin"."""
        return self.role == Role.ADMIN
