"""An object store on loopback that keeps what it is given: enough of S3 for the site's storage."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

STAMP = "2026-11-28T05:00:00.000Z"


class Bucket:
    """What the store holds, by name; `is_down` makes it refuse everything."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.kinds: dict[str, str] = {}
        self.signed: list[bool] = []
        self.is_down = False
        self.url = ""


def _listing(bucket: Bucket, prefix: str) -> str:
    names = [name for name in sorted(bucket.objects) if name.startswith(prefix)]
    folders = sorted(
        {prefix + rest.split("/")[0] + "/" for name in names if "/" in (rest := name[len(prefix) :])}
    )
    files = [name for name in names if "/" not in name[len(prefix) :]]
    inner = "".join(
        f"<Contents><Key>{escape(name)}</Key><LastModified>{STAMP}</LastModified><Size>1</Size></Contents>"
        for name in files
    ) + "".join(f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in folders)
    return (
        f'<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>{inner}</ListBucketResult>'
    )


@contextmanager
def a_bucket(name: str = "uploads") -> Iterator[Bucket]:
    """A store with one empty bucket, until the end of the block."""
    bucket = Bucket()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _key(self) -> str:
            return unquote(urlsplit(self.path).path).removeprefix(f"/{name}").lstrip("/")

        def _say(self, status: int, body: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            for key, value in {"ETag": '"x"', "Last-Modified": formatdate(0, usegmt=True)}.items():
                self.send_header(key, value)
            for key, value in headers.items():
                self.send_header(key.replace("_", "-"), value)
            self.send_header("Content-Length", headers.get("length", str(len(body))))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def _body(self) -> bytes:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
                return data
            pieces, rest = [], data
            while rest:
                head, _, rest = rest.partition(b"\r\n")
                size = int(head.split(b";")[0], 16)
                if not size:
                    break
                pieces.append(rest[:size])
                rest = rest[size + 2 :]
            return b"".join(pieces)

        def _serve(self) -> None:
            bucket.signed.append("AWS4-HMAC-SHA256" in self.headers.get("Authorization", ""))
            body, key, query = self._body(), self._key(), parse_qs(urlsplit(self.path).query)
            if bucket.is_down:
                self._say(403, b"<Error><Code>AccessDenied</Code></Error>")
            elif self.command == "PUT":
                bucket.objects[key], bucket.kinds[key] = body, self.headers.get("Content-Type", "")
                self._say(200)
            elif self.command == "DELETE":
                bucket.objects.pop(key, None)
                self._say(204)
            elif not key:
                self._say(
                    200,
                    _listing(bucket, query.get("prefix", [""])[0]).encode(),
                    Content_Type="application/xml",
                )
            elif key in bucket.objects:
                self._say(200, bucket.objects[key], Content_Type=bucket.kinds.get(key, ""))
            else:
                self._say(404, b"<Error><Code>NoSuchKey</Code></Error>")

        do_GET = do_PUT = do_HEAD = do_DELETE = _serve

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    bucket.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
