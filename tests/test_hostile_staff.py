"""Hostile words in the forms that moderators keep order with: details, splits, standings."""

from __future__ import annotations

import pytest
from django.test import Client

from community.core import ratelimit
from community.core.access import YES
from tests import hostile
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "hit", lambda *_args, **_kwargs: YES)


def test_words_in_forms_that_keep_order_are_shown_or_refused_and_never_alive():
    staff, author = a_member(role="moderator"), a_member()
    client = signed_in(Client(), staff, strongly=True)
    taken = 0
    for text in [text for text in hostile.every_naughty_string() if text][::40]:
        thread = a_thread(author=author)
        reply = a_reply(author=author, thread=thread)
        details = {"title": text, "lane": "ask", "tags": text, "reason": text}
        split = {"title": text, "lane": text, "reason": text, "posts": reply.pk}
        standing = {"standing": "warned", "reason": text, "days": text}
        for address, data in (
            (f"/threads/{thread.pk}/details/", details),
            (f"/threads/{thread.pk}/split/", split),
            (f"/threads/{thread.pk}/split/", split | {"lane": "chat"}),
            (f"/staff/members/{author.pk}/standing/", standing),
            (f"/staff/members/{author.pk}/standing/", standing | {"days": ""}),
        ):
            response = client.post(address, data)
            assert response.status_code in (302, 422), (address, text)
            taken += response.status_code == 302
            if response.status_code == 422:
                assert Page(response.content.decode()).faults == [], (address, text)
        for address in (f"/threads/{thread.pk}/", f"/staff/members/{author.pk}/"):
            response = client.get(address, follow=True)
            assert response.status_code == 200 and Page(response.content.decode()).faults == [], text
    assert taken > 5
