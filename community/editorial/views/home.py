"""The first page, by who looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.humanize.templatetags.humanize import apnumber
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from community.core import clock
from community.core.pagecache import kept_for_guests
from community.editorial.kept import MAGAZINE
from community.editorial.queries import fresh_articles, home, home_words
from community.editorial.queries.pages import words_of
from community.members import actions as members
from community.members.models import Member
from community.members.views._shared import me, mine
from forum import kept

if TYPE_CHECKING:
    from community.editorial.models import HomePage


@kept_for_guests(MAGAZINE, *kept.LISTS)
@require_safe
def home_page(request: HttpRequest) -> HttpResponse:
    """Guests: three statements when warm, one more with a poll. Members: three or four, session and account apart."""
    viewer = request.user
    context = _member_context(viewer) if isinstance(viewer, Member) else guest_context(request)
    return render(request, "editorial/home.html", context)


@require_POST
@mine
def end_welcome(request: HttpRequest) -> HttpResponse:
    """Close the line that welcomes somebody back."""
    members.end_welcome(member=me(request))
    return HttpResponseRedirect(reverse("editorial:home"))


def guest_context(request: HttpRequest, page: HomePage | None = None) -> dict[str, Any]:
    """What a guest sees; `page` is a version that is not published yet, for an editor's preview."""
    return {
        "words": words_of(page) if page else home_words(),
        "figures": home.figures(),
        "threads": home.fresh_threads(request.user),
        "groups": home.boards(request.user),
        "articles": fresh_articles(),
    }


def _member_context(member: Member) -> dict[str, Any]:
    needs = home.needs(member)
    rows = home.new_threads(member, {need.thread_id for need in needs})
    return {
        "member": member,
        "welcome": home.welcome(member),
        "today": localdate(clock.now()),
        "greeting": _greeting(member.name, len(needs)),
        "quiet": _("Nobody waits for you. Below is what is new on the boards you can read."),
        "needs": needs,
        "threads": rows.threads,
        "rows_title": _("New to you") if rows.unread else _("Fresh threads"),
        "rows_url": rows.url,
        "boards": home.my_boards(member),
        "articles": fresh_articles(),
    }


def _greeting(name: str, count: int) -> str:
    if not count:
        return _("All quiet, %(name)s") % {"name": name}
    sentence = ngettext(
        "%(count)s thing needs you, %(name)s", "%(count)s things need you, %(name)s", count
    ) % {"count": count if translation.get_language() == "zh-hans" else apnumber(count), "name": name}
    return capfirst(sentence)
