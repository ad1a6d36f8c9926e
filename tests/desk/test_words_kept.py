"""Who typed a reason or a note and came second keeps the words, and may send them again over what stands now."""

from __future__ import annotations

import pytest

from moderation.desk import actions
from moderation.desk.models import DeskLog, DeskThread, Place

pytestmark = pytest.mark.django_db


GIVEN = {
    "settle": {"reason": "Said in the shop"},
    "assign": {"note": "Said in the shop", "due": ""},
    "lane": {"lane": "chat", "reason": "Said in the shop"},
    "feature": {"until": "2999-01-01", "reason": "Said in the shop"},
    "link": {"target": "4711"},
}


@pytest.mark.parametrize("verb", GIVEN)
def test_the_form_comes_back_with_the_words_over_the_thread_as_it_is_now(desk, thread, li, verb):
    actions.take(actor=li, thread_id=thread.pk, version=0)
    fields = GIVEN[verb] | ({"to": li.pk} if verb == "assign" else {})
    given = {f"{verb}-{name}": value for name, value in {"version": 0, **fields}.items()}
    told = desk.post(f"/desk/threads/{thread.pk}/{verb}/", given)
    page = told.content.decode()
    assert told.status_code == 422 and "Li was quicker" in page
    assert ("4711" if verb == "link" else "Said in the shop") in page
    assert f'name="{verb}-version" value="1"' in page
    assert DeskLog.objects.get().verb == DeskLog.Verb.TOOK


def test_sent_again_it_is_meant(desk, thread, li):
    actions.take(actor=li, thread_id=thread.pk, version=0)
    given = {"settle-version": 1, "settle-reason": "Said in the shop"}
    assert desk.post(f"/desk/threads/{thread.pk}/settle/", given).status_code == 302
    assert DeskThread.objects.get(pk=thread.pk).place == Place.SETTLED


def test_where_the_form_is_gone_the_words_stand_by_themselves(desk, thread, li):
    actions.settle(actor=li, thread_id=thread.pk, version=0, reason="Done")
    given = {"settle-version": 0, "settle-reason": "Said in the <shop>"}
    page = desk.post(f"/desk/threads/{thread.pk}/settle/", given).content.decode()
    assert "Li was quicker" in page and 'name="settle-reason"' not in page
    assert "Said in the &lt;shop&gt;</textarea>" in page
