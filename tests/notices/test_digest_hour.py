"""What waits comes at the hour that its member chose, and not as soon as there is something."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from activity.notices import actions, tasks
from activity.notices.kinds import Rhythm
from activity.notices.models import Delivery
from community.core import clock
from community.core.tasks.testing import run_due
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # 20:00 in Shanghai, long after the hour


@pytest.mark.parametrize(
    ("wishes", "morning"),
    [
        ({"limit": 0}, datetime(2026, 11, 24, 0, 0, tzinfo=UTC)),
        ({"limit": 3, "rhythm": Rhythm.DAILY}, datetime(2026, 11, 24, 0, 0, tzinfo=UTC)),
        ({"limit": 3, "rhythm": Rhythm.WEEKLY}, datetime(2026, 11, 30, 0, 0, tzinfo=UTC)),
        (
            {"limit": 3, "quiet_from": time(19), "quiet_to": time(9, 30)},
            datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
        ),
    ],
)
def test_what_came_after_the_hour_waits_for_the_next_one(wishes, morning):
    member, writer = a_member(name="Asker", time_zone="Asia/Shanghai"), a_member()
    actions.set_noise(member=member, digest_hour=8, **wishes)
    with clock.frozen(MONDAY) as held:
        a_reply(author=writer, thread=a_thread(author=writer), body="@Asker, what do you say?")
        while clock.now() < morning + timedelta(days=1):
            run_due()
            tasks.send_digests.call()
            run_due()
            held.move(QUARTER)
    (letter,) = Delivery.objects.filter(recipient=member, state="sent")
    assert letter.channel == "digest" and letter.sent_at == morning


def test_a_digest_that_was_missed_is_made_up_on_the_same_day():
    member, writer = a_member(name="Asker"), a_member()
    actions.set_noise(member=member, digest_hour=8, limit=0)
    with clock.frozen(MONDAY) as held:
        a_reply(author=writer, thread=a_thread(author=writer), body="@Asker, what do you say?")
        for _ in range(3):
            held.move(timedelta(minutes=2))
            run_due()
        held.move(timedelta(hours=22))  # nobody looked at eight
        tasks.send_digests.call()
        run_due()
    assert Delivery.objects.get(channel="digest").state == "sent"
