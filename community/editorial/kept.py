"""Pages of the magazine that guests read as copies. Editors' acts make them anew."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from community.core.pagecache import CURSOR, Accepts, keep
from community.members.kept import PEOPLE

MAGAZINE = "magazine"
LANGUAGE = frozenset(dict(settings.LANGUAGES))

PARAMS: dict[str, Accepts] = {"cursor": CURSOR, "language": LANGUAGE | {"all"}}


class Kept:
    """A page of the tree whose public face may be kept. Stands before `Page` among the bases."""

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        keep(MAGAZINE, PEOPLE)
        response: HttpResponse = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        return response
