"""Names in running text, for the renderer."""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from urllib.parse import unquote

from django.db.models import Exists, OuterRef
from django.urls import reverse

from community.members.models import Member, NameHistory

# Written by our own renderer only: members' text cannot make such a tag.
_LINK = re.compile(r'<a (?=[^>]*\bclass="mention")[^>]*\bhref="([^"]+)"')


class MemberLinks:
    """Resolves `@name` while one text is rendered, and remembers whom it named. One statement, two for other words.

    A name that somebody gave up still names them, unless somebody bears it now or two gave it up.
    """

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def resolve(self, candidates: Iterable[str]) -> Mapping[str, str]:
        """Candidate → profile address, for the names that exist."""
        wanted = set(candidates)
        if not wanted:
            return {}
        self.ids = dict(Member.objects.listed().filter(name__in=wanted).values_list("name", "pk"))
        if len(self.ids) < len(wanted):
            self.ids |= _gave_up(wanted - set(self.ids))
        return {name: reverse("members:profile", args=[name]) for name in self.ids}


def _gave_up(names: set[str]) -> dict[str, int]:
    """Of these names, those that were one listed member's and are nobody's now. One statement."""
    borne = Member.objects.filter(name=OuterRef("name"))
    past = NameHistory.objects.filter(~Exists(borne), name__in=names, member__in=Member.objects.listed())
    owners: dict[str, set[int]] = {}
    for name, member_id in past.values_list("name", "member_id"):
        owners.setdefault(name, set()).add(member_id)
    return {name: ids.pop() for name, ids in owners.items() if len(ids) == 1}


def named_in(html: str) -> frozenset[int]:
    """Whom a rendered text links to by name, present or past. No statement without such a link, else one or two."""
    names = {unquote(unescape(href)).rstrip("/").rpartition("/")[2] for href in _LINK.findall(html)}
    if not names:
        return frozenset()
    now = dict(Member.objects.filter(name__in=names).values_list("name", "pk"))
    past = NameHistory.objects.filter(name__in=names - set(now)) if len(now) < len(names) else None
    return frozenset([*now.values(), *(past.values_list("member_id", flat=True) if past is not None else ())])
