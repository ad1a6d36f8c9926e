"""The whole way, for days on end: never one interruption too many, never one in quiet hours, and nothing is lost."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from activity.notices import actions, budget, tasks
from activity.notices.models import Delivery, Notification
from community.core import clock
from community.core.tasks.testing import run_due
from community.members import actions as members
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("seed", "limit", "zone"), [(1, 3, "Europe/Berlin"), (2, 1, "Asia/Shanghai"), (3, 0, "UTC")]
)
def test_three_days_of_noise(seed, limit, zone):
    chance = random.Random(seed)
    member, others = a_member(name="Reader"), [a_member() for _ in range(3)]
    members.set_preferences(member=member, language="", theme="", time_zone=zone)
    row = actions.set_noise(
        member=member, limit=limit, quiet_from=time(22), quiet_to=time(7, 30), digest_hour=8
    )
    member.refresh_from_db()
    rules, board = row.rules(zone), a_board()
    begin = datetime(2026, 10, 24, 0, 5, tzinfo=UTC)  # summer time ends in the second night
    with clock.frozen(begin) as held:
        for quarter in range(3 * 96):
            held.set(begin + QUARTER * quarter)
            if chance.random() < 0.12:
                writer = chance.choice(others)
                a_reply(
                    author=writer,
                    thread=a_thread(author=writer, board=board),
                    body="@Reader, what do you say?",
                )
            held.move(timedelta(minutes=2))
            run_due()
            tasks.send_digests.call()
            run_due()
        told = set(Notification.objects.filter(recipient=member).values_list("pk", flat=True))
        waiting = set(Notification.objects.filter(recipient=member, waits=True).values_list("pk", flat=True))
    sent = Delivery.objects.filter(recipient=member, state="sent")
    letters = sent.filter(channel="mail")
    days = Counter(budget.day_of(letter.sent_at, rules) for letter in letters)
    assert len(told) > 20
    assert not days or max(days.values()) <= limit
    assert not [letter for letter in sent if budget.is_quiet(letter.sent_at, rules)]
    in_digests = [pk for letter in sent.filter(channel="digest") for pk in letter.contents]
    by_letter = set(letters.values_list("notification", flat=True))
    assert by_letter | set(in_digests) | waiting == told, "nothing is lost"
    assert len(in_digests) == len(set(in_digests)) and not by_letter & set(in_digests), (
        "nothing is said twice"
    )
    digest_days = [
        letter.sent_at.astimezone(ZoneInfo(zone)).date() for letter in sent.filter(channel="digest")
    ]
    assert len(digest_days) == len(set(digest_days))
    assert len(mail.outbox) == sent.count()
