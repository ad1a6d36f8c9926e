"""Push over a real connection to a service on this machine, opened as the browser behind it would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.core import mail

from activity.notices import push, webpush
from activity.notices.models import Delivery, PushSubscription
from community.core import clock, outbound
from community.core.tasks.testing import run_due
from community.members.models import Member
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member
from tests.support.loopback import serving
from tests.support.pushing import Browser, PushService, certificate

pytestmark = pytest.mark.django_db


class Line:
    """A member's browser with its service; `wake` is one mention that has settled."""

    def __init__(self, member: Member, browser: Browser, service: PushService) -> None:
        self.member, self.browser, self.service = member, browser, service

    def wake(self, *, raise_errors: bool = True) -> None:
        helper = a_member()
        a_reply(
            author=helper, thread=a_thread(author=helper, title="只有你知道"), body=f"@{self.member.name}"
        )
        run_due(raise_errors=raise_errors)
        with clock.frozen(clock.now() + timedelta(seconds=15)):
            run_due(raise_errors=raise_errors)


@contextmanager
def subscribed(
    settings, monkeypatch, folder: Path, name: str = "小满", connections: int = 3
) -> Iterator[Line]:
    settings.VAPID_PRIVATE_KEY = webpush.new_private_key()
    settings.VAPID_SUBJECT = "mailto:ops@example.org"
    browser, service, member = Browser(), PushService(push.public_key()), a_member(name=name)
    inside, outside = certificate(folder)
    with serving(*[service.answer] * connections, tls=inside) as server:
        service.origin = f"https://site.example:{server.port}"
        policy = server.policy(tls=lambda: outside)
        waits = {} if connections else {"timeout": 1.0}
        monkeypatch.setattr(outbound, "post", partial(outbound.post, policy=policy, **waits))
        push.subscribe(
            member=member, endpoint=server.url("/wake/one", "https"), device="Firefox", **browser.keys
        )
        yield Line(member, browser, service)


def test_what_arrives_opens_in_the_browser_and_says_little(settings, monkeypatch, tmp_path):
    with subscribed(settings, monkeypatch, tmp_path) as line:
        line.wake()
    (body,) = line.service.taken
    assert line.service.refused == []
    told = line.browser.opened(body)
    assert told["body"] == "Somebody mentions me" and told["url"].startswith("/notices/")
    assert "只有你知道".encode() not in body and b"mentions" not in body, "sealed on the way"
    assert Delivery.objects.get().state == "sent" and mail.outbox == []


def test_nobody_else_opens_it_and_a_changed_one_opens_nowhere(settings, monkeypatch, tmp_path):
    with subscribed(settings, monkeypatch, tmp_path) as line:
        line.wake()
        line.wake()
    one, two = line.service.taken
    assert one[:16] != two[:16] and one[21:86] != two[21:86], "a salt and a key of its own for each message"
    with pytest.raises(InvalidTag):
        Browser().opened(one)
    with pytest.raises(InvalidTag):
        line.browser.opened(one[:-1] + bytes([one[-1] ^ 1]))


def test_a_service_that_was_subscribed_to_by_another_key_refuses(settings, monkeypatch, tmp_path):
    with subscribed(settings, monkeypatch, tmp_path) as line:
        settings.VAPID_PRIVATE_KEY = webpush.new_private_key()
        line.wake(raise_errors=False)
    assert line.service.refused == ["subscribed with another key"] and line.service.taken == []
    assert Delivery.objects.get().state == "queued", "tried again, and shown to operators in the end"


def test_an_endpoint_that_is_gone_is_unsubscribed_without_a_word(settings, monkeypatch, tmp_path):
    with subscribed(settings, monkeypatch, tmp_path) as line:
        line.service.says = 410
        line.wake()
        assert not PushSubscription.objects.exists()
        with clock.frozen(clock.now() + timedelta(minutes=3)):
            run_due()
    assert [letter.to for letter in mail.outbox] == [[line.member.email]], "by mail instead"


def test_the_test_button_reaches_the_browser(settings, monkeypatch, tmp_path):
    with subscribed(settings, monkeypatch, tmp_path) as line:
        assert push.send_test(member=line.member)
    assert line.browser.opened(line.service.taken[0])["tag"] == "test"


def test_a_service_that_hangs_up_is_no_error_and_is_tried_again(settings, monkeypatch, tmp_path):
    with subscribed(settings, monkeypatch, tmp_path, connections=0) as line:
        line.wake(raise_errors=False)
    assert PushSubscription.objects.exists() and Delivery.objects.get().state == "queued"
