"""Small template helpers used on every page. What they compute lives in `community.core.display`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.middleware.csrf import get_token
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from community.core import clock, display, hot, outages, pieces, ways
from community.core.links import link
from community.core.writing_words import writing_words

register = template.Library()
for piece in (
    pieces.icon,
    pieces.once,
    pieces.avatar,
    pieces.role_badge,
    pieces.owner_marks,
    pieces.strip,
    pieces.time_ago,
    pieces.time_when,
    pieces.reaction_bar,
    hot.thread_row,
    hot.thread_list,
    hot.post_open,
    hot.post_close,
    ways.route,
    ways.near_rows,
):
    register.simple_tag(piece)
register.simple_tag(ways.pager, takes_context=True)
register.filter(pieces.phrases)
register.filter(display.lang_attribute)
register.filter(display.span)

THEMES = ("light", "dark")
_DIST = Path(__file__).resolve().parents[3] / "static" / "dist" / "BUILD.json"


@register.simple_tag
def strip_of(days: Sequence[int], opened: int | None = None, accepted: int | None = None) -> SafeString:
    """A strip from plain numbers, oldest first."""
    counts = display.strip_days(days, clock.now().date())
    title = display.strip_title(counts, opened=opened, accepted=accepted)
    return display.strip_svg(counts, opened=opened, accepted=accepted, title=title)


# ---- time and numbers ----


@register.filter
def ago(at: datetime | None) -> str:
    return display.ago(at, clock.now()) if at else ""


@register.filter
def when(at: datetime | None) -> str:
    return display.when(at, clock.now()) if at else ""


@register.filter
def day(at: date | None) -> str:
    """The day of a moment in the viewer's zone, or a day as it is."""
    if not at:
        return ""
    told = timezone.localtime(at).date() if isinstance(at, datetime) else at
    return display.day(told, timezone.localtime(clock.now()).date())


@register.filter
def compact(value: float | None) -> str:
    return display.compact(value or 0, get_language() or "en")


@register.filter
def number(value: float | None) -> str:
    return display.number(value or 0)


# ---- words ----


@register.filter
def search_guess(path: str) -> str:
    return display.search_guess(path)


@register.filter
def has_key(mapping: Mapping[str, Any] | None, key: str) -> bool:
    return key in (mapping or {})


@register.simple_tag
def nonempty(*values: Any) -> list[Any]:
    """The values that say something, in order: `{% nonempty a b as parts %}`."""
    return [value for value in values if str(value if value is not None else "").strip()]


@register.simple_tag(takes_context=True)
def sent_words(context: Context) -> str:
    return outages.sent_words(context["request"])


# ---- the page around it ----


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """The current query string with some parameters set; None or "" removes one. Starts with "?"."""
    asked = context["request"].GET
    if not asked:  # most pages: no query to copy and to take apart
        return f"?{urlencode([(key, value) for key, value in changes.items() if value is not None and value != ''])}"
    query = asked.copy()
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def html_theme(context: Context) -> str:
    """ "light", "dark" or "" for the system's own: this device's choice before the account's."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    if chosen not in (*THEMES, "system"):
        chosen = getattr(getattr(request, "user", None), "theme", "")
    return chosen if chosen in THEMES else ""


_SECTIONS = (
    ("/boards/", "boards"), ("/threads/", "boards"), ("/posts/", "boards"), ("/latest/", "latest"),
    ("/unread/", "latest"), ("/unanswered/", "latest"), ("/hot/", "latest"), ("/magazine/", "magazine"),
    ("/search/", "search"), ("/notices/", "notices"), ("/account/", "me"), ("/members/", "people"), ("/staff/", "staff"),
)  # fmt: skip


@register.simple_tag(takes_context=True)
def section(context: Context) -> str:
    """Which entry of the navigation the page stands under."""
    request = context.get("request")
    if context.get("here"):
        return str(context["here"])
    path = request.path if request else ""
    if path == "/":
        return "home"
    return next((name for prefix, name in _SECTIONS if path.startswith(prefix)), "")


class _Address(URLNode):
    """`{% url %}` that remembers addresses without arguments, or with numbers alone: a page has twenty of them."""

    def render(self, context: Context) -> str:
        name = self.view_name.resolve(context)
        numbers = [arg.resolve(context) for arg in self.args]
        if self.kwargs or not all(type(number) is int for number in numbers) or name.startswith("admin:"):
            return str(super().render(context))
        try:
            address = link(name, *numbers)
        except NoReverseMatch:  # an error, or nothing: as Django has it
            return str(super().render(context))
        if self.asvar:
            context[self.asvar] = address
            return ""
        return escape(address)


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """As Django's."""
    node = django_url(parser, token)
    return _Address(node.view_name, node.args, node.kwargs, node.asvar)


