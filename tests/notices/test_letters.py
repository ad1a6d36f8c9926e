"""Letters and digests: what they say, how they stop, and that each is sent once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from smtplib import SMTPDataError, SMTPServerDisconnected
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client

from activity.messages import actions as private
from activity.notices import actions, digests, letters, sending, tasks
from activity.notices.kinds import DEFAULTS, Kind, Rhythm, Ways
from activity.notices.models import Delivery, NoticeSettings, Notification, Preference
from community.core.tasks.testing import run_due
from community.members import actions as members
from community.members.models import Member
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.notices import REST, mention, settle, states, told
from tests.support.mailserver import Server

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def asker() -> Member:
    return a_member(name="Asker", email="asker@example.org")


@pytest.fixture
def helper() -> Member:
    return a_member(name="Helper")


def test_a_letter_comes_from_a_person_and_says_why_and_how_to_stop(frozen_clock, asker, helper):
    mention(frozen_clock, asker, helper)
    (letter,) = mail.outbox
    assert letter.to == ["asker@example.org"]
    assert letter.from_email == "Helper · Aurora <convoy@localhost>" or "=?utf-8?" in letter.from_email
    raw = message_from_bytes(letter.message().as_bytes())
    assert raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert raw["References"] == raw["In-Reply-To"] and raw["References"].startswith("<thread-")
    text, html = letter.body, letter.alternatives[0][0]
    for part in (text, html):
        assert "Helper mentioned you in" in part and "I think @Asker knows." in part
        assert "Your name stands in the post." in part
        assert "/notices/stop/" in part and "/posts/" in part
    assert Delivery.objects.get().state == State.SENT
    assert Delivery.objects.get().title == "Helper mentioned you in “Range at −12°”"


def test_letters_about_one_private_conversation_are_one_in_the_mail_program(frozen_clock, asker, helper):
    for n in range(2):
        sent = private.start_conversation(actor=helper, recipients=[asker], body=f"Number {n}")
        settle(frozen_clock)
        settle(frozen_clock, seconds=REST)
        actions.read_all(member=asker)
    roots = {letter.extra_headers["References"] for letter in mail.outbox}
    assert roots == {f"<conversation-{sent.conversation_id}@localhost>"} and len(mail.outbox) == 2
    assert not any("Number" in letter.body for letter in mail.outbox)


def test_words_stand_beside_whoever_wrote_them(frozen_clock, asker, helper):
    """Two mentions became one notice: the first is quoted, under its own author's name, not the latest one's."""
    thread = a_thread(author=helper)
    a_reply(author=a_member(name="Priya", is_verified_owner=True), thread=thread, body="@Asker, a heat pump?")
    settle(frozen_clock)
    a_reply(author=helper, thread=thread, body="@Asker, please look.")
    settle(frozen_clock)
    settle(frozen_clock, seconds=REST)
    (letter,) = mail.outbox
    assert "Helper and 1 other mentioned you" in letter.body
    assert "@Asker, a heat pump?" in letter.body and "— Priya (Verified owner)" in letter.body
    assert "<b>Priya</b> · Verified owner" in letter.alternatives[0][0]
    assert "please look" not in letter.body


def test_a_letter_speaks_the_members_language(frozen_clock, asker, helper):
    members.set_preferences(member=asker, language="zh-hans", theme="", time_zone="Asia/Shanghai")
    mention(frozen_clock, asker, helper)
    assert "提到了你" in mail.outbox[0].body and "亲爱的" in mail.outbox[0].body


def test_who_reads_it_on_the_site_gets_no_letter(frozen_clock, asker, helper):
    mention(frozen_clock, asker, helper, rest=1)
    actions.read_all(member=asker)
    settle(frozen_clock, seconds=REST)
    assert mail.outbox == [] and states(asker) == ["dropped"]


def test_the_suspended_and_the_muted_kind_get_none(frozen_clock, asker, helper):
    gone = a_member(name="Gone", standing="suspended")
    actions.set_ways(member=asker, kind=Kind.MENTION, ways=Ways(mail=False))
    a_reply(author=helper, thread=a_thread(author=helper), body="@Gone and @Asker")
    settle(frozen_clock)
    settle(frozen_clock, seconds=REST)
    assert mail.outbox == []
    assert [row.kind for row in told(gone)] == ["mention"]


def test_suspended_between_the_notice_and_the_letter(frozen_clock, asker, helper):
    mention(frozen_clock, asker, helper, rest=1)
    Member.objects.filter(pk=asker.pk).update(standing="suspended")
    settle(frozen_clock, seconds=REST)
    assert mail.outbox == []


def test_a_fourth_thing_waits_for_the_digest(frozen_clock, asker, helper):
    for _ in range(5):
        mention(frozen_clock, asker, helper)
    assert len(mail.outbox) == 3
    assert states(asker) == ["sent"] * 3 + ["deferred"] * 2
    assert Notification.objects.filter(recipient=asker, waits=True).count() == 2
    frozen_clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    tasks.send_digests.call()
    run_due()
    digest = mail.outbox[3]
    assert digest.subject == "2 things wait for you"
    assert digest.body.count("Helper mentioned you in") == 2
    assert digest.body.count("No more letters of this kind: http") == 2, "each line can be stopped by itself"
    off = digest.body.rpartition("No more letters of this kind: ")[2].split()[0]
    assert off in digest.alternatives[0][0]
    assert Client().post(urlsplit(off).path).status_code == 200
    assert not Preference.objects.get(member=asker, kind="mention").ways.digest
    assert len(mail.outbox) == 4


def test_quiet_hours_send_nothing_and_lose_nothing(frozen_clock, asker, helper):
    actions.set_noise(member=asker, quiet_from=time(8), quiet_to=time(18), digest_hour=9)
    mention(frozen_clock, asker, helper)
    assert mail.outbox == []
    frozen_clock.set(datetime(2026, 11, 23, 17, 59, tzinfo=UTC))
    tasks.send_digests.call()
    run_due()
    assert mail.outbox == []
    frozen_clock.set(datetime(2026, 11, 23, 18, 0, tzinfo=UTC))
    tasks.send_digests.call()
    run_due()
    assert [letter.subject for letter in mail.outbox] == ["1 thing waits for you"]


def test_a_digest_run_twice_or_cut_off_sends_one_letter(frozen_clock, asker, helper, monkeypatch):
    actions.set_noise(member=asker, rhythm=Rhythm.DAILY)
    mention(frozen_clock, asker, helper)
    frozen_clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    with monkeypatch.context() as cut:
        cut.setattr(tasks, "hand_on", lambda deliveries: (_ for _ in ()).throw(RuntimeError("killed")))
        with pytest.raises(RuntimeError):
            tasks.send_digests.call()
    assert not Delivery.objects.exists(), "cut off before its end: as if it had not begun"
    tasks.send_digests.call()
    tasks.send_digests.call()
    run_due()
    assert len(mail.outbox) == 1
    frozen_clock.move(timedelta(hours=5))
    tasks.send_digests.call()
    run_due()
    assert len(mail.outbox) == 1


def test_an_empty_digest_is_not_sent(frozen_clock, asker, helper):
    actions.set_noise(member=asker, rhythm=Rhythm.DAILY)
    mention(frozen_clock, asker, helper)
    actions.read_all(member=asker)
    frozen_clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    tasks.send_digests.call()
    run_due()
    assert mail.outbox == [] and not Delivery.objects.exists()


def test_a_digest_read_before_it_leaves_is_dropped(frozen_clock, asker, helper):
    actions.set_noise(member=asker, rhythm=Rhythm.DAILY)
    mention(frozen_clock, asker, helper)
    frozen_clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    tasks.send_digests.call()
    actions.read_all(member=asker)
    run_due()
    assert mail.outbox == [] and states(asker) == ["dropped"]


def test_no_digest_for_the_suspended(frozen_clock, asker, helper):
    actions.set_noise(member=asker, rhythm=Rhythm.DAILY)
    mention(frozen_clock, asker, helper)
    Member.objects.filter(pk=asker.pk).update(standing="suspended")
    frozen_clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    assert list(digests.due()) == []


def test_a_server_that_is_away_is_tried_again_and_nothing_is_doubled(
    frozen_clock, asker, helper, server, monkeypatch
):
    monkeypatch.setattr(Server, "is_away", True)
    thread = a_thread(author=helper)
    a_reply(author=helper, thread=thread, body="@Asker")
    settle(frozen_clock)
    frozen_clock.move(timedelta(seconds=REST))
    run_due(raise_errors=False)
    assert states(asker) == ["queued"] and NoticeSettings.objects.count() == 0
    monkeypatch.setattr(Server, "is_away", False)
    for _ in range(3):
        settle(frozen_clock, seconds=60)
    assert len(mail.outbox) == 1 and states(asker) == ["sent"]


def test_a_refusal_for_now_is_tried_again_and_spends_once(frozen_clock, asker, helper, server):
    Server.mood[:] = [SMTPDataError(451, b"later")]
    a_reply(author=helper, thread=a_thread(author=helper), body="@Asker")
    settle(frozen_clock)
    frozen_clock.move(timedelta(seconds=REST))
    run_due(raise_errors=False)
    assert states(asker) == ["queued"] and NoticeSettings.objects.get().spent == []
    settle(frozen_clock, seconds=60)
    assert len(mail.outbox) == 1 and len(NoticeSettings.objects.get().spent) == 1


@pytest.mark.parametrize(
    ("trouble", "state"),
    [(SMTPServerDisconnected("in the middle"), "unclear"), (SMTPDataError(550, b"no such person"), "failed")],
)
def test_what_may_have_gone_out_or_never_will_is_not_repeated(
    frozen_clock, asker, helper, server, trouble, state
):
    Server.mood[:] = [trouble]
    mention(frozen_clock, asker, helper)
    settle(frozen_clock, seconds=3600)
    assert states(asker) == [state] and mail.outbox == []


def test_a_worker_killed_while_it_sends_does_not_send_again(frozen_clock, asker, helper):
    mention(frozen_clock, asker, helper, rest=1)
    delivery = Delivery.objects.get()
    assert sending.claim(delivery, name="Helper")
    tasks.send.call(delivery_id=delivery.pk)
    assert states(asker) == ["unclear"] and mail.outbox == []


def test_one_click_stops_letters_signed_out_and_a_look_changes_nothing(frozen_clock, asker, helper):
    mention(frozen_clock, asker, helper)
    url = re.search(r"<(.*)>", mail.outbox[0].extra_headers["List-Unsubscribe"])[1]
    path = url.partition("://")[2].partition("/")[2]
    guest = Client(enforce_csrf_checks=True)
    assert "“Somebody mentions me”" in guest.get(f"/{path}").content.decode()
    assert guest.head(f"/{path}").status_code == 200
    assert not Preference.objects.exists()
    answer = guest.post(f"/{path}", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "It is stopped" in answer.content.decode()
    ways = Preference.objects.get(member=asker, kind="mention").ways
    assert (ways.in_app, ways.mail, ways.digest) == (True, False, False)
    mention(frozen_clock, asker, helper)
    assert len(mail.outbox) == 1


def test_all_letters_are_stopped_with_the_other_button(asker):
    path = letters.off_url(asker.pk, "kind:mention").partition("://")[2].partition("/")[2]
    Client().post(f"/{path}", {"what": "all"})
    assert NoticeSettings.objects.get(member=asker).rhythm == "never"
    assert Client().get(f"/{path}x").status_code == 404


@pytest.mark.parametrize("scope", ["thread", "digest"])
def test_each_scope_stops_what_it_says(asker, helper, scope):
    thread = a_thread(author=asker)
    token = letters.off_url(asker.pk, f"thread:{thread.pk}" if scope == "thread" else scope)
    for _ in range(2):
        Client().post("/" + token.partition("://")[2].partition("/")[2])
    if scope == "thread":
        assert thread.watches.get(member=asker).level == "mentions"
    else:
        assert not any(
            (DEFAULTS | {p.kind: p.ways for p in Preference.objects.all()})[k].digest for k in Kind.values
        )


def test_the_log_shows_me_mine(frozen_clock, asker, helper):
    mention(frozen_clock, asker, helper)
    mine = signed_in(Client(), asker).get("/notices/sent/").content.decode()
    assert "Helper mentioned you in" in mine and "sent" in mine
    assert "Helper mentioned" not in signed_in(Client(), helper).get("/notices/sent/").content.decode()


def test_the_settings_page_keeps_what_was_chosen(asker):
    client = signed_in(Client(), asker)
    client.cookies["tz"] = "Asia%2FShanghai"
    page = client.get("/notices/settings/").content.decode()
    assert 'name="mention-mail"' in page and "By the clock in UTC. This device is in Asia/Shanghai" in page
    told = {
        "rhythm": "weekly",
        "limit": "1",
        "quiet_from": "22:00",
        "quiet_to": "07:30",
        "digest_hour": "6",
        "mention-in_app": "on",
        "house-mail": "on",
    }
    assert client.post("/notices/settings/", told).status_code == 302
    row = NoticeSettings.objects.get(member=asker)
    assert (row.rhythm, row.limit, row.quiet_from, row.quiet_to) == ("weekly", 1, time(22), time(7, 30))
    assert Preference.objects.get(member=asker, kind="mention").ways == Ways()
    assert Preference.objects.get(member=asker, kind="house").ways.in_app, "always told"
    page = client.get("/notices/settings/").content.decode()
    assert "sent at 07:30" in page and "By the clock in Asia/Shanghai." in page and "This device" not in page
    assert client.post("/notices/settings/", told | {"quiet_to": ""}).status_code == 422
    endless = client.post("/notices/settings/", told | {"quiet_to": "21:01"})
    assert endless.status_code == 422 and 'id="id_quiet_to_error"' in endless.content.decode()
    assert "at least one hour" in endless.content.decode(), "no digest would ever come"
    assert client.post("/notices/settings/", told | {"quiet_to": "21:00"}).status_code == 302
