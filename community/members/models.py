"""People. `Member` is the account, the name and the public face in one row."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from community.core import clock
from community.core.links import link


class Role(models.TextChoices):
    """What someone is here for. Visible wherever their words appear, except plain members."""

    MEMBER = "member", _("Member")
    PARTNER = "partner", _("Partner")
    EDITOR = "editor", _("Editor")
    MODERATOR = "moderator", _("Moderator")
    ADMIN = "admin", _("Administrator")


STAFF_ROLES = (Role.EDITOR, Role.MODERATOR, Role.ADMIN)


class Standing(models.TextChoices):
    GOOD = "good", _("Good standing")
    WARNED = "warned", _("Warned")
    MUTED = "muted", pgettext_lazy("standing", "Muted")
    SUSPENDED = "suspended", _("Suspended")


class MemberQuerySet(models.QuerySet["Member"]):
    def listed(self) -> "MemberQuerySet":
        """People who may be found: open accounts that proved an address, and imported authors."""
        from allauth.account.models import EmailAddress

        proved = EmailAddress.objects.filter(user_id=models.OuterRef("pk"), verified=True)
        return self.filter(models.Q(models.Exists(proved)) | models.Q(email=None), is_active=True)

    def of_standing(self, *wanted: str) -> "MemberQuerySet":
        """Those whose standing counts as one of these now, as `access.current_standing` has it."""
        is_over = models.Q(standing_until__isnull=False, standing_until__lte=clock.now())
        counts = ~is_over & models.Q(standing__in=wanted)
        return self.filter(counts | is_over if Standing.GOOD in wanted else counts)


class MemberManager(BaseUserManager["Member"]):
    def get_queryset(self) -> MemberQuerySet:
        return MemberQuerySet(self.model, using=self._db)

    def listed(self) -> MemberQuerySet:
        return self.get_queryset().listed()

    def of_standing(self, *wanted: str) -> MemberQuerySet:
        return self.get_queryset().of_standing(*wanted)

    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.get(email=username)

    def create_superuser(self, *, email: str, name: str, password: str | None = None) -> "Member":
        """The operator's first administrator, for Django's `createsuperuser`."""
        from community.members import actions

        member = actions.register_member(
            name=name, email=email, password=password, verified=True, by_staff=True
        )
        return actions.set_role(actor=None, member=member, role=Role.ADMIN)


class Member(AbstractBaseUser, PermissionsMixin):
    """One person. Written only by `members.actions`."""

    name = models.CharField(pgettext_lazy("member", "name"), max_length=24, unique=True)
    name_key = models.CharField(max_length=64, unique=True)  # look-alike skeleton, see names.py
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)  # null: imported
    role = models.CharField(max_length=12, choices=Role, default=Role.MEMBER, db_index=True)
    is_verified_owner = models.BooleanField(default=False)
    is_key_member = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now, db_index=True)
    last_seen_at = models.DateTimeField(null=True, blank=True, db_index=True)
    away_since = models.DateTimeField(null=True, blank=True)  # the last visit before a long time away
    greeted_at = models.DateTimeField(null=True, blank=True)  # when they came back from it
    returned_at = models.DateTimeField(null=True, blank=True)  # the second visit, hours after the first
    leaves_at = models.DateTimeField(null=True, blank=True)  # when the account will be erased, if they asked

    language = models.CharField(max_length=8, blank=True, default="")
    theme = models.CharField(max_length=5, blank=True, default="")
    time_zone = models.CharField(max_length=40, blank=True, default="")
    plain_order = models.BooleanField(
        default=False, db_default=False
    )  # threads that staff raised stand no higher

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
    notice_count = models.PositiveIntegerField(default=0, db_default=0)  # unread, kept by `activity.notices`

    objects = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~models.Q(source=""), name="member_source_unique"
            ),
            # The admin role and Django's all-powerful flag are one fact; neither may drift from the other.
            models.CheckConstraint(
                condition=models.Q(role="admin", is_superuser=True)
                | (~models.Q(role="admin") & models.Q(is_superuser=False)),
                name="member_superuser_is_admin",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.is_superuser = self.role == Role.ADMIN
        fields = kwargs.get("update_fields")
        if fields is not None and "role" in fields:
            kwargs["update_fields"] = {*fields, "is_superuser"}
        super().save(*args, **kwargs)

    @property
    def username(self) -> str:
        """The name as it stands in addresses."""
        return self.name

    @property
    def is_staff_role(self) -> bool:
        """Speaks for the brand: labelled everywhere, second factor needed."""
        return self.role in STAFF_ROLES

    @property
    def is_staff(self) -> bool:
        """Django's word for "may open the break-glass admin"."""
        return self.role == Role.ADMIN

    @property
    def is_imported(self) -> bool:
        """Moved in from elsewhere and not yet claimed by its person: labelled, and cannot sign in."""
        return bool(self.source) and self.claimed_at is None

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return link("members:profile", self.name)