@register.simple_tag
def bundle(name: str) -> str:
    """The address of a built sheet or script, with its own hash so that a new build is fetched at once."""
    return _built(name) if settings.DEBUG else _remembered(name, settings.STATIC_URL)


@register.simple_tag(takes_context=True)
def writing_bundle(context: Context, ending: str) -> str:
    """The address of the sheet ("css") or script ("js") of a page on which one writes: the light one for whoever has
    not got the whole yet (`static/js/app.js` notes that they have)."""
    request = context.get("request")
    whole = bundle("app.js").rpartition("=")[2]
    has_whole = request is not None and request.COOKIES.get("whole") == whole
    return bundle(f"{'app' if has_whole else 'write'}.{ending}")


@cache
def _remembered(name: str, _static_url: str) -> str:
    return _built(name)


def _built(name: str) -> str:
    try:
        digest = str(json.loads(_DIST.read_text())[name]["sha256"])[:8]
    except (OSError, KeyError, ValueError):
        digest = "0"
    return f"{static(f'dist/{name}')}?v={digest}"


@register.simple_tag
def still(name: str) -> SafeString:
    """A template that depends on nothing but the language, drawn once for each: the palette, the list of keys."""
    if settings.DEBUG:
        return render_to_string(name)
    return _still(name, get_language())


@cache
def _still(name: str, _language: str | None) -> SafeString:
    return render_to_string(name)


_TOKEN, _ADDRESS, _UNREAD = "\ue001token\ue002", "\ue001address\ue002", "\ue001unread\ue002"
MOST_UNREAD = 99  # said as a number on the badge


@register.simple_tag(takes_context=True)
def unread_badge(context: Context) -> SafeString:
    """How many notices somebody has not read. In kept parts of the shell it is put in last, for each reader."""
    if "unread_later" in context:
        return mark_safe(_UNREAD)  # noqa: S308  a mark of ours
    request = context.get("request")
    return _badge(getattr(request, "user", None))


def _badge(user: Any) -> SafeString:
    count = getattr(user, "notice_count", 0) or 0
    said = f"{MOST_UNREAD}+" if count > MOST_UNREAD else str(count)
    hidden = "" if count else " hidden"
    return mark_safe(f'<b class="unread-badge" data-unread="{count}"{hidden}>{said}</b>')  # noqa: S308  a number


@register.simple_tag(takes_context=True)
def kept(context: Context, name: str) -> SafeString:
    """A part of the shell, drawn once for everyone who sees it alike; see `Shell.key` for what it may depend on.

    Besides the shell it may read `here`, `theme`, `sign_in_url`, `join_url`, `full_path` and a form's token.
    """
    shell, request = context.get("shell"), context.get("request")
    if shell is None or request is None or settings.DEBUG:
        told = context.flatten() | {"full_path": request.get_full_path() if request else ""}
        return render_to_string(name, told)
    here = {word: context.get(word) for word in ("here", "theme", "sign_in_url", "join_url")}
    key = (name, shell.key, *here.values())
    drawn = _kept_parts.get(key)
    if drawn is None:
        if len(_kept_parts) >= MOST_KEPT:
            _kept_parts.clear()
        around = {
            "shell": shell,
            "request": request,
            "csrf_token": _TOKEN,
            "full_path": _ADDRESS,
            "unread_later": True,
        }
        drawn = _kept_parts[key] = render_to_string(name, around | here)
    if _UNREAD in drawn:
        drawn = drawn.replace(_UNREAD, _badge(request.user))
    if _TOKEN in drawn:
        # The page's own where it has one: each that is made anew takes sixty-four random characters.
        drawn = drawn.replace(_TOKEN, str(context.get("csrf_token") or get_token(request)))
    return mark_safe(drawn.replace(_ADDRESS, escape(request.get_full_path())))  # noqa: S308  a template drew it


MOST_KEPT = 2000
_kept_parts: dict[tuple[Any, ...], str] = {}


@register.simple_tag
def js_words() -> SafeString:
    """The sentences that scripts show, in the active language, as a data block."""
    return _js_words(get_language())


def _picture_words() -> dict[str, str]:
    return {
        "pictures": _("Pictures"),
        "picture": _("Picture %(number)s of %(count)s") % {"number": "{n}", "count": "{m}"},
        "earlierPicture": _("Earlier picture"),
        "laterPicture": _("Later picture"),
        "closePictures": _("Close"),
        "fullBox": _("At most %(most)d boxes at once, please.") % {"most": 8},
    }


