"""Web push: what leaves the house, to whom, and what becomes of addresses that are gone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from django.core import mail
from django.core.management import call_command
from django.test import Client

from activity.notices import push, webpush
from activity.notices.models import Delivery, NoticeSettings, Notification, PushSubscription
from community.core import clock, outbound
from community.core.models import RestoreHold
from community.core.tasks.testing import run_due
from community.members.models import Member
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.notices import settle
from tests.support.loopback import body, serving

BROWSER = ec.derive_private_key(20261128, webpush.CURVE)
P256DH = webpush.packed(webpush.public_bytes(BROWSER))
AUTH = webpush.packed(b"sixteen bytes ok")
ENDPOINT = "https://push.example.org/send/one"


def test_the_example_of_the_standard():
    """RFC 8291, section 5."""
    body_ = webpush.encrypted(
        b"When I grow up, I want to be a watermelon",
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
        sender=webpush.private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=webpush.unpacked("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert webpush.packed(body_) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_the_sender_signs_for_this_push_service_and_for_half_a_day():
    key = webpush.private_key(webpush.new_private_key())
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    header = webpush.authorization(ENDPOINT, key=key, subject="mailto:ops@example.org", now=now)
    token = header.partition("t=")[2].partition(",")[0]
    head, claims, signature = token.split(".")
    raw = webpush.unpacked(signature)
    pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.public_key().verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    told = json.loads(webpush.unpacked(claims))
    assert told == {
        "aud": "https://push.example.org",
        "exp": int(now.timestamp()) + 12 * 3600,
        "sub": "mailto:ops@example.org",
    }


def test_a_key_can_be_made_and_nonsense_is_none(capsys):
    call_command("push_key")
    assert webpush.private_key(capsys.readouterr().out.strip())
    with pytest.raises(ValueError, match="32 bytes"):
        webpush.private_key("AAAA")
    assert not webpush.is_browser_key("AAAA", AUTH) and not webpush.is_browser_key(P256DH, "AAAA")


def test_bytes_are_posted_to_public_addresses_only():
    heard: list[str] = []

    def answer(sock, request: str) -> None:
        heard.append(request)
        sock.sendall(body(b"", "TTL: 60"))

    with serving(answer) as server:
        response = outbound.post(server.url("/p"), b"secret", headers={"TTL": "60"}, policy=server.policy())
    assert response.status == 200
    assert heard[0].startswith("POST /p HTTP/1.1\r\n") and "Content-Length: 6\r\n" in heard[0]
    with pytest.raises(outbound.Blocked):
        outbound.post("https://127.0.0.1/p", b"", headers={})
    with pytest.raises(ValueError, match="plain text"):
        outbound.post(ENDPOINT, b"", headers={"TTL": "1\r\nX: y"})


class Service:
    """A push service that answers what a test says, and keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: dict[str, int] = {}
        self.heard: list[tuple[str, bytes, dict[str, str]]] = []

    def post(self, url: str, data: bytes, *, headers: dict[str, str]) -> outbound.Response:
        self.heard.append((url, data, dict(headers)))
        return outbound.Response(self.answers.get(url, 201), {}, b"", url)


@pytest.fixture
def service(settings, monkeypatch) -> Service:
    settings.VAPID_PRIVATE_KEY = webpush.new_private_key()
    made = Service()
    monkeypatch.setattr(outbound, "post", made.post)
    return made


@pytest.fixture
def asker(db, service) -> Member:
    member = a_member(name="Asker")
    push.subscribe(member=member, endpoint=ENDPOINT, p256dh=P256DH, auth=AUTH, device="Firefox")
    return member


