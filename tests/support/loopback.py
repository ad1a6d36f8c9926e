"""A server on loopback that says exactly what a test tells it to."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from community.core.outbound import Failed, Policy, Response, fetch

Handler = Callable[[socket.socket, str], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


class Server:
    """A server on loopback: answers each connection with the next script and keeps what it was asked."""

    def __init__(self, *scripts: bytes | Handler, tls: ssl.SSLContext | None = None) -> None:
        self.scripts, self.tls = list(scripts), tls
        self.asked: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        for script in self.scripts:
            try:
                sock, _peer = self.listener.accept()
            except OSError:
                return
            try:
                if self.tls:
                    sock = self.tls.wrap_socket(sock, server_side=True)
                request = b""
                while b"\r\n\r\n" not in request and (chunk := sock.recv(4096)):
                    request += chunk
                self.asked.append(request.decode("latin-1"))
                script(sock, self.asked[-1]) if callable(script) else sock.sendall(script)
            except OSError:
                pass
            finally:
                sock.close()

    def policy(self, **kwargs: object) -> Policy:
        """Any name leads here, on this server's port only."""
        known = {
            "ports": frozenset({self.port}),
            "allows": lambda address: address.is_loopback,
            "resolve": lambda host, port, seconds: ["127.0.0.1"],
        }
        return Policy(**{**known, **kwargs})  # type: ignore[arg-type]

    def url(self, path: str = "/", scheme: str = "http") -> str:
        return f"{scheme}://site.example:{self.port}{path}"


@contextmanager
def serving(*scripts: bytes | Handler, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(*scripts, tls=tls)
    try:
        yield server
    finally:
        server.listener.close()


def get(*scripts: bytes | Handler, **options: object) -> Response:
    with serving(*scripts) as server:
        return fetch(server.url(), policy=server.policy(), **options)  # type: ignore[arg-type]


def failure(*scripts: bytes | Handler, **options: object) -> str:
    with pytest.raises(Failed) as caught:
        get(*scripts, **options)
    return caught.value.code


def body(data: bytes, *headers: str) -> bytes:
    lines = "".join(f"{line}\r\n" for line in [*headers, f"Content-Length: {len(data)}"])
    return OK + lines.encode() + b"\r\n" + data


def drip(head: bytes) -> Handler:
    def run(sock: socket.socket, _request: str) -> None:
        pause = threading.Event()
        for byte in head + b"x" * 10_000:
            sock.sendall(bytes([byte]))
            pause.wait(0.02)

    return run