def _poll_words() -> dict[str, str]:
    """What the hand that puts choices in order says."""
    name = {"name": "{name}"}
    return {
        "rankUp": _("Move %(name)s up") % name,
        "rankDown": _("Move %(name)s down") % name,
        "rankOut": _("Leave %(name)s out") % name,
        "rankIn": _("Take %(name)s in") % name,
        "pollMembersOne": ngettext("%(n)s member", "%(n)s members", 1) % {"n": 1},
        "pollMembers": ngettext("%(n)s member", "%(n)s members", 2) % {"n": "{n}"},
        "pollGuestsOne": ngettext("%(n)s guest", "%(n)s guests", 1) % {"n": 1},
        "pollGuests": ngettext("%(n)s guest", "%(n)s guests", 2) % {"n": "{n}"},
        "rankNow": _("%(name)s: place %(place)s") % (name | {"place": "{n}"}),
    }


def _live_words() -> dict[str, str]:
    """What a page says when something happens elsewhere. `One` stands beside the word for several."""

    def both(key: str, one: str, many: str) -> dict[str, str]:
        return {f"{key}One": one % {"count": 1}, key: many % {"count": "{n}"}}

    return {
        **both(
            "liveReplies",
            ngettext("%(count)s new reply", "%(count)s new replies", 1),
            ngettext("%(count)s new reply", "%(count)s new replies", 2),
        ),
        **both(
            "liveShown",
            ngettext("%(count)s new reply was added below.", "%(count)s new replies were added below.", 1),
            ngettext("%(count)s new reply was added below.", "%(count)s new replies were added below.", 2),
        ),
        **both(
            "liveArrived",
            ngettext(
                "%(count)s reply arrived while you wrote.", "%(count)s replies arrived while you wrote.", 1
            ),
            ngettext(
                "%(count)s reply arrived while you wrote.", "%(count)s replies arrived while you wrote.", 2
            ),
        ),
        **both(
            "liveThreads",
            ngettext("News in %(count)s thread. Show", "News in %(count)s threads. Show", 1),
            ngettext("News in %(count)s thread. Show", "News in %(count)s threads. Show", 2),
        ),
        "pushRefused": _("The browser does not allow it. Its settings for this site can."),
        "pushFailed": _("That did not work. Try again."),
        "liveLook": _("Look first"),
        "liveSend": _("Post anyway"),
        "liveReload": _("Load it anew"),
        "liveBehind": _("This page is far behind. Nothing you wrote is lost by loading it anew."),
        "liveMerged": _("This thread was merged into another one."),
        "liveSignedOut": _("You were signed out. What you wrote is kept on this device."),
        "liveStaffNamed": _("%(name)s from the team is answering") % {"name": "{name}"},
        "liveStaff": _("Somebody from the team is answering"),
        "liveTypingNamed": _("%(name)s is writing") % {"name": "{name}"},
        "liveTypingTwo": _("%(name)s and %(other)s are writing") % {"name": "{name}", "other": "{other}"},
        "liveTypingMore": _("%(name)s and %(count)s others are writing") % {"name": "{name}", "count": "{n}"},
        "liveTypingOne": _("Somebody is writing"),
        "liveTypingSome": _("%(count)s people are writing") % {"count": "{n}"},
    }


@cache
def _js_words(_language: str | None) -> SafeString:
    words = {
        "now": _("just now"),
        "minutes": _("%(count)s min ago") % {"count": "{n}"},
        "hours": _("%(count)s h ago") % {"count": "{n}"},
        "day": ngettext("%(count)s day ago", "%(count)s days ago", 1) % {"count": "{n}"},
        "days": ngettext("%(count)s day ago", "%(count)s days ago", 2) % {"count": "{n}"},
        "today": _("today %(time)s") % {"time": "{time}"},
        "yesterday": _("yesterday %(time)s") % {"time": "{time}"},
        "moment": _("%(day)s, %(time)s") % {"day": "{day}", "time": "{time}"},
        "date": _("j M"),
        "dateYear": _("j M Y"),
        "copied": _("Link copied"),
        "recent": _("Searched before"),
        "more": _("More"),
        "everything": _("Search everything for “%(query)s”") % {"query": "{q}"},
        "nothing": _("Nothing found yet. Enter searches everything."),
        "resting": _("Suggestions are resting. Enter still searches."),
    }
    words |= writing_words() | _live_words() | _picture_words() | _poll_words()
    data = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")
    return mark_safe(f'<script type="application/json" id="words">{data}</script>')  # noqa: S308  made safe above
