"""Numbers that open their rows, and what a page of rows says that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from moderation.insight.queries.behind import KINDS
from moderation.insight.templatetags.insight_tags import day_words, role_words, tone_words, window_words
from moderation.insight.window import Window
from moderation.raises.models import Raise
from moderation.raises.policy import Share, per_cent
from moderation.raises.queries import GROUPS

register = template.Library()


def address(of: str, window: Window, narrowed: Mapping[str, Any]) -> str:
    """Where the rows of a number are, of the same days."""
    name = f"insight:rows_{of}" if of in KINDS else f"insight:{of}"
    asked = {key: value for key, value in narrowed.items() if value not in ("", None)}
    return f"{reverse(name)}?{urlencode({**asked, 'days': window.days})}"


@register.simple_tag
def opens(said: object, of: str, window: Window, **narrowed: Any) -> SafeString:
    """A number as a link to its rows. `of`: the kind of row; the rest stands in the address.

    By itself in its element: a table sets links beside each other apart, and this is a word of a sentence.
    """
    return format_html('<span><a class="link" href="{}">{}</a></span>', address(of, window, narrowed), said)


@register.simple_tag
def opens_share(share: Share, of: str, window: Window, only: str, **narrowed: Any) -> SafeString | str:
    """ "7 of 12 (58 %)", each number a link to its rows; `only`: which of them hit."""
    if not share.total:
        return _("none")
    return format_html(
        _("{hits} of {total} ({rate} %)"),
        hits=opens(share.hits, of, window, **narrowed, only=only),
        total=opens(share.total, of, window, **narrowed),
        rate=per_cent(share.rate),
    )


@register.filter
def rows_words(of: str, n: int) -> str:
    """How many rows of a kind, as a heading."""
    told = {
        "posts": ngettext("%(n)d post", "%(n)d posts", n),
        "promises": ngettext("%(n)d promise", "%(n)d promises", n),
        "raises": ngettext("%(n)d raise", "%(n)d raises", n),
        "acts": ngettext("%(n)d act at the desk", "%(n)d acts at the desk", n),
        "threads": ngettext("%(n)d thread", "%(n)d threads", n),
    }
    return told[of] % {"n": n}


def _only(of: str, only: str) -> str:
    return {
        ("posts", "used"): _("begun from an answer kept ready"),
        ("posts", "bare"): _("hardly a word was added to the answer kept ready"),
        ("posts", "called_no_answer"): _("the asker said that it is no answer"),
        ("posts", "accepted"): _("begun from an answer kept ready, and accepted"),
        ("promises", "kept"): _("kept"),
        ("promises", "missed"): _("missed"),
        ("raises", "followed"): _("with a member’s reply within 48 hours"),
        ("threads", "raised"): pgettext("rows", "raised"),
    }.get((of, only), "")


@register.filter
def voice_words(who: str) -> str:
    """Whose posts a list holds, as a heading."""
    return {
        "staff": _("What staff wrote"),
        "members": _("What members wrote"),
        "partners": _("What partners wrote"),
        "all": _("What everybody wrote"),
    }[who]


@register.simple_tag
def rows_rule(of: str, asked: Mapping[str, str], window: Window) -> str:
    """Which rows these are: days, team, and what else the address narrows."""
    told = window_words(window)
    if asked.get("lot"):
        told = _("since the site began")
    elif asked.get("group"):
        told = _("opened in the last 90 days")
    elif day := asked.get("day"):
        told = day_words(date.fromisoformat(day), window)
    parts = [told, role_words(asked["role"]) if asked.get("role") else ""]
    parts.append(str(Raise.State(asked["lot"]).label) if asked.get("lot") else "")
    parts.append(str(GROUPS[asked["group"]]) if asked.get("group") else "")
    parts.append(tone_words(asked["tone"]) if asked.get("tone") else "")
    parts.append(_only(of, asked.get("only", "")))
    return " · ".join(part for part in parts if part)
