"""Signed-in visitors and signed places in lists, made by the site itself: run with its environment.

Reads the community's answers on the command line, prints one JSON line:
`{"cookies": {member: "name=value; …"}, "deepest": {board: token}, "csrf": …}`.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.embedded")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.utils.crypto import get_random_string

    from community.core.pagination import _token
    from forum.queries.lists import SORTS

    answers = json.loads(Path(sys.argv[1]).read_text())
    viewers = answers["viewers"]
    wanted = [viewers["regular"], viewers["never_marked"], viewers["in_circle"], *viewers["writers"]]
    csrf = get_random_string(32)
    cookies: dict[int, str] = {}
    for member in get_user_model()._default_manager.filter(pk__in=wanted):
        client = Client()
        client.force_login(member)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies[member.pk] = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={csrf}"
    order = SORTS["latest"]
    deepest = {}
    for board in answers["boards"]:
        if board["before_deepest"]:
            moment, thread = board["before_deepest"]
            deepest[board["slug"]] = _token("a", [False, datetime.fromisoformat(moment), thread], order)
    print(json.dumps({"cookies": cookies, "deepest": deepest, "csrf": csrf}))


if __name__ == "__main__":
    main()
