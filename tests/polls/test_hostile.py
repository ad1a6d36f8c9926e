"""Text made to break forms, in polls: on their pages and in their files, and nothing of it alive."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from community.core import ratelimit
from community.core.access import YES
from polls.models import Poll
from tests import hostile
from tests.builders.forum import a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote
from tests.support.inert import Page

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "hit", lambda *_args, **_kwargs: YES)


def strings(step: int) -> list[str]:
    known = [text for text in hostile.every_naughty_string() if text]
    return list(dict.fromkeys([*known, *hostile.every_xss_vector()]))[::step]


def test_every_string_in_a_poll_and_in_a_vote():
    author, voter = a_member(), a_member()
    writer, client = signed_in(Client(), author), signed_in(Client(), voter)
    made = 0
    for text in strings(step=12):
        thread = a_thread(author=author)
        form = {"question": text, "about": text, "kind": "single", "audience": "members", "results": "always"}
        form |= {
            "changes": "withdraw",
            "secrecy": "private",
            "other": f"Else: {text}"[:120],
            "low_label": text[:60],
        }
        form |= {"choice-0-text": text[:110], "choice-0-about": text[:150], "choice-1-text": "Plain"}
        answer = writer.post(f"/polls/new/?thread={thread.pk}", form)
        assert answer.status_code in (302, 400, 422), text
        if answer.status_code == 422:
            assert Page(answer.content.decode()).faults == []
        if answer.status_code != 302:
            continue
        made += 1
        poll = Poll.objects.latest("pk")
        for choice in (text, "1"):
            answer = client.post(
                f"/polls/{poll.pk}/vote/", {"choice": choice, "other": text, "rank-1": text, "key": text}
            )
            assert answer.status_code in (302, 400, 409, 422), text
        for address in (poll.get_absolute_url(), thread.get_absolute_url(), f"/polls/{poll.pk}/edit/"):
            page = writer.get(address)
            assert page.status_code == 200
            assert Page(page.content.decode()).faults == [], text
        rows = list(
            csv.reader(io.StringIO(writer.get(f"/polls/{poll.pk}/export/csv/").content.decode("utf-8-sig")))
        )
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row), text
    assert made > 20
    assert Page(writer.get("/polls/").content.decode()).faults == []


def test_every_string_as_a_reason_and_as_words_of_ones_own():
    thread = a_thread(author=a_member())
    poll = a_poll(thread=thread, other="Else", secrecy="named", results="always")
    member = a_member()
    client = signed_in(Client(), member)
    a_vote(poll, 1, by=member)
    for text in strings(step=15):
        assert client.post(f"/polls/{poll.pk}/vote/", {"choice": "4", "other": text}).status_code in (
            302,
            400,
            422,
        )
        for address in (poll.get_absolute_url(), f"/polls/{poll.pk}/voters/"):
            assert Page(client.get(address).content.decode()).faults == [], text
        assert client.post(f"/polls/{poll.pk}/why/", {"why": text}).status_code in (302, 400, 422)
    assert Page(client.get(f"/threads/{thread.pk}/reply/").content.decode()).faults == []


@pytest.mark.parametrize("token", ["' OR 1=1", "a.b.c.d", "=" * 80, "%00", "ballot=x; sessionid=y"])
def test_a_made_up_cookie_is_nobodys(token):
    client = Client()
    client.cookies["ballot"] = token
    poll = a_poll(audience="everyone")
    assert client.get(f"/polls/{poll.pk}/box/").status_code in (200, 400)
    answer = client.post(f"/polls/{poll.pk}/vote/", {"choice": "1"}, headers={"origin": "http://testserver"})
    assert answer.status_code in (302, 400)
