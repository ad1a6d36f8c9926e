"""Who is counted, and views that take only so many POSTs."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from community.core import ratelimit
from community.core.access import Refused
from community.core.clock import FrozenClock
from community.core.ratelimit import client_address, client_network, limited


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, frozen_clock: FrozenClock) -> None:
    monkeypatch.setattr(ratelimit, "_shared", ratelimit._Shared())
    monkeypatch.setattr(ratelimit, "_local", ratelimit._Local())


def request(
    method: str = "POST", *, peer: str = "198.51.100.7", forwarded: str | None = None, user: object = None
) -> HttpRequest:
    extra = {"REMOTE_ADDR": peer} | ({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})
    made = RequestFactory().generic(method, "/", **extra)
    made.user = user or AnonymousUser()
    return made


class Someone:
    is_authenticated = True

    def __init__(self, pk: int) -> None:
        self.pk = pk


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, "198.51.100.7"),
        (0, "1.2.3.4", "198.51.100.7"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "198.51.100.7"),
        (1, None, "198.51.100.7"),
        (1, "", "198.51.100.7"),
        (1, "6.6.6.6, unknown", "198.51.100.7"),
        (1, "1.2.3.4:5678", "1.2.3.4"),
        (1, "[2001:4860::1]:5678", "2001:4860::1"),
        (1, "2001:4860::1", "2001:4860::1"),
        (1, "::ffff:1.2.3.4", "1.2.3.4"),
        (1, "<script>", "198.51.100.7"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    proxies: int, forwarded: str | None, expected: str, settings: object
) -> None:
    settings.TRUSTED_PROXIES = proxies  # type: ignore[attr-defined]
    assert client_address(request(forwarded=forwarded)) == expected


def test_an_unknown_peer_has_no_address_but_is_still_counted() -> None:
    assert client_address(request(peer="")) == ""
    assert client_network(request(peer="")) == "unknown"


def test_a_household_of_ipv6_addresses_is_one() -> None:
    first, second = request(peer="2001:4860:1:2::1"), request(peer="2001:4860:1:2:ffff::9")
    other = request(peer="2001:4860:1:3::1")
    assert client_network(first) == client_network(second) == "2001:4860:1:2::/64"
    assert client_network(other) != client_network(first)


@limited("reply", limit=2, per=60)
def view(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Takes replies."""
    return HttpResponse(str(number))


def test_one_post_too_many_is_refused_with_the_wait() -> None:
    assert view(request(), number=7).content == b"7"
    view(request())

    with pytest.raises(Refused) as caught:
        view(request())

    assert caught.value.code == "rate"
    assert isinstance(caught.value.verdict, ratelimit.RateVerdict)
    assert caught.value.verdict.retry_after > 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_never_limited(method: str) -> None:
    for _ in range(5):
        assert view(request(method)).status_code == 200
    assert view(request()).status_code == 200


def test_members_are_counted_by_themselves_wherever_they_are() -> None:
    anna, bo = Someone(1), Someone(2)
    view(request(user=anna, peer="198.51.100.7"))
    view(request(user=anna, peer="198.51.100.8"))

    with pytest.raises(Refused):
        view(request(user=anna, peer="198.51.100.9"))
    assert view(request(user=bo)).status_code == 200
    assert view(request()).status_code == 200


def test_a_forged_header_does_not_make_somebody_else() -> None:
    for number in range(2):
        view(request(forwarded=f"1.2.3.{number}"))
    with pytest.raises(Refused):
        view(request(forwarded="1.2.3.99"))


def test_another_key_can_be_counted_by() -> None:
    @limited("letters", limit=1, per=60, key=lambda request: request.POST["email"])
    def send(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def posting(email: str) -> HttpRequest:
        return RequestFactory().post("/", {"email": email})

    send(posting("a@example.org"))
    send(posting("b@example.org"))
    with pytest.raises(Refused):
        send(posting("a@example.org"))


def test_the_view_keeps_its_name_and_async_views_are_not_taken_silently() -> None:
    assert (view.__name__, view.__doc__) == ("view", "Takes replies.")

    async def waiting(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    with pytest.raises(TypeError, match="async"):
        limited("x", limit=1, per=1)(waiting)  # type: ignore[type-var]
