"""Each hop is checked anew, at the address that is then used."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from community.core.outbound import Blocked, Failed, Policy, fetch, is_public
from community.core.outbound.addresses import Address
from tests.support.loopback import body, drip, failure, get, serving


def redirect(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(status: int) -> None:
    with serving(redirect("/next/页", status), body(b"there")) as server:
        answer = fetch(server.url("/first"), policy=server.policy())

    assert answer.body == b"there"
    assert answer.url == server.url("/next/页")
    assert server.asked[1].startswith("GET /next/%E9%A1%B5 ")


def test_at_most_so_many_hops() -> None:
    hops = [redirect("/again")] * 4
    assert failure(*hops, max_hops=3) == "hops"
    assert get(*hops[:3], body(b"x"), max_hops=3).body == b"x"


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address"),
        ("http://[::ffff:10.0.0.1]/", "address"),
        ("http://2130706433/", "address"),
        ("http://site.example:22/", "port"),
        ("file:///etc/passwd", "scheme"),
        ("http://a:b@site.example/", "credentials"),
        ("http://[::1/", "malformed"),
    ],
)
def test_each_hop_is_checked_anew(to: str, code: str) -> None:
    with serving(redirect(to)) as server:
        policy = server.policy(ports=frozenset({server.port, 80}))
        with pytest.raises(Blocked) as caught:
            fetch(server.url(), policy=policy)
    assert caught.value.code == code
    assert len(server.asked) == 1


def never(*_args: object) -> socket.socket:
    pytest.fail("a connection was opened")


@pytest.mark.parametrize(
    "found",
    ["127.0.0.1", "10.0.0.5", "::1", "fe80::1%lo", "::ffff:127.0.0.1", "8.8.8.8 10.0.0.1", "rubbish"],
)
def test_a_name_that_leads_inside_is_blocked_before_connecting(found: str) -> None:
    with pytest.raises(Blocked) as caught:
        fetch("https://site.example/", policy=Policy(resolve=lambda *a: found.split(), connect=never))
    assert caught.value.code == "address"


def test_a_name_without_addresses_fails() -> None:
    with pytest.raises(Failed) as caught:
        fetch("https://site.example/", policy=Policy(resolve=lambda *a: [], connect=never))
    assert caught.value.code == "dns"


def test_a_rebinding_name_is_looked_up_once_and_the_checked_address_is_used() -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]]
    connected: list[tuple[Address, int]] = []

    def connect(address: Address, port: int, seconds: float) -> socket.socket:
        connected.append((address, port))
        raise ConnectionRefusedError

    with pytest.raises(Failed) as caught:
        fetch("http://rebind.example/", policy=Policy(resolve=lambda *a: answers.pop(0), connect=connect))
    assert caught.value.code == "connect"
    assert connected == [(IPv4Address("93.184.216.34"), 80)]
    assert len(answers) == 2


def test_a_name_that_rebinds_between_hops_is_caught() -> None:
    with serving(redirect("http://rebind.example/")) as server:
        places = {"site.example": ["127.0.0.1"], "rebind.example": ["10.0.0.1"]}
        policy = server.policy(
            ports=frozenset({server.port, 80}), resolve=lambda host, port, seconds: places[host]
        )
        with pytest.raises(Blocked):
            fetch(server.url(), policy=policy)


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with serving(body(b"second")) as server:

        def connect(address: Address, port: int, seconds: float) -> socket.socket:
            if str(address) == "127.0.0.9":
                raise ConnectionRefusedError
            return socket.create_connection((str(address), port), timeout=seconds)

        policy = server.policy(resolve=lambda *a: ["127.0.0.9", "127.0.0.1"], connect=connect)
        assert fetch(server.url(), policy=policy).body == b"second"


def test_loopback_needs_an_explicit_policy() -> None:
    assert Policy().allows is is_public
    assert Policy().ports == {80, 443}
    with serving(body(b"secret")) as server, pytest.raises(Blocked):
        fetch(server.url(), policy=server.policy(allows=is_public))
    assert server.asked == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for site.example, and its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("site.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "site.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_secure_server_is_greeted_by_name_and_must_prove_itself(certificate: Path) -> None:
    names: list[str | None] = []
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    tls.sni_callback = lambda sock, name, context: names.append(name)  # type: ignore[assignment,func-returns-value]
    trusting = ssl.create_default_context(cafile=str(certificate))

    with serving(body(b"secret"), tls=tls) as server:
        answer = fetch(server.url(scheme="https"), policy=server.policy(tls=lambda: trusting))
    assert (answer.body, names) == (b"secret", ["site.example"])

    for policy, url in [({}, "https://site.example"), ({"tls": lambda: trusting}, "https://other.example")]:
        with serving(body(b"secret"), tls=tls) as server, pytest.raises(Failed) as caught:
            fetch(f"{url}:{server.port}/", policy=server.policy(**policy))
        assert caught.value.code == "secure"
        assert server.asked == []


def test_a_server_that_never_shakes_hands_is_left_at_the_deadline() -> None:
    with serving(drip(b"")) as server, pytest.raises(Failed) as caught:
        fetch(server.url(scheme="https"), timeout=0.3, policy=server.policy())
    assert caught.value.code in {"slow", "secure"}
