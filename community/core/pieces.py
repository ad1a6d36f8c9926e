"""Small pieces of HTML that stand on every page: icons, stones, badges, times, reactions. Tags by `convoy`.

What depends only on a name, a role or a kind is remembered: a page repeats it twenty times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from html import escape as _text
from typing import Any

from django.core.files.storage import default_storage
from django.core.signals import setting_changed
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from community.core import chance, clock, display

AVATAR_PIXELS = {"": 40, "s": 32, "xs": 22, "l": 88}


@cache
def _icon(name: str, size: str, label: str) -> SafeString:
    css = f"icon icon-{size}" if size else "icon"
    said = f'role="img" aria-label="{_text(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(  # noqa: S308  names come from templates, the label is escaped
        f'<svg class="{css}" {said}><use href="{static("icons/sprite.svg")}#i-{_text(name)}"/></svg>'
    )


def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration: words must stand beside it."""
    return _icon(name, size, str(label))


def once() -> SafeString:
    """What makes a form take effect once, however often it is pressed: a key of its own each time it is drawn."""
    return format_html('<input type="hidden" name="key" value="{}">', chance.token(12))


def avatar(member: Any, size: str = "") -> SafeString:
    """A member's kilometre stone (staff: a square sign). Decoration: the name stands beside it."""
    is_staff = bool(getattr(member, "is_staff_role", False))
    picture = _picture(member)
    if not picture:
        return _stone(getattr(member, "name", "") or "", size, is_staff)
    css = _avatar_css(size, is_staff)
    side = AVATAR_PIXELS.get(size, 40)
    return mark_safe(  # noqa: S308  the address is escaped, the rest is ours
        f'<span class="{css} avatar-img" aria-hidden="true"><img src="{_text(picture)}" alt="" '
        f'width="{side}" height="{side}" loading="lazy" decoding="async"></span>'
    )


def _avatar_css(size: str, is_staff: bool) -> str:
    return (
        "avatar"
        + (f" avatar-{size}" if size in AVATAR_PIXELS and size else "")
        + (" avatar-staff" if is_staff else "")
    )


@lru_cache(maxsize=4096)
def _stone(name: str, size: str, is_staff: bool) -> SafeString:
    return mark_safe(  # noqa: S308  the initials are escaped
        f'<span class="{_avatar_css(size, is_staff)}" data-tone="{display.tone(name)}" aria-hidden="true">'
        f"{_text(display.initials(name))}</span>"
    )


def _picture(member: Any) -> str:
    own = getattr(member, "avatar_url", None)
    if own is not None:
        return str(own() if callable(own) else own)
    key = getattr(member, "avatar", "")
    return default_storage.url(key) if key else ""


def role_badge(member: Any, short: bool = False) -> SafeString:
    """The filled sign of those who speak for the brand or a partner; nothing for everybody else."""
    return badge(getattr(member, "role", ""), short)


def badge(role: str, short: bool = False) -> SafeString:
    """As `role_badge`, of a role."""
    return _badge(role, short, get_language()) if role != "member" else SafeString("")


@cache
def _badge(role: str, short: bool, _language: str | None) -> SafeString:
    label = _role_word(role)
    if label and short and role != "partner":
        label = pgettext("role badge", "Staff")
    return mark_safe(f'<span class="role role-staff">{_text(label)}</span>' if label else "")  # noqa: S308


def speaker(member: Any) -> str:
    """A name where no sign can stand, in letters, push messages and feeds: the role in words, as the sign has it."""
    name, label = str(member.name), _role_word(getattr(member, "role", ""))
    return _("%(name)s (%(role)s)") % {"name": name, "role": label} if label else name


def _role_word(role: str) -> str:
    """What the sign of a role says; "" for those who speak for themselves."""
    return {
        "partner": pgettext("role badge", "Partner"),
        "editor": pgettext("role badge", "Editor"),
        "moderator": pgettext("role badge", "Moderator"),
        "admin": pgettext("role badge", "Administrator"),
    }.get(role, "")


def owner_marks(member: Any) -> SafeString:
    """The quiet marks under a name: verified owner, key member, imported, demo."""
    return marks(
        bool(getattr(member, "is_verified_owner", False)),
        bool(getattr(member, "is_key_member", False)),
        bool(getattr(member, "is_imported", False)),
        bool(getattr(member, "is_demo", False)),
    )


def marks(is_owner: bool, is_key: bool, is_imported: bool, is_demo: bool) -> SafeString:
    """As `owner_marks`, of what is known about somebody."""
    return _marks(is_owner, is_key, is_imported, is_demo, get_language())


@cache
def _marks(
    is_owner: bool, is_key: bool, is_imported: bool, is_demo: bool, _language: str | None
) -> SafeString:
    # Outside the f-strings: the catalogue's collector does not read inside them.
    owner, key = _("Verified owner"), _("Key member")
    imported, demo = _("Imported, not claimed yet"), _("Demo member")
    marks = []
    if is_owner:
        marks.append(f'<span class="role role-owner">{icon("check", "s")}{_text(owner)}</span>')
    if is_key:
        marks.append(f'<span class="role role-key">{_text(key)}</span>')
    if is_imported:
        marks.append(f'<span class="role role-imported">{_text(imported)}</span>')
    if is_demo:
        marks.append(f'<span class="role role-imported">{_text(demo)}</span>')
    return mark_safe("".join(marks))  # noqa: S308  built above


def strip(thread: Any) -> SafeString:
    """The last fourteen days of a thread as a small road."""
    days = thread.days
    kept = tuple(days.items()) if isinstance(days, Mapping) else tuple(days)
    accepted = getattr(thread, "accepted_at", None)
    return _strip_of(kept, thread.opened_at, accepted, clock.now().date(), get_language())


