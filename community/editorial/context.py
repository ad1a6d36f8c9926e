"""What the shell around every page shows. Nothing is computed until a template asks, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, product
from typing import Any, TypedDict

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from community.core.languages import in_language, speaks_chinese
from community.core.near import forget as near_forget
from community.core.near import near
from community.editorial.brand import Brand, brand
from community.editorial.queries.pages import footer_pages
from community.members.models import Member
from forum.queries import lists
from forum.roles import roles_of

BUSY_SECONDS = 60


class BusyBoard(TypedDict):
    title: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class _Busy:
    """A busy board as it is cached: both titles, so that one entry serves both languages."""

    title_en: str
    title_zh: str
    url: str
    count: int


class Shell:
    """One request's shell. Templates read it as `shell`; a fragment that does not, pays nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def brand(self) -> Brand:
        return brand()

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """All that the shell's parts may differ by, from one reader and moment to another."""
        user = self._request.user
        face = (user.pk, user.name, user.avatar, user.role) if isinstance(user, Member) else ()
        busy = tuple((board.url, board.title_en, board.title_zh, board.count) for board in _busy_boards(user))
        zone = get_current_timezone_name()
        return get_language(), zone, self.brand.version, face, busy, tuple(footer_pages())

    @property
    def tagline(self) -> str:
        """The sentence that introduces the site where there is no better one."""
        return self.brand.about

    @property
    def tagline_short(self) -> str:
        return self.brand.tagline

    @property
    def accent_css(self) -> str:
        return self.brand.css_url

    @property
    def mark_url(self) -> str:
        return self.brand.mark_url

    @property
    def icon_url(self) -> str:
        return reverse("editorial:icon_svg", args=[self.brand.version])

    @property
    def touch_icon_url(self) -> str:
        return reverse("editorial:icon_png", args=[self.brand.version, 180])

    @property
    def manifest_url(self) -> str:
        return reverse("editorial:manifest")

    @property
    def magazine_url(self) -> str:
        return "/magazine/"

    @property
    def write_url(self) -> str:
        return reverse("forum:write")

    @cached_property
    def is_staff(self) -> bool:
        user = self._request.user
        return isinstance(user, Member) and user.is_staff_role

    @cached_property
    def staff_url(self) -> str:
        """Where this person's own work waits; empty for everybody without a staff role."""
        user = self._request.user
        if not isinstance(user, Member) or not user.is_staff_role:
            return ""
        return reverse("staff")

    @property
    def language(self) -> str:
        return get_language() or "en"

    @property
    def other_language(self) -> dict[str, str]:
        """The language one switch away, named in itself."""
        if speaks_chinese():
            return {"code": "en", "lang": "en", "name": "English"}
        return {"code": "zh-hans", "lang": "zh-CN", "name": "中文"}

    @cached_property
    def footer_links(self) -> list[dict[str, str]]:
        return [
            {"url": page.url, "title": in_language(page.title_en, page.title_zh)} for page in footer_pages()
        ]

    @cached_property
    def busy_boards(self) -> list[BusyBoard]:
        """Boards that everyone in the viewer's roles may read, the busiest first. No statement when warm."""
        return [
            {"title": in_language(board.title_en, board.title_zh), "url": board.url, "count": board.count}
            for board in _busy_boards(self._request.user)
        ]


def _busy_boards(viewer: Any) -> list[_Busy]:
    # One entry for each set of roles. Boards somebody reads only by enrolment are left out: a shared entry
    # must not name a private board.
    return near(_busy_key(roles_of(viewer)), lambda: _count_busy(viewer), BUSY_SECONDS)


def _count_busy(viewer: Any) -> list[_Busy]:
    return [
        _Busy(board.title_en, board.title_zh, board.get_absolute_url(), board.week_count)
        for board in lists.busy_boards(_anyone_like(viewer))
    ]


def _busy_key(roles: Iterable[str]) -> str:
    return "editorial:busy:1:" + "+".join(sorted(roles))


def forget_busy_boards() -> None:
    """Who may read a board has changed: the next page asks again."""
    staff = ((), ("moderator",), ("admin",))
    marks = product(((), ("owner",)), ((), ("key_member",)), staff)
    sets = [("guest",), *(("guest", "member", *chain.from_iterable(held)) for held in marks)]
    near_forget(*(_busy_key(roles) for roles in sets))


def _anyone_like(viewer: Any) -> Any:
    """Somebody with the viewer's roles and no enrolments."""
    if not viewer.is_authenticated:
        return viewer
    return Member(
        role=viewer.role, is_verified_owner=viewer.is_verified_owner, is_key_member=viewer.is_key_member
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": Shell(request)}