def opened(data: bytes) -> dict[str, str]:
    """What the browser reads."""
    salt, sender, sealed = data[:16], data[21:86], data[86:]
    secret = BROWSER.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(webpush.CURVE, sender))
    info = b"WebPush: info\0" + webpush.public_bytes(BROWSER) + sender
    material = webpush._derived(webpush.unpacked(AUTH), secret, info, 32)
    key = webpush._derived(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = webpush._derived(salt, material, b"Content-Encoding: nonce\0", 12)
    return json.loads(AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x02"))


def mention(frozen_clock: clock.FrozenClock) -> None:
    helper = a_member()
    a_reply(
        author=helper, thread=a_thread(author=helper, title="A private matter"), body="@Asker, only for you"
    )
    run_due()
    settle(frozen_clock)


def test_a_push_names_nobody_and_leaves_no_letter(frozen_clock, asker, service):
    mention(frozen_clock)
    settle(frozen_clock, seconds=120)
    ((url, data, headers),) = service.heard
    assert url == ENDPOINT and headers["Content-Encoding"] == "aes128gcm"
    told = opened(data)
    assert told["body"] == "Somebody mentions me" and told["url"].startswith("/notices/")
    assert not any("private" in value or "only for you" in value for value in told.values())
    assert mail.outbox == []
    assert Delivery.objects.get().state == "sent"
    assert len(NoticeSettings.objects.get(member=asker).spent) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_an_address_that_is_gone_is_forgotten_and_a_letter_goes_instead(frozen_clock, asker, service, status):
    service.answers[ENDPOINT] = status
    mention(frozen_clock)
    settle(frozen_clock, seconds=120)
    assert not PushSubscription.objects.exists()
    assert len(mail.outbox) == 1
    assert len(NoticeSettings.objects.get(member=asker).spent) == 1, "one thing, one interruption"


def test_a_service_that_is_away_is_tried_again(frozen_clock, asker, service):
    service.answers[ENDPOINT] = 503
    helper = a_member()
    a_reply(author=helper, thread=a_thread(author=helper), body="@Asker")
    run_due()
    assert service.heard == [], "it may still be taken back"
    frozen_clock.move(timedelta(seconds=13))
    run_due(raise_errors=False)
    assert Delivery.objects.get().state == "queued" and NoticeSettings.objects.get().spent == []
    service.answers.clear()
    settle(frozen_clock, seconds=60)
    assert Delivery.objects.get().state == "sent" and mail.outbox == []


def test_a_site_that_lost_its_key_writes_instead(frozen_clock, asker, service, settings):
    settings.VAPID_PRIVATE_KEY = ""
    mention(frozen_clock)
    settle(frozen_clock, seconds=120)
    assert service.heard == [] and [letter.to for letter in mail.outbox] == [[asker.email]]


def test_what_waited_for_a_push_when_the_key_was_lost_waits_for_the_digest(
    frozen_clock, asker, service, settings
):
    helper = a_member()
    a_reply(author=helper, thread=a_thread(author=helper), body="@Asker")
    run_due()
    settings.VAPID_PRIVATE_KEY = ""
    settle(frozen_clock, seconds=120)
    assert Delivery.objects.get().state == "deferred" and Notification.objects.get().waits


def test_a_restored_site_wakes_nobody(frozen_clock, asker, service):
    RestoreHold.objects.create(pk=1, backup_id="b", made_at=clock.now(), restored_at=clock.now())
    mention(frozen_clock)
    assert service.heard == [] and not push.send_test(member=asker)


def test_the_page_lists_devices_tests_and_removes_them(asker, service):
    client = signed_in(Client(), asker)
    page = client.get("/notices/push/").content.decode()
    assert "Firefox" in page and f'data-push="{push.public_key()}"' in page
    client.post("/notices/push/test/")
    assert opened(service.heard[0][1])["tag"] == "test"
    assert Delivery.objects.get().title.startswith("This is the test")
    pk = PushSubscription.objects.get().pk
    signed_in(Client(), a_member()).post(f"/notices/push/{pk}/remove/")
    assert PushSubscription.objects.exists()
    client.post(f"/notices/push/{pk}/remove/")
    assert not PushSubscription.objects.exists()


def test_a_browser_that_changed_hands_is_its_new_members(asker, service):
    other = a_member()
    told = {"endpoint": ENDPOINT, "p256dh": P256DH, "auth": AUTH, "device": "Chrome"}
    client = signed_in(Client(), other)
    assert client.post("/notices/push/subscribe/", told).status_code == 204
    assert PushSubscription.objects.get().member == other
    for bad in ({"endpoint": "http://push.example.org/"}, {"p256dh": "AAAA"}, {"auth": "!"}):
        assert client.post("/notices/push/subscribe/", told | bad).status_code == 422


def test_without_a_key_there_is_no_push(db, settings):
    settings.VAPID_PRIVATE_KEY = ""
    client = signed_in(Client(), a_member())
    assert "sends no push messages" in client.get("/notices/push/").content.decode()
    told = {"endpoint": ENDPOINT, "p256dh": P256DH, "auth": AUTH}
    assert client.post("/notices/push/subscribe/", told).status_code == 422


def test_the_worker_stands_at_the_root(client):
    answer = client.get("/push-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
