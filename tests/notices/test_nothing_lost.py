"""What no letter can bring stands in the list, and what waits for a server is seen by operators."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from smtplib import SMTPDataError

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from activity.notices import actions, digests, tasks
from activity.notices.kinds import Kind, Rhythm, Ways
from activity.notices.models import Notification
from community.core.tasks.testing import run_due
from community.members.models import Member
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.notices import badge, mention, settle, states, told
from tests.support.mailserver import Server

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker() -> Member:
    return a_member(name="Asker", email="asker@example.org")


@pytest.fixture
def helper() -> Member:
    return a_member(name="Helper")


class TestWhatHasNoOtherWay:
    """The digest itself is unticked: what does not fit into the budget stands in the list, and nothing is lost."""

    BY_MAIL = Ways(in_app=False, mail=True)

    def test_overflow_stands_in_the_list_and_the_log_says_so(self, frozen_clock, asker, helper):
        actions.set_ways(member=asker, kind=Kind.MENTION, ways=self.BY_MAIL)
        actions.set_noise(member=asker, limit=1)
        for _ in range(2):
            mention(frozen_clock, asker, helper)
        assert len(mail.outbox) == 1 and states(asker) == ["sent", "listed"]
        assert len(told(asker)) == 1 and badge(asker) == 1
        page = signed_in(Client(), asker).get("/notices/sent/").content.decode()
        assert "it stands in your list" in page
        assert list(digests.due()) == []

    def test_quiet_hours(self, frozen_clock, asker, helper):
        actions.set_ways(member=asker, kind=Kind.MENTION, ways=self.BY_MAIL)
        actions.set_noise(member=asker, quiet_from=time(0), quiet_to=time(23))
        mention(frozen_clock, asker, helper)
        assert mail.outbox == [] and states(asker) == ["listed"] and badge(asker) == 1

    def test_letters_never(self, frozen_clock, asker, helper):
        actions.set_ways(member=asker, kind=Kind.MENTION, ways=self.BY_MAIL)
        actions.set_noise(member=asker, rhythm=Rhythm.NEVER)
        mention(frozen_clock, asker, helper)
        assert mail.outbox == [] and states(asker) == [] and badge(asker) == 1

    def test_without_an_address(self, frozen_clock, helper):
        nowhere = a_member(name="Nowhere")
        Member.objects.filter(pk=nowhere.pk).update(email=None)
        actions.set_ways(member=nowhere, kind=Kind.MENTION, ways=Ways(in_app=False, digest=True))
        a_reply(author=helper, thread=a_thread(author=helper), body="@Nowhere?")
        settle(frozen_clock)
        assert badge(nowhere) == 1

    @pytest.mark.parametrize("way", ["kind", "never", "link", "one click"])
    def test_the_digest_is_switched_off_while_something_waits(self, frozen_clock, asker, helper, way):
        actions.set_ways(member=asker, kind=Kind.MENTION, ways=Ways(in_app=False, digest=True))
        mention(frozen_clock, asker, helper)
        assert badge(asker) == 0 and Notification.objects.get(recipient=asker).waits
        if way == "kind":
            actions.set_ways(member=asker, kind=Kind.MENTION, ways=self.BY_MAIL)
        elif way == "never":
            actions.set_noise(member=asker, rhythm=Rhythm.NEVER)
        elif way == "link":
            actions.stop_letters(member=asker, scope="digest")
        else:
            actions.stop_letters(member=asker, scope="kind:mention")
        assert badge(asker) == 1 and not Notification.objects.get(recipient=asker).waits

    def test_what_waits_by_another_way_goes_on_waiting(self, frozen_clock, asker, helper):
        actions.set_noise(member=asker, rhythm=Rhythm.DAILY)
        mention(frozen_clock, asker, helper)
        actions.set_ways(member=asker, kind=Kind.MENTION, ways=Ways(mail=True))
        assert Notification.objects.get(recipient=asker).waits, "everything in one letter a day"

    def test_a_letter_that_was_refused_for_good(self, frozen_clock, asker, helper, server):
        actions.set_ways(member=asker, kind=Kind.MENTION, ways=self.BY_MAIL)
        Server.mood[:] = [SMTPDataError(550, b"no such person")]
        mention(frozen_clock, asker, helper)
        assert states(asker) == ["failed"] and badge(asker) == 1

    def test_a_digest_that_may_not_leave_any_more(self, frozen_clock, asker, helper):
        actions.set_ways(member=asker, kind=Kind.MENTION, ways=Ways(in_app=False, digest=True))
        mention(frozen_clock, asker, helper)
        frozen_clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
        tasks.send_digests.call()
        Member.objects.filter(pk=asker.pk).update(standing="suspended")
        run_due()
        assert mail.outbox == [] and states(asker) == ["listed"] and badge(asker) == 1


def test_a_server_that_stays_away_parks_the_letter_where_operators_see_it(
    frozen_clock, asker, helper, server, monkeypatch, capsys
):
    monkeypatch.setattr(Server, "is_away", True)
    a_reply(author=helper, thread=a_thread(author=helper), body="@Asker")
    settle(frozen_clock)
    for _ in range(tasks.send.max_attempts + 1):
        frozen_clock.move(timedelta(hours=2))
        run_due(raise_errors=False)
    assert mail.outbox == [] and states(asker) == ["queued"] and len(told(asker)) == 1
    call_command("tasks", "list")
    assert "notices.send" in capsys.readouterr().out
    page = signed_in(Client(), asker).get("/notices/sent/").content.decode()
    assert "waiting to be sent" in page
    monkeypatch.setattr(Server, "is_away", False)
    for _ in range(2):
        call_command("tasks", "retry", "--all")
        run_due(raise_errors=False)
    assert len(mail.outbox) == 1 and states(asker) == ["sent"]
