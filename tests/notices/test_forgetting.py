"""What a member lets the site forget of what it told them, and what that must not change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from activity.notices import actions, forgetting, queries, tasks
from activity.notices.kinds import Kind, Ways
from activity.notices.models import Delivery, NoticeSettings, Notification, Preference
from community.core import clock
from community.core.tasks.testing import run_due
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.notices import badge, mention, states

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TABLES = ("notification", "noticesettings", "preference", "delivery")


def test_each_table_is_forgotten_on_the_page_of_my_data_after_a_question(frozen_clock):
    asker = a_member(name="Asker", email="asker@example.org")
    client = signed_in(Client(), asker)
    actions.set_noise(member=asker, limit=5)
    actions.set_ways(member=asker, kind=Kind.REPLY, ways=Ways())
    mention(frozen_clock, asker, a_member(name="Helper"))
    for table in TABLES:
        address = f"/account/data/of/notices-{table}/"
        assert f"{address}clear/" in client.get(address).content.decode()
        asked = client.get(f"{address}clear/").content.decode()
        assert "nothing brings it back" in asked and "Forget all of these" in asked
    assert Delivery.objects.filter(recipient=asker).exists(), "a question changes nothing"
    for table in TABLES:
        assert client.post(f"/account/data/of/notices-{table}/clear/").status_code == 302
    assert not Notification.objects.filter(recipient=asker).exists() and badge(asker) == 0
    assert not Delivery.objects.filter(recipient=asker).exists()
    assert not Preference.objects.filter(member=asker).exists()
    own = NoticeSettings.objects.get(member=asker)
    assert own.limit == 3 and [name for _at, _delivery, name in own.spent] == [""]
    assert queries.noise(asker).left == 2, "what interrupted them today still counts"
    frozen_clock.move(timedelta(days=3))
    assert forgetting.sweep_noise() == 1 and not NoticeSettings.objects.filter(member=asker).exists()


def test_one_line_is_forgotten_by_its_owner_alone(frozen_clock):
    asker, helper = a_member(name="Asker", email="asker@example.org"), a_member(name="Helper")
    mention(frozen_clock, asker, helper)
    mention(frozen_clock, asker, helper)
    row, other = Delivery.objects.filter(recipient=asker)
    told = Notification.objects.filter(recipient=asker).first()
    client = signed_in(Client(), helper)
    for table, pk in (("delivery", row.pk), ("notification", told.pk)):
        address = f"/account/data/of/notices-{table}/drop/"
        assert client.get(address, {"row": pk}).status_code == 404
        assert client.post(address, {"row": pk}).status_code == 404
    client = signed_in(Client(), asker)
    asked = client.get("/account/data/of/notices-delivery/drop/", {"row": row.pk}).content.decode()
    assert "Range at −12°" in asked and f'name="row" value="{row.pk}"' in asked
    client.post("/account/data/of/notices-delivery/drop/", {"row": row.pk})
    assert list(Delivery.objects.filter(recipient=asker)) == [other]
    client.post("/account/data/of/notices-notification/drop/", {"row": told.pk})
    assert badge(asker) == 1 == Notification.objects.filter(recipient=asker).count()


def test_what_is_on_its_way_stays_until_it_went(frozen_clock):
    asker, helper = a_member(name="Asker", email="asker@example.org"), a_member(name="Helper")
    mention(frozen_clock, asker, helper, rest=0)
    assert states(asker) == ["queued"]
    client = signed_in(Client(), asker)
    client.post("/account/data/of/notices-delivery/clear/")
    row = Delivery.objects.get(recipient=asker)
    page = client.post("/account/data/of/notices-delivery/drop/", {"row": row.pk}, follow=True)
    assert "still on its way" in page.content.decode()
    assert states(asker) == ["queued"]
    forgetting.forget_notices(member=asker)
    assert states(asker) == ["dropped"], "what is forgotten is not sent either"


def test_a_forgotten_digest_does_not_come_again(mailoutbox):
    member, writer = a_member(name="Asker", email="asker@example.org"), a_member()
    actions.set_noise(member=member, limit=0)
    thread = a_thread(author=writer)
    with clock.frozen(MORNING - timedelta(hours=9)) as held:
        a_reply(author=writer, thread=thread, body="@Asker, what do you say?")
        for _ in range(3):
            held.move(timedelta(minutes=2))
            run_due()
        held.move(timedelta(hours=9))
        tasks.send_digests.call()
        run_due()
        assert len(mailoutbox) == 1 and Delivery.objects.filter(channel="digest").exists()
        forgetting.forget_log(member=member)
        forgetting.forget_noise(member=member)
        actions.set_noise(member=member, limit=0)
        assert not Delivery.objects.filter(recipient=member).exists()
        # Something of before the hour comes to wait only now, as a letter does that was refused for a while.
        Notification.objects.filter(recipient=member).update(waits=True)
        for _ in range(4):
            held.move(timedelta(minutes=15))
            tasks.send_digests.call()
            run_due()
        assert len(mailoutbox) == 1
        held.move(timedelta(days=1))
        tasks.send_digests.call()
        run_due()
        assert len(mailoutbox) == 2, "the next day's comes as ever"


def test_forgetting_what_was_sent_frees_no_interruption(frozen_clock, mailoutbox):
    asker, helper = a_member(name="Asker", email="asker@example.org"), a_member(name="Helper")
    actions.set_noise(member=asker, limit=1, quiet_from=time(1), quiet_to=time(2))
    mention(frozen_clock, asker, helper)
    forgetting.forget_log(member=asker)
    mention(frozen_clock, asker, helper)
    assert len(mailoutbox) == 1 and states(asker) == ["deferred"]
