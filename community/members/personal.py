"""What the members' room holds about a member, and how it goes."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from community.core import avatars, personal
from community.core.personal import DERIVED, GOES, NUMBER, OPENS, SOMEONE_ELSE, YOU, Stays, holds
from community.core.tasks import rows
from community.members import actions, personal_others, queries  # noqa: F401  the second: tables of other people's apps
from community.members.models import Follow, Ignore, Member

personal.room("account", _("Account and profile"))
personal.room("signing-in", _("Signing in"))
personal.room("people", _("People"))

_STAYS_FOR_WORDS = "what others answered stays in place, beside a number without a name"
_LOG = "a line of a log keeps who acted as a number, without a name"

holds(
    "members.Member",
    room="account",
    title=_("Account and profile"),
    owner="pk",
    told=(
        "id last_login name email role is_verified_owner is_key_member joined_at last_seen_at away_since greeted_at "
        "returned_at "
        "leaves_at language theme "
        "plain_order "
        "time_zone headline bio city website drives visibility avatar standing standing_until standing_reason "
        "source source_id claimed_at post_count thread_count helped_count notice_count"
    ),
    untold={
        "password": OPENS,
        "name_key": DERIVED,
        "is_superuser": DERIVED,
        "is_active": "only an open account can ask",
        "is_demo": "tells invented people from real ones",
        "groups": DERIVED,
        "user_permissions": "never used: rights follow from the role",
    },
    erase=Stays(
        blank={
            "password": "",
            "last_login": None,
            "name": actions.former_name,
            "name_key": actions.former_key,
            "email": None,
            "role": "member",
            "is_superuser": False,
            "is_verified_owner": False,
            "is_key_member": False,
            "is_active": False,
            "last_seen_at": None,
            "away_since": None,
            "greeted_at": None,
            "returned_at": None,
            "leaves_at": None,
            "language": "",
            "theme": "",
            "time_zone": "",
            "plain_order": False,
            "headline": "",
            "bio": "",
            "city": "",
            "website": "",
            "drives": "",
            "visibility": dict,
            "avatar": "",
            "standing": "good",
            "standing_until": None,
            "standing_reason": "",
            "notice_count": 0,
        },
        kept={
            "id": _STAYS_FOR_WORDS,
            "joined_at": "no words may be older than whoever wrote them",
            "source": "a second import must not bring the person back",
            "source_id": "a second import must not bring the person back",
            "claimed_at": "nobody else may claim the imported author again",
            "is_demo": "tells invented people from real ones",
            "post_count": "counts words that stay",
            "thread_count": "counts words that stay",
            "helped_count": "counts words that stay",
            "groups": "emptied with the role",
            "user_permissions": "never used: rights follow from the role",
        },
    ),
    by="members.name",
)

holds(
    "members.Member_groups",
    room="account",
    title=_("Groups in the magazine's desk"),
    owner="member",
    told="group",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
)
holds(
    "members.Member_user_permissions",
    room="account",
    title=_("Permissions"),
    owner="member",
    told="permission",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
)
holds(
    "members.NameHistory",
    room="account",
    title=_("Earlier names"),
    about=_("They stay reserved for you, and their addresses lead to you."),
    owner="member",
    told="name until",
    untold={"id": NUMBER, "member": YOU, "name_key": DERIVED},
    erase=Stays(
        blank={"name": ""},
        kept={
            "id": NUMBER,
            "member": _STAYS_FOR_WORDS,
            "name_key": "a digest that nobody reads a name from, so that nobody poses as you",
            "until": "since when the name is reserved",
        },
    ),
    by="members.name",
)
holds(
    "members.StandingChange",
    room="account",
    title=_("Changes of your standing"),
    about=_("Decisions of moderators about you. They cannot be deleted one by one."),
    owner="member",
    told="standing reason until at",
    untold={"id": NUMBER, "member": YOU, "actor": SOMEONE_ELSE},
    points={"actor": _LOG},
    erase=Stays(
        blank={"reason": ""},
        kept={
            "id": NUMBER,
            "member": _STAYS_FOR_WORDS,
            "actor": _LOG,
            "standing": "moderators account for what they did",
            "until": "moderators account for what they did",
            "at": "moderators account for what they did",
        },
    ),
)


def _unignore(member: Member, row: Ignore) -> None:
    actions.unignore(member=member, target=row.target)


def _unignore_all(member: Member) -> None:
    for row in Ignore.objects.filter(member=member).select_related("target"):
        _unignore(member, row)


holds(
    "members.Ignore",
    room="people",
    title=_("Ignored and blocked"),
    about=_("Nobody on this list is told."),
    owner="member",
    also=("target",),
    told="target blocks since",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
    clear=_unignore_all,
    drop=_unignore,
)


def _unfollow(member: Member, row: Follow) -> None:
    actions.unfollow(member=member, target=row.target)


def _unfollow_all(member: Member) -> None:
    for row in Follow.objects.filter(member=member).select_related("target"):
        _unfollow(member, row)


holds(
    "members.Follow",
    room="people",
    title=_("Whom you follow"),
    about=_("Your settings say who else may read this list."),
    owner="member",
    also=("target",),
    told="target since",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
    clear=_unfollow_all,
    drop=_unfollow,
)
holds(
    "members.ImportClaim",
    room="people",
    title=_("Imported authors you said you are"),
    owner="claimant",
    told="imported claimant_name evidence state asked_at decided_at note",
    untold={"id": NUMBER, "claimant": YOU, "decided_by": SOMEONE_ELSE},
    points={"imported": "who is claimed, not who claims", "decided_by": _LOG},
    also=("imported",),
    erase=GOES,
)

# -- how one signs in

holds(
    "account.EmailAddress",
    room="signing-in",
    title=_("E-mail addresses"),
    owner="user",
    told="email verified primary",
    untold={"id": NUMBER, "user": YOU},
    erase=GOES,
)
holds(
    "account.EmailConfirmation",
    room="signing-in",
    title=_("Addresses that wait for a proof"),
    owner="email_address__user",
    told="created sent",
    untold={"id": NUMBER, "email_address": DERIVED, "key": OPENS},
    erase=GOES,
)
holds(
    "mfa.Authenticator",
    room="signing-in",
    title=_("Passkeys, apps and recovery codes"),
    owner="user",
    told="type created_at last_used_at",
    untold={"id": NUMBER, "user": YOU, "data": OPENS},
    erase=GOES,
)
holds(
    "socialaccount.SocialAccount",
    room="signing-in",
    title=_("Linked accounts"),
    owner="user",
    told="provider uid last_login date_joined extra_data",
    untold={"id": NUMBER, "user": YOU},
    erase=GOES,
)
holds(
    "socialaccount.SocialToken",
    room="signing-in",
    title=_("Keys to linked accounts"),
    owner="account__user",
    told="expires_at",
    untold={"id": NUMBER, "app": NUMBER, "account": DERIVED, "token": OPENS, "token_secret": OPENS},
    erase=GOES,
)
holds(
    "usersessions.UserSession",
    room="signing-in",
    title=_("Signed-in devices"),
    about=_("Where your account is open, and from which address it was opened."),
    owner="user",
    told="created_at ip last_seen_at user_agent",
    untold={"id": NUMBER, "user": YOU, "session_key": OPENS, "data": "empty"},
    erase=GOES,
    drop=lambda member, row: actions.end_session(member=member, session_id=row.pk),
)


@personal.names("members.Member")
def member_names(viewer: object, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    people = Member.objects.listed().filter(pk__in=ids).only("pk", "name")
    return {one.pk: (one.name, one.get_absolute_url()) for one in people}


@personal.files
def picture(member_id: int) -> Iterable[tuple[str, str]]:
    key = Member.objects.filter(pk=member_id).values_list("avatar", flat=True).first()
    if key and avatars.avatar_urls(key)[0]:
        yield "picture.webp", key


@personal.erases("members.queue_again", order=personal.LAST - 5)
@personal.erases("members.queue", order=personal.CLOSING - 5)
def queue(*, member_id: int, remove_posts: bool) -> None:
    """Finished work that named the member, before name and address are gone."""
    address = Member.objects.filter(pk=member_id).exclude(email=None).values_list("email", flat=True)
    words = [*queries.names_of(member_id), *address]
    said = [json.dumps(word, ensure_ascii=plain) for word in words for plain in (True, False)]
    rows.forget_finished([*said, f'"member_id": {member_id},', f'"member_id": {member_id}}}'])


@personal.erases("members.close", order=personal.CLOSING)
def close(*, member_id: int, remove_posts: bool) -> None:
    """First of all, so that nothing new comes while the rest goes."""
    actions.close_account(member_id=member_id)


@personal.erases("members.name", order=personal.LAST)
def name(*, member_id: int, remove_posts: bool) -> None:
    """Last of all: until then the name is what its mentions are found by."""
    actions.erase_name(member_id=member_id)