# What stands beside somebody's words: the rest of the row stays in the database.
FACE = (
    "id", "name", "role", "is_verified_owner", "is_key_member", "drives", "headline", "visibility", "avatar",
    "source", "claimed_at", "is_demo",
)  # fmt: skip


def all_but_face(*relations: str, also: tuple[str, ...] = ()) -> list[str]:
    """For `defer()`: the columns of these related members (and of none other) that no page shows beside words."""
    rest = [field.attname for field in Member._meta.concrete_fields if field.attname not in (*FACE, *also)]
    return [f"{relation}__{name}" for relation in relations for name in rest]


class NameHistory(models.Model):
    """A name someone gave up at `until`. It stays theirs: reserved, and its old address redirects."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="past_names")
    name = models.CharField(max_length=24)
    name_key = models.CharField(max_length=64, db_index=True)
    until = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-until", "-id"]

    def __str__(self) -> str:
        return self.name


class Ignore(models.Model):
    """`member` wants to see less of `target`; with `blocks`, `target` may not reach `member` either."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="ignores")
    target = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="ignored_by")
    blocks = models.BooleanField(default=False)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "target"], name="ignore_once"),
            models.CheckConstraint(condition=~models.Q(member=models.F("target")), name="ignore_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} → {self.target_id}"


class Follow(models.Model):
    """`member` wants to know what `target` writes. A block ends it, whoever blocks."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="follows", db_index=False)
    target = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="followed_by", db_index=False)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "target"], name="follow_once"),
            models.CheckConstraint(condition=~models.Q(member=models.F("target")), name="follow_not_self"),
        ]
        indexes = [
            models.Index(fields=["member", "-since", "-id"], name="follow_by_member"),
            models.Index(fields=["target", "-since", "-id"], name="follow_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} → {self.target_id}"


class StandingChange(models.Model):
    """One line of a member's standing: who changed it, to what, why and until when. Never edited."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="standing_changes")
    actor = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    standing = models.CharField(max_length=9, choices=Standing)
    reason = models.CharField(max_length=300, blank=True, default="")
    until = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.standing}"


class ImportClaim(models.Model):
    """Someone says that an imported member is them. Staff decide; the row keeps who and when."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    imported = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="claims")
    claimant = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="own_claims"
    )
    claimant_name = models.CharField(max_length=24)  # the claimant's row is gone after an approval
    evidence = models.CharField(max_length=500)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN, db_index=True)
    asked_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True, default="")  # empty in a declined one: see `reason`

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["claimant"], condition=models.Q(state="open"), name="one_open_claim_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.claimant_name} → {self.imported_id}"

    @property
    def reason(self) -> str:
        """Why it was declined, to whoever reads it now. Without words of a moderator, another's claim was approved."""
        return self.note or gettext("Somebody else's claim was approved.")