@lru_cache(maxsize=8192)
def _strip_of(
    kept: tuple[Any, ...],
    opened_at: datetime | None,
    accepted_at: datetime | None,
    today: date,
    language: str | None,
) -> SafeString:
    is_map = bool(kept) and isinstance(kept[0], tuple)
    days = tuple(display.strip_days(dict(kept) if is_map else kept, today))
    opened, accepted = display.strip_index(opened_at, today), display.strip_index(accepted_at, today)
    return _strip(days, opened, accepted, language)


@lru_cache(maxsize=8192)
def _strip(
    days: tuple[int, ...], opened: int | None, accepted: int | None, _language: str | None
) -> SafeString:
    title = display.strip_title(days, opened=opened, accepted=accepted)
    return display.strip_svg(days, opened=opened, accepted=accepted, title=title)


def time_ago(at: datetime | None) -> SafeString:
    """A `<time>` that says how long ago; the script keeps it fresh, the title holds the moment."""
    if at is None:
        return SafeString("")
    now, zone = clock.now(), timezone.get_current_timezone()
    # What it says changes by the minute on the first day, and at midnight after that.
    minutes = min((now - at) // _MINUTE, _DAY_OF_MINUTES)
    return _ago(at, minutes, now.astimezone(zone).date(), zone, get_language())


_MINUTE, _DAY_OF_MINUTES = timedelta(minutes=1), 24 * 60


@lru_cache(maxsize=8192)
def _ago(at: datetime, minutes: int, today: date, zone: tzinfo, _language: str | None) -> SafeString:
    said = _text(display.when(at, datetime.combine(today, time(12), zone)))
    start = f'<time datetime="{at.isoformat(timespec="seconds")}" title="{said}" data-ago>'
    return SafeString(f"{start}{_text(display.ago_said(at, minutes, today))}</time>")


def time_when(at: datetime | None) -> SafeString:
    """A `<time>` that says the moment itself; on pages for guests the script says it in the reader's zone."""
    if at is None:
        return SafeString("")
    zone = timezone.get_current_timezone()
    return _moment(at, clock.now().astimezone(zone).date(), zone, get_language())


@lru_cache(maxsize=8192)
def _moment(at: datetime, today: date, zone: tzinfo, _language: str | None) -> SafeString:
    # What it says changes at midnight only.
    said = display.when(at, datetime.combine(today, time(12), zone))
    return mark_safe(  # noqa: S308  numbers and our own words
        f'<time datetime="{at.isoformat(timespec="seconds")}" data-when>{_text(said)}</time>'
    )


def at_moment(sentence: str, at: datetime) -> SafeString:
    """A sentence with `%(when)s` in it, escaped, and the moment in it as a `<time>`."""
    return SafeString(_text(sentence) % {"when": time_when(at)})


def phrases(text: str) -> SafeString:
    """A Chinese title with break points between its phrases; everything else only escaped."""
    return _cutter()(str(text))


@cache
def _cutter() -> Callable[[str], SafeString]:
    from community.core.text import phrases as cut

    return lru_cache(maxsize=4096)(cut)


def reaction_bar(post: Any, kinds: Iterable[tuple[str, str]], url: str = "", *, shown: int = 2) -> SafeString:
    """The reactions of a post as buttons of the page's one small form (`acts_form.html`).

    `kinds` are (kind, label) pairs in order; the first `shown` always stand there, the others once somebody
    used them, the rest behind "More". Pressing one's own again sends "none". Without `url` (guests, one's own
    post) only the counts are shown.
    """
    counts: Mapping[str, int] = post.reactions or {}
    mine = getattr(post, "my_reaction", None)
    told = tuple((str(kind), str(label), counts.get(kind, 0)) for kind, label in kinds)
    bar = _reaction_bar(told, mine, bool(url), shown, get_language())
    return SafeString(bar.replace(_HERE, _text(url))) if url else bar


_HERE = "\ue000"  # where the address goes in a remembered bar


@lru_cache(maxsize=4096)
def _reaction_bar(
    told: Sequence[tuple[str, str, int]], mine: str | None, can_react: bool, shown: int, _language: str | None
) -> SafeString:
    if not can_react:
        return mark_safe(  # noqa: S308  built by _reaction
            "".join(
                f'<span class="react">{_reaction(kind, label)} {int(count)}</span>'
                for kind, label, count in told
                if count
            )
        )
    start = f'<button class="react" form="acts" formaction="{_HERE}" name="kind" value="'
    front: list[str] = []
    behind: list[str] = []
    for position, (kind, label, count) in enumerate(told):
        is_mine = mine == kind
        button = (
            f'{start}{"none" if is_mine else _text(kind)}" aria-pressed="{"true" if is_mine else "false"}" '
            f'data-react="{_text(kind)}">{_reaction(kind, label)}<b>{int(count) or ""}</b></button>'
        )
        (front if position < shown or count else behind).append(button)
    if behind:
        more = _("More reactions")
        front.append(
            f'<details class="menu menu-start" data-menu><summary>{icon("plus", "s")}<span class="vh">'
            f"{_text(more)}</span></summary>"
            f'<div class="menu-pop">{"".join(behind)}</div></details>'
        )
    return mark_safe("".join(front))  # noqa: S308  every text above is escaped


@lru_cache(maxsize=64)
def _reaction(kind: str, label: str) -> str:
    return f'{icon(kind, "s")}<span class="react-l">{_text(label)}</span>'


def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting in ("STATIC_URL", "STORAGES"):
        for remembered in (_icon, _marks, _reaction, _reaction_bar):
            remembered.cache_clear()


setting_changed.connect(_forget)
