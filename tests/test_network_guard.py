"""The guard itself: a test that reaches outside fails, whatever the code under test catches."""

import socket

import pytest

from tests.support.network import OutboundAttempt


def test_a_public_address_is_refused_past_a_broad_except() -> None:
    with pytest.raises(OutboundAttempt), socket.socket() as sock:
        try:
            sock.connect(("192.0.2.1", 80))
        except Exception:
            pytest.fail("the guard was swallowed")


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(OutboundAttempt):
        socket.getaddrinfo("example.org", 443)


def test_loopback_still_works() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        client.connect(server.getsockname())
