"""Only public addresses, however they are written."""

from ipaddress import ip_address

import pytest

from community.core.outbound import Blocked, fetch, is_public
from community.core.outbound.addresses import parse
from community.core.outbound.wire import Policy

PORTS = frozenset({80, 443})

NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1
198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1
::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::a00:1 100::1
2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:10::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1
3fff::1 fc00::1 fd12:3456:789a::1 fe80::1 fec0::1 ff02::1 5f00::1 4000::1
""".split()  # noqa: SIM905  readable

PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1
169.253.255.255 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 198.17.255.255 198.20.0.1
223.255.255.255 2001:200::1 2001:4860:4860::8888 2400:3200::1 2606:4700::1111 2a00:1450::1
""".split()  # noqa: SIM905  readable


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_an_address_with_a_zone_is_not_public() -> None:
    assert not is_public(ip_address("2606:4700::1111%eth0"))


REFUSED_URLS = {
    "http://2130706433/": "address",
    "http://0177.0.0.1/": "address",
    "http://0x7f.0.0.1/": "address",
    "http://0x7f000001/": "address",
    "http://127.1/": "address",
    "http://127.0.0.1./": "address",
    "http://8.8.8.010/": "address",
    "http://example.0x7f/": "address",
    "http://１２７.0.0.1/": "address",
    "http://127。0。0。1/": "address",
    "http://①②⑦.0.0.1/": "address",
    "http://[::1]/": "address",
    "http://[::ffff:7f00:1]/": "address",
    "http://[64:ff9b::7f00:1]/": "address",
    "http://[2002:7f00:1::]/": "address",
    "http://[fe80::1%25eth0]/": "malformed",
    "http://[fe80::1%eth0]/": "malformed",
    "http://[::1/": "malformed",
    "http://[v1.fe]/": "malformed",
    "http://user:secret@example.org/": "credentials",
    "http://user@example.org/": "credentials",
    "http://@example.org/": "credentials",
    "http://example.org@127.0.0.1/": "credentials",
    "http://example.org:22/": "port",
    "http://example.org:8080/": "port",
    "http://example.org:0/": "port",
    "http://example.org:99999/": "malformed",
    "http://example.org:x/": "malformed",
    "ftp://example.org/": "scheme",
    "file:///etc/passwd": "scheme",
    "gopher://example.org/": "scheme",
    "javascript:alert(1)": "scheme",
    "//example.org/": "scheme",
    "example.org": "scheme",
    "": "scheme",
    "http://": "malformed",
    "http:///path": "malformed",
    "http://./": "malformed",
    "http://a..b/": "malformed",
    "http://-a.example/": "malformed",
    "http://exa mple.org/": "malformed",
    "http://example.org\\@127.0.0.1/": "malformed",
    "http://example.org/\r\nHost: internal": "malformed",
    "http://example.org/\n": "malformed",
    " http://example.org/": "malformed",
    "http://ex%61mple.org/": "malformed",
    "http://" + "a" * 64 + ".org/": "malformed",
    "http://" + "a." * 130 + "org/": "malformed",
    "http://example.org/" + "a" * 2_000: "malformed",
}


@pytest.mark.parametrize("url", REFUSED_URLS, ids=lambda url: ascii(url)[:40])
def test_a_disguised_or_unfit_address_is_blocked_before_anything_is_asked(url: str) -> None:
    def never(*_args: object) -> None:
        pytest.fail("something was asked of the network")

    with pytest.raises(Blocked) as caught:
        fetch(url, policy=Policy(resolve=never, connect=never))
    assert caught.value.code == REFUSED_URLS[url]
    assert caught.value.reason.endswith(".")


@pytest.mark.parametrize(
    ("url", "host", "header", "path"),
    [
        ("http://Example.ORG", "example.org", "example.org", "/"),
        ("https://example.org:443/a?b=c#d", "example.org", "example.org", "/a?b=c"),
        ("http://example.org:443/", "example.org", "example.org:443", "/"),
        ("http://example.org./", "example.org", "example.org", "/"),
        ("http://汽车.example/路?问=答", "xn--4tws85e.example", "xn--4tws85e.example", None),
        ("http://1.1.1.1/", "1.1.1.1", "1.1.1.1", "/"),
        ("http://[2606:4700::1111]/", "2606:4700::1111", "[2606:4700::1111]", "/"),
        ("http://e.example/%zz%20'\"<>", "e.example", "e.example", "/%zz%20'%22%3C%3E"),
        ("http://my_host.example/", "my_host.example", "my_host.example", "/"),
    ],
)
def test_an_ordinary_address_is_taken_apart(url: str, host: str, header: str, path: str | None) -> None:
    target = parse(url, ports=PORTS)

    assert (target.host, target.host_header) == (host, header)
    assert target.path == (path or "/%E8%B7%AF?%E9%97%AE=%E7%AD%94")
