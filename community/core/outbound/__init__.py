"""The one client for other people's servers: it reaches only public addresses, takes little and waits little.

Nothing else in the house may open a connection (a test holds that). No cookies, no proxies, no passwords.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, cast
from urllib.parse import urljoin

from community.core.outbound.addresses import Target, is_public, parse
from community.core.outbound.errors import Blocked, Failed, OutboundError
from community.core.outbound.wire import PUBLIC, Deadline, Line, Policy, dial

REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Room for headers and for the framing of very small chunks.
_RAW_EXTRA = 256 * 1024


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of any status: headers by lower-case name, the body decoded, the address it came from."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


def fetch(
    url: str,
    *,
    max_bytes: int = 1_000_000,
    timeout: float = 5.0,
    max_hops: int = 3,
    accept: Sequence[str] = (),
    policy: Policy = PUBLIC,
) -> Response:
    """GET a public web page.

    `max_bytes` counts the decoded body, `timeout` all seconds together, `max_hops` the redirects followed.
    `accept` lists media types; another type in a successful answer is Failed("type"). `policy` is for tests.
    Raises Blocked (may not be visited) or Failed (no usable answer).
    """
    deadline = Deadline(timeout)
    for _hop in range(max_hops + 1):
        target = parse(url, ports=policy.ports)
        answer = _exchange(target, max_bytes, accept, policy, deadline)
        if isinstance(answer, Response):
            return answer
        try:
            url = urljoin(target.url, answer)
        except ValueError as error:
            raise Blocked("malformed", answer) from error
    raise Failed("hops", url)


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    max_bytes: int = 16_384,
    timeout: float = 10.0,
    policy: Policy = PUBLIC,
) -> Response:
    """POST bytes to a public address, once: a redirect is an answer like any other. Raises as `fetch`.

    `headers` are the caller's own words: plain ASCII, no line breaks (ValueError).
    """
    lines = [f"{name}: {value}" for name, value in headers.items()]
    if not all(line.isascii() and line.isprintable() for line in lines):
        raise ValueError("a header holds something that is no plain text")
    deadline = Deadline(timeout)
    target = parse(url, ports=policy.ports)
    head = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.host_header}",
        "User-Agent: Convoy",
        "Connection: close",
        f"Content-Length: {len(body)}",
        *lines,
    ]
    request = "\r\n".join([*head, "", ""]).encode("ascii") + body
    answer = _exchange(target, max_bytes, (), policy, deadline, request=request)
    return answer if isinstance(answer, Response) else Response(300, {"location": answer}, b"", target.url)


def _exchange(
    target: Target,
    max_bytes: int,
    accept: Sequence[str],
    policy: Policy,
    deadline: Deadline,
    *,
    request: bytes = b"",
) -> Response | str:
    """One request: the answer, or the address it redirects to."""
    sock = dial(target, policy, deadline)
    try:
        sock.settimeout(deadline.left())
        sock.sendall(request or _request(target, accept))
        line = Line(sock, deadline, 2 * max_bytes + _RAW_EXTRA)
        response = HTTPResponse(
            cast("Any", line), method="POST" if request else "GET"
        )  # asks of a socket nothing but `makefile`
        response.begin()
        headers = _headers(response)
        if response.status in REDIRECTS and headers.get("location"):
            return _utf8(headers["location"])
        if accept and response.status < 300 and _media_type(headers) not in accept:
            raise Failed("type", _media_type(headers))
        return Response(response.status, headers, _body(response, headers, max_bytes), target.url)
    except TimeoutError as error:
        raise Failed("slow", target.host) from error
    except (OSError, HTTPException, ValueError, zlib.error) as error:
        raise Failed("broken", f"{target.host}: {error}") from error
    finally:
        sock.close()


def _request(target: Target, accept: Sequence[str]) -> bytes:
    lines = [
        f"GET {target.path} HTTP/1.1",
        f"Host: {target.host_header}",
        "User-Agent: Convoy",
        f"Accept: {', '.join(accept) or '*/*'}",
        "Accept-Encoding: gzip",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _headers(response: HTTPResponse) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def _utf8(value: str) -> str:
    """A header as its sender most likely meant it: http.client reads every byte as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _media_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _body(response: HTTPResponse, headers: Mapping[str, str], max_bytes: int) -> bytes:
    """The decoded body; Failed when it is larger than allowed, cut short, or packed in an unknown way."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise Failed("broken", f"content-encoding {encoding}")
    if (response.length or 0) > max_bytes:
        raise Failed("size")
    unpack = zlib.decompressobj(31) if encoding.endswith("gzip") else None
    body = bytearray()
    while chunk := response.read(16_384):
        body += unpack.decompress(chunk, max_bytes + 1 - len(body)) if unpack else chunk
        if len(body) > max_bytes:
            raise Failed("size")
    if response.length or (unpack and body and not unpack.eof):
        raise Failed("broken", "the answer is cut short")
    return bytes(body)


__all__ = ["PUBLIC", "Blocked", "Failed", "OutboundError", "Policy", "Response", "fetch", "is_public", "post"]
