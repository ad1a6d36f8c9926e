"""The embedded site for a test that serves it: with doors at /_do/ through which the test acts inside the process."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from community.asgi import application as site
from community.core.pagecache import figures

CANARY = "zqcanary"


def seed() -> dict[str, Any]:
    from tests.builders.forum import a_thread
    from tests.builders.members import a_member

    thread = a_thread(author=a_member(), title="A road", body=f"Words {CANARY}")
    return {"thread": thread.pk, "path": thread.get_absolute_url(), "board": thread.board.get_absolute_url()}


def reply() -> dict[str, Any]:
    from forum.models import Thread
    from tests.builders.forum import a_reply
    from tests.builders.members import a_member

    a_reply(author=a_member(), thread=Thread.objects.get(), body="A reply nobody saw before")
    return {}


def edit() -> dict[str, Any]:
    from forum import actions
    from forum.models import Post

    post = Post.objects.get(number=1)
    actions.edit_post(actor=post.author, post_id=post.pk, body=f"Other words {CANARY}")
    return {}


def private() -> dict[str, Any]:
    from forum import actions, rights
    from forum.models import Thread

    actions.set_rights(actor=None, board_id=Thread.objects.get().board_id, rights=rights.CIRCLE)
    return {}


DO: dict[str, Any] = {
    "seed": seed,
    "reply": reply,
    "edit": edit,
    "private": private,
    "figures": figures.read,
}


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http" or not scope["path"].startswith("/_do/"):
        await site(scope, receive, send)
        return
    said = await asyncio.to_thread(DO[scope["path"].removeprefix("/_do/")])
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(said).encode()})
