"""People seen by others: the list, a profile, and what one may do there."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core.access import absent
from community.core.pagecache import CURSOR, kept_for_guests, stands_on
from community.core.pagination import keyset
from community.members import access, actions, queries
from community.members.actions.claims import may_claim
from community.members.kept import member_topic
from community.members.models import ImportClaim, Member
from community.members.page_forms import FIELD_LABELS, ClaimForm
from community.members.views._shared import act_and_return, attempt, me, mine, next_address

PROFILE_WORDS = ("drives", "city", "website", "email")
RELATIONS: dict[str, Callable[..., object]] = {
    "follow": actions.follow,
    "unfollow": actions.unfollow,
    "ignore": actions.ignore_member,
    "unignore": actions.unignore,
    "block": actions.block,
    "unblock": actions.unblock,
}


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Everybody who may be found, by name. One statement at any size."""
    search = request.GET.get("q", "").strip()[:100]
    role = request.GET.get("show", "")
    people = queries.directory(search=search, role=role)
    page = keyset(people, order=("name_key",), cursor=request.GET.get("page"), size=queries.PER_PAGE)
    return render(
        request, "members/directory.html", {"page": page, "search": search, "show": role, "here": "people"}
    )


@kept_for_guests(params={"page": CURSOR})
@require_safe
def profile(request: HttpRequest, name: str) -> HttpResponse:
    """One person. Old names and other spellings redirect."""
    member = _found(request, name)
    if isinstance(member, HttpResponseRedirect):
        return member
    stands_on(member_topic(member.pk))
    viewer, seen_as = _seen_by(request, member)
    context = {
        "member": member,
        "seen_as": seen_as,
        "is_me": request.user.pk == member.pk,
        "fields": [
            (FIELD_LABELS[field.name], field) for field in queries.shown_fields(viewer, member, PROFILE_WORDS)
        ],
        "headline": access.may_see_field(viewer, member, "headline") and member.headline,
        "bio": access.may_see_field(viewer, member, "bio") and member.bio,
        "shows_joined": access.may_see_field(viewer, member, "joined"),
        "shows_online": access.may_see_field(viewer, member, "online"),
        "is_here": queries.is_here(member),
        "relation": queries.relation(request.user, member),
        "shows_following": access.may_see_field(viewer, member, "following"),
        "shows_followers": access.may_see_field(viewer, member, "followers"),
        "may_moderate": access.may_set_standing(request.user, member),
        "may_claim": isinstance(request.user, Member) and may_claim(request.user, member),
        "here": "me" if request.user.pk == member.pk else "people",
    }
    return render(request, "members/profile.html", context)


@require_safe
def following(request: HttpRequest, name: str) -> HttpResponse:
    """Whom a member follows, the latest first, for those they let know."""
    return _follows(request, name, "following")


@require_safe
def followers(request: HttpRequest, name: str) -> HttpResponse:
    """Who follows a member, the latest first, for those both let know."""
    return _follows(request, name, "followers")


def _follows(request: HttpRequest, name: str, field: str) -> HttpResponse:
    found = queries.find_member(name)
    if found is None or not access.may_see_field(request.user, found.member, field):
        raise absent()
    find = queries.following if field == "following" else queries.followers
    page = keyset(
        find(request.user, found.member),
        order=("-since", "-pk"),
        cursor=request.GET.get("page"),
        size=queries.PER_PAGE,
    )
    context = {
        "member": found.member,
        "page": page,
        "people": [row.target if field == "following" else row.member for row in page.items],
        "field": field,
        "shows_following": access.may_see_field(request.user, found.member, "following"),
        "shows_followers": access.may_see_field(request.user, found.member, "followers"),
        "is_me": request.user.pk == found.member.pk,
        "here": "me" if request.user.pk == found.member.pk else "people",
    }
    return render(request, "members/follows.html", context)


@require_POST
@mine
def relation(request: HttpRequest, name: str) -> HttpResponse:
    """Follow, ignore, block, or undo one of them."""
    found = queries.find_member(name)
    verb = request.POST.get("do", "")
    if found is None or verb not in RELATIONS:
        raise absent()
    done = {
        "follow": _("You follow this member. What they write is in your feed."),
        "unfollow": _("You no longer follow this member."),
        "ignore": _("You will see less of this member."),
        "unignore": _("You see this member again."),
        "block": _("You and this member have no contact any more."),
        "unblock": _("The block is lifted."),
    }
    return act_and_return(
        request,
        lambda: RELATIONS[verb](member=me(request), target=found.member),
        done=done[verb],
        to=next_address(request, found.member.get_absolute_url()),
    )


@mine
def claim(request: HttpRequest, name: str) -> HttpResponse:
    """Say that an imported member is me."""
    found = queries.find_member(name)
    if found is None or not found.member.is_imported:
        raise absent()
    form = ClaimForm(request.POST or None)
    if form.is_valid() and attempt(
        form,
        lambda: actions.claim_member(
            claimant=me(request), imported=found.member, evidence=form.cleaned_data["evidence"]
        ),
    ):
        messages.success(request, _("Sent. The moderators' answer will stand in your settings."))
        return HttpResponseRedirect(reverse("members:settings"))
    context = {
        "form": form,
        "member": found.member,
        "verdict": may_claim(me(request), found.member),
        "waiting": ImportClaim.objects.filter(claimant=me(request), state=ImportClaim.State.OPEN).first(),
        "here": "people",
    }
    return render(request, "members/claim.html", context)


def _found(request: HttpRequest, name: str) -> Member | HttpResponseRedirect:
    found = queries.find_member(name)
    if found is None:
        raise absent()
    if not found.current:
        query = request.META.get("QUERY_STRING", "")
        address = found.member.get_absolute_url()
        return HttpResponseRedirect(f"{address}?{query}" if query else address)
    return found.member


def _seen_by(request: HttpRequest, member: Member) -> tuple[access.Viewer, str]:
    """Whose eyes the page is drawn for: a member may look at the own profile as others see it."""
    seen_as = request.GET.get("as", "")
    if request.user.pk != member.pk or seen_as not in ("guest", "member"):
        return request.user, ""
    return (AnonymousUser(), "guest") if seen_as == "guest" else (Member(), "member")
