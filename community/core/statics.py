"""Static files and uploads, answered before Django is asked: a style sheet should not cost a request."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from wsgiref.headers import Headers

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from servestatic.asgi import ServeStaticASGI
from servestatic.base import ServeStaticBase
from servestatic.responders import IsDirectoryError, MissingFileError, StaticFile
from servestatic.utils import decode_path_info
from servestatic.wsgi import FileServerWSGI, ServeStatic

COMPRESSIBLE = {".css", ".js", ".mjs", ".svg", ".json", ".txt", ".webmanifest"}
SMALLEST = 400  # bytes; below this compression costs more than it saves
PIECE = 256 * 1024
# A size of a member's picture (`community.files`): what is not there yet is the site's to answer.
_PICTURE = re.compile(r"/files/[a-z2-7]{2}/[a-z2-7]{32}-[a-z2-7]{8}-[0-9]{2,4}\.webp")
BRIEF, LONG = 60, 30 * 24 * 3600


class _SiteFiles(ServeStaticBase):  # type: ignore[misc]
    """Which address is which file. Collected files where there is a manifest, the finders' otherwise."""

    def __init__(self, application: Any) -> None:
        self.static_prefix = urlparse(settings.STATIC_URL).path
        self.media_prefix = settings.MEDIA_URL if _serves_media() else None
        self.packed = Path(settings.VAR_DIR) / "compressed"
        is_collected = isinstance(staticfiles_storage, ManifestStaticFilesStorage)
        super().__init__(
            application,
            # A name without a hash in it is asked for again each time, and answered 304.
            max_age=BRIEF if is_collected else 0,
            allow_all_origins=False,
            add_headers_function=self._add_headers,
        )
        if is_collected:
            if Path(settings.STATIC_ROOT).is_dir():
                self.add_files(settings.STATIC_ROOT, prefix=self.static_prefix)
        elif not settings.DEBUG:
            self._add_found_files()

    def look_up(self, path: str) -> StaticFile | None:
        """The file at an address that is not indexed: an upload, or anything while developing."""
        if not self.url_is_canonical(path):
            return None
        found = None
        place = self._upload_at(path)
        if place:
            found = str(Path(settings.MEDIA_ROOT) / place)
            if not self.path_within_root(settings.MEDIA_ROOT, found):
                return None
        elif settings.DEBUG and path.startswith(self.static_prefix):
            found = finders.find(path.removeprefix(self.static_prefix))
        if found:
            with suppress(MissingFileError, IsDirectoryError, OSError, ValueError):
                return self.get_static_file(found, path)
        return None

    def may_be_file(self, path: str) -> bool:
        """Whether `look_up` is worth a look at the disk."""
        return bool(self._upload_at(path)) or (settings.DEBUG and path.startswith(self.static_prefix))

    def _upload_at(self, path: str) -> str:
        """Where below the media folder an address of an upload leads; empty for any other, and for what is hidden."""
        if not self.media_prefix:
            return ""
        if _PICTURE.fullmatch(path):
            return path[1:]
        place = path.removeprefix(self.media_prefix) if path.startswith(self.media_prefix) else ""
        return "" if "/." in f"/{place}" else place

    def _add_found_files(self) -> None:
        own = {str(folder) for folder in settings.STATICFILES_DIRS}
        for finder in finders.get_finders():
            for name, storage in finder.list([]):
                url, path = self.static_prefix + name, storage.path(name)
                if url not in self.files:  # the first finder wins, as in a collected folder
                    is_own = str(storage.location) in own and Path(name).suffix in COMPRESSIBLE
                    self.files[url] = (
                        self._compressed(path, url) if is_own else self.get_static_file(path, url)
                    )

    def _compressed(self, path: str, url: str) -> StaticFile:
        # Collecting would do this for three thousand files of other people's; here it is done once for ours.
        content = Path(path).read_bytes()
        if len(content) < SMALLEST:
            return self.get_static_file(path, url)
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        self._add_headers(headers, path, url)
        stem = self.packed / hashlib.sha256(content).hexdigest()[:32]
        encodings = {
            name: _pack_once(content, stem.with_suffix(suffix), pack) for name, suffix, pack in _ENCODINGS
        }
        return StaticFile(path, headers.items(), encodings=encodings)

    def _add_headers(self, headers: Headers, path: str, url: str) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        if self._upload_at(url):
            kind = headers["Content-Type"] or ""
            # An upload's name changes with its content. Whatever it is, it is a picture or a download.
            headers["Cache-Control"] = f"max-age={LONG}, public, immutable"
            headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
            if not kind.startswith("image/") or "svg" in kind:
                headers["Content-Disposition"] = "attachment"


def _serves_media() -> bool:
    # In production the proxy (or the object store) does.
    return bool(getattr(settings, "SERVE_MEDIA", settings.DEBUG or settings.EMBEDDED_WORKER))


def _brotli(content: bytes) -> bytes:
    import brotli

    packed: bytes = brotli.compress(content)
    return packed


_ENCODINGS: Iterable[tuple[str, str, Callable[[bytes], bytes]]] = (
    ("gzip", ".gz", gzip.compress),
    ("br", ".br", _brotli),
)


def _pack_once(content: bytes, target: Path, pack: Callable[[bytes], bytes]) -> str:
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(target.name + ".new")
        partial.write_bytes(pack(content))
        partial.replace(target)
    return str(target)


def _kept_if_marked(headers: Iterable[tuple[str, str | None]], query: str) -> Iterable[tuple[str, str]]:
    """The headers to send: an address with a content mark (`?v=…`) names one content for ever."""
    for name, value in headers:
        if value is None:
            continue
        is_marked = name == "Cache-Control" and query.startswith("v=")
        yield name, f"max-age={LONG}, public, immutable" if is_marked else value


async def _send_file(found: StaticFile, scope: Any, send: Any) -> None:
    headers = {
        f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1")
        for name, value in scope["headers"]
    }
    # The files lie in the page cache: reading a piece takes less time than a trip to another thread.
    answer = found.get_response(scope["method"], headers)
    told = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in _kept_if_marked(answer.headers, scope["query_string"].decode("latin-1"))
    ]
    await send({"type": "http.response.start", "status": int(answer.status), "headers": told})
    if answer.file is not None:
        with closing(answer.file) as file:
            while piece := file.read(PIECE):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


class SiteFilesASGI(_SiteFiles, ServeStaticASGI):  # type: ignore[misc]
    """An ASGI application behind the site's files."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            found = self.files.get(path)
            if found is None and self.may_be_file(path):
                found = await sync_to_async(self.look_up, thread_sensitive=False)(path)
            if found:
                await _send_file(found, scope, send)
                return
        await self.application(scope, receive, send)


class SiteFilesWSGI(_SiteFiles, ServeStatic):  # type: ignore[misc]
    """A WSGI application behind the site's files."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        path = decode_path_info(environ.get("PATH_INFO", ""))
        found = self.files.get(path) or (self.look_up(path) if self.may_be_file(path) else None)
        if found:
            query = environ.get("QUERY_STRING", "")

            def start(status: str, headers: list[tuple[str, str]]) -> Any:
                return start_response(status, list(_kept_if_marked(headers, query)))

            return FileServerWSGI(found)(environ, start)
        return self.application(environ, start_response)
