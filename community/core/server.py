"""The site as servers see it: files first, then pages; the worker thread where the settings ask for one."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Any, Protocol

import django
from django.conf import settings
from django.urls import get_resolver

from community.core.bridge import WSGIBridge
from community.core.demo import refuse_demo
from community.core.long_forms import Pages
from community.core.pagecache import is_on, page_cache
from community.core.pagecache.asgi import PageCacheASGI
from community.core.pagecache.wsgi import PageCacheWSGI
from community.core.statics import SiteFilesASGI, SiteFilesWSGI
from community.core.tasks.embedded import EmbeddedWorker

WEB_THREADS = 8


class SocketsApp(Protocol):
    """What answers at `/ws/`, with a life of its own beside the pages."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


class Site:
    """The ASGI application. Pages are synchronous: they run on a bounded set of threads."""

    def __init__(self, sockets: SocketsApp | None = None) -> None:
        self.sockets = sockets
        # Without Redis copies go out from the event loop; with it, from the web threads, which may wait for it.
        kept_here = is_on() and page_cache().shared is None
        pages = Pages() if kept_here else _wsgi_pages()
        self.pages = WSGIBridge(pages, threads=getattr(settings, "WEB_THREADS", WEB_THREADS))
        self.http = SiteFilesASGI(PageCacheASGI(self.pages, page_cache()) if kept_here else self.pages)
        self.worker: EmbeddedWorker | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            if self.sockets:
                await self.sockets(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1000})
        else:
            await self.http(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        if settings.EMBEDDED_WORKER:
            self.worker = EmbeddedWorker()
            self.worker.start()
        if self.sockets:
            await self.sockets.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self.sockets:
            await self.sockets.stop()
        if self.worker:
            await asyncio.to_thread(self.worker.stop)
        self.pages.close()
        await send({"type": "lifespan.shutdown.complete"})


def _settle() -> None:
    """Load what the first visitor would wait for: every address with its view. Then take what the site is made of out
    of the collector's rounds: only what requests leave is looked through."""
    get_resolver().reverse_dict  # noqa: B018  imports them all
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def asgi_site(sockets: Callable[[], SocketsApp] | None = None) -> Site:
    """The site for ASGI servers; `sockets` makes what answers at `/ws/` once the rooms are loaded.

    ImproperlyConfigured where production meets a demo database.
    """
    django.setup(set_prefix=False)
    refuse_demo()
    site = Site(sockets() if sockets else None)
    _settle()
    return site


def wsgi_site() -> SiteFilesWSGI:
    """The site for WSGI servers. ImproperlyConfigured where production meets a demo database."""
    django.setup(set_prefix=False)
    refuse_demo()
    site = SiteFilesWSGI(_wsgi_pages())
    _settle()
    return site


def _wsgi_pages() -> Any:
    return PageCacheWSGI(Pages(), page_cache()) if is_on() else Pages()
