"""The site as servers see it: files first, then pages; the worker thread where the settings ask for one."""

from __future__ import annotations

import asyncio
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from community.core.bridge import WSGIBridge
from community.core.demo import refuse_demo
from community.core.statics import SiteFilesASGI, SiteFilesWSGI
from community.core.tasks.embedded import EmbeddedWorker

WEB_THREADS = 8


class Site:
    """The ASGI application. Pages are synchronous: they run on a bounded set of threads."""

    def __init__(self) -> None:
        self.pages = WSGIBridge(WSGIHandler(), threads=getattr(settings, "WEB_THREADS", WEB_THREADS))
        self.http = SiteFilesASGI(self.pages)
        self.worker: EmbeddedWorker | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self.http(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        if settings.EMBEDDED_WORKER:
            self.worker = EmbeddedWorker()
            self.worker.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self.worker:
            await asyncio.to_thread(self.worker.stop)
        self.pages.close()
        await send({"type": "lifespan.shutdown.complete"})


def asgi_site() -> Site:
    """The site for ASGI servers. ImproperlyConfigured where production meets a demo database."""
    django.setup(set_prefix=False)
    refuse_demo()
    return Site()


def wsgi_site() -> SiteFilesWSGI:
    """The site for WSGI servers. ImproperlyConfigured where production meets a demo database."""
    django.setup(set_prefix=False)
    refuse_demo()
    return SiteFilesWSGI(WSGIHandler())
