"""Which addresses are public, and what a web address must look like to be visited."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urlsplit

from community.core.outbound.errors import Blocked

Address = IPv4Address | IPv6Address

MAX_URL = 2_000

# IANA special-purpose registry, IPv4: everything here is not, or not surely, a server on the public internet.
_NOT_PUBLIC_4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and where clouds keep their secrets
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
# IPv6 the other way round: only global unicast is public. Outside it lie loopback, link-local, unique-local,
# multicast, IPv4-mapped (::ffff:0:0/96) and NAT64 (64:ff9b::/96, 64:ff9b:1::/48).
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, with Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries any IPv4 address inside
        "3fff::/20",  # documentation
    )
]

_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")


def is_public(address: Address) -> bool:
    """Whether a server at this address is on the public internet, as far as its number can tell."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id or address not in _PUBLIC_6:
        return False
    return not any(address in network for network in _NOT_PUBLIC_6)


@dataclass(frozen=True, slots=True)
class Target:
    """A web address taken apart: `host` in ASCII, or `literal` when the host is an address itself."""

    url: str
    secure: bool
    host: str
    literal: Address | None
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if isinstance(self.literal, IPv6Address) else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def parse(url: str, *, ports: frozenset[int]) -> Target:
    """Take a web address apart, strictly: what two readers could read differently is Blocked."""
    if len(url) > MAX_URL or _FORBIDDEN.search(url):
        raise Blocked("malformed")
    try:
        parts = urlsplit(url)
        port, name = parts.port, parts.hostname
    except ValueError as error:
        raise Blocked("malformed") from error
    if parts.scheme not in ("http", "https"):
        raise Blocked("scheme")
    if "@" in parts.netloc:
        raise Blocked("credentials")
    secure = parts.scheme == "https"
    port = port if port is not None else (443 if secure else 80)
    if port not in ports:
        raise Blocked("port")
    host, literal = _host(name or "", bracketed="[" in parts.netloc)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]") if parts.query else ""
    )
    if not path.startswith("/"):
        raise Blocked("malformed")
    return Target(url, secure, host, literal, port, path)


def _host(name: str, *, bracketed: bool) -> tuple[str, Address | None]:
    if bracketed:
        if "%" in name:
            raise Blocked("malformed")
        try:
            literal: Address = IPv6Address(name)
        except ValueError as error:
            raise Blocked("malformed") from error
        return str(literal), literal
    try:
        # Also folds full-width digits and dots, which a resolver would read as an address.
        host = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise Blocked("malformed") from error
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise Blocked("malformed")
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return host, None
    # Ends in a number, so it is an address; 2130706433, 0177.0.0.1, 0x7f.1 and 127.1 are disguises of one.
    try:
        literal = IPv4Address(host)
    except ValueError as error:
        raise Blocked("address") from error
    return host, literal


def parse_resolved(text: str) -> Address:
    """An address as a resolver gives it."""
    try:
        return ip_address(text)
    except ValueError as error:
        raise Blocked("address") from error
