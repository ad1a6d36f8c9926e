"""Small pieces of HTML that stand on every page: icons, stones, badges, reactions. Tags by `convoy`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.core.files.storage import default_storage
from django.core.signals import setting_changed
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.core import display

AVATAR_PIXELS = {"": 40, "s": 32, "xs": 22, "l": 88}


@cache
def _icon(name: str, size: str, label: str) -> SafeString:
    css = f"icon icon-{size}" if size else "icon"
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {}><use href="{}#i-{}"/></svg>', css, said, static("icons/sprite.svg"), name
    )


def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration: words must stand beside it."""
    return _icon(name, size, str(label))


def avatar(member: Any, size: str = "") -> SafeString:
    """A member's kilometre stone (staff: a square sign). Decoration: the name stands beside it."""
    name = getattr(member, "name", "") or ""
    css = f"avatar avatar-{size}" if size else "avatar"
    if getattr(member, "is_staff_role", False):
        css += " avatar-staff"
    picture = _picture(member)
    if picture:
        side = AVATAR_PIXELS.get(size, 40)
        return format_html(
            '<span class="{} avatar-img" aria-hidden="true"><img src="{}" alt="" width="{}" height="{}" '
            'loading="lazy" decoding="async"></span>', css, picture, side, side,
        )  # fmt: skip
    return mark_safe(  # noqa: S308  both values are escaped or our own
        f'<span class="{css}" data-tone="{display.tone(name)}" aria-hidden="true">'
        f"{escape(display.initials(name))}</span>"
    )


def _picture(member: Any) -> str:
    own = getattr(member, "avatar_url", None)
    if own is not None:
        return str(own() if callable(own) else own)
    key = getattr(member, "avatar", "")
    return default_storage.url(key) if key else ""


def _badge_labels() -> dict[str, str]:
    return {
        "partner": pgettext("role badge", "Partner"),
        "editor": pgettext("role badge", "Editor"),
        "moderator": pgettext("role badge", "Moderator"),
        "admin": pgettext("role badge", "Administrator"),
    }


def role_badge(member: Any) -> SafeString:
    """The filled sign of those who speak for the brand or a partner; nothing for everybody else."""
    label = _badge_labels().get(getattr(member, "role", ""))
    return format_html('<span class="role role-staff">{}</span>', label) if label else SafeString("")


def owner_marks(member: Any) -> SafeString:
    """The quiet marks under a name: verified owner, key member, imported, demo."""
    marks = []
    if getattr(member, "is_verified_owner", False):
        marks.append(
            format_html('<span class="role role-owner">{}{}</span>', icon("check", "s"), _("Verified owner"))
        )
    if getattr(member, "is_key_member", False):
        marks.append(format_html('<span class="role role-key">{}</span>', _("Key member")))
    if getattr(member, "is_imported", False):
        marks.append(
            format_html('<span class="role role-imported">{}</span>', _("Imported, not claimed yet"))
        )
    if getattr(member, "is_demo", False):
        marks.append(format_html('<span class="role role-imported">{}</span>', _("Demo member")))
    return mark_safe("".join(marks))  # noqa: S308  built by format_html


def reaction_bar(post: Any, kinds: Iterable[tuple[str, str]], url: str = "", *, shown: int = 2) -> SafeString:
    """The reactions of a post as buttons of the page's one small form (`acts_form.html`).

    `kinds` are (kind, label) pairs in order; the first `shown` always stand there, the others once somebody
    used them, the rest behind "More". Pressing one's own again sends "none". Without `url` (guests, one's own
    post) only the counts are shown.
    """
    counts: Mapping[str, int] = post.reactions or {}
    mine = getattr(post, "my_reaction", None)
    front, behind = [], []
    for position, (kind, label) in enumerate(kinds):
        count = counts.get(kind, 0)
        if not url:
            if count:
                front.append(format_html('<span class="react">{}{} {}</span>', icon(kind, "s"), label, count))
            continue
        button = format_html(
            '<button class="react" form="acts" formaction="{}" name="kind" value="{}" aria-pressed="{}" '
            'data-react="{}">{}{} <b>{}</b></button>',
            url, "none" if mine == kind else kind, "true" if mine == kind else "false", kind,
            icon(kind, "s"), label, count or "",
        )  # fmt: skip
        (front if position < shown or count else behind).append(button)
    if behind:
        front.append(
            format_html(
                '<details class="menu menu-start" data-menu><summary>{}<span class="vh">{}</span></summary>'
                '<div class="menu-pop">{}</div></details>',
                icon("plus", "s"),
                _("More reactions"),
                mark_safe("".join(behind)),  # noqa: S308  built above
            )
        )
    return mark_safe("".join(front))  # noqa: S308  built by format_html


def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting in ("STATIC_URL", "STORAGES"):
        _icon.cache_clear()


setting_changed.connect(_forget)
