"""Reports of messages: pictures are shown until moderators decided, the reporter hears what came of it, nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from activity.messages import actions
from activity.messages.models import Message, MessageReport
from activity.messages.views.letters import REPORTS
from activity.notices import words
from activity.notices.models import Notification
from community.core import clock
from community.core.tasks.testing import run_due
from community.files import actions as files
from community.files import links, store
from community.files.models import State, Upload
from community.files.policy import UNUSED_DAYS
from community.members.models import Member
from tests.builders.files import PDF, an_upload
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


def reported(rude: Member, reporter: Member, words: str) -> tuple[Message, MessageReport]:
    sent = actions.start_conversation(actor=rude, recipients=[reporter], body=words)
    report = actions.report_messages(
        reporter=reporter, conversation_id=sent.conversation_id, numbers=[1], reason="Rude"
    )
    return sent, report


def is_kept(upload: Upload) -> bool:
    with clock.frozen(clock.now() + timedelta(days=UNUSED_DAYS + 1)):
        files.sweep()
    upload.refresh_from_db()
    return upload.state != State.GONE


def test_moderators_see_a_reported_picture_until_they_decided(media_root: Path) -> None:
    rude, reporter, staff = a_member(), a_member(), a_member(role="moderator")
    upload, other = an_upload(owner=rude), an_upload(owner=a_member())
    sent, report = reported(
        rude, reporter, f"Look: ![a gesture]({upload.address}) and ![not mine]({other.address})"
    )
    moderator = signed_in(Client(), staff, strongly=True)
    page = moderator.get(f"/staff/messages/{report.pk}/").content.decode()
    assert f'<img src="/files/{upload.key[:2]}/{upload.key}-' in page and other.key not in page

    actions.remove_message(actor=rude, message_id=sent.pk)
    assert is_kept(upload), "nobody takes away what moderators have still to look at"
    actions.settle_report(actor=staff, report_id=report.pk, state="settled", note="Spoke to them")
    assert not is_kept(upload)


def test_no_number_in_the_address_breaks_the_page_of_a_report() -> None:
    reporter = a_member()
    sent, _report = reported(a_member(), reporter, "Rude words")
    client, address = signed_in(Client(), reporter), f"/messages/{sent.conversation_id}/report/"
    for wild in ("9" * 5000, "-1", "²", "x", ""):
        assert client.get(address, {"n": wild}).status_code == 200
    assert "checked" in client.get(address, {"n": "1"}).content.decode()


@pytest.mark.parametrize(("state", "said"), [("settled", "and acted"), ("dismissed", "nothing to act on")])
def test_whoever_reported_hears_what_came_of_it_and_whoever_was_reported_nothing(state, said) -> None:
    rude, reporter, staff = a_member(), a_member(), a_member(name="Watchful", role="moderator")
    _sent, report = reported(rude, reporter, "Rude words")
    run_due()
    Notification.objects.all().delete()
    actions.settle_report(actor=staff, report_id=report.pk, state=state, note="Spoke to them")
    run_due()
    (row,) = Notification.objects.all()
    assert row.recipient_id == reporter.pk and said in words.plain(row)
    page = signed_in(Client(), reporter).get("/notices/").content.decode()
    assert said in page and "You showed them what somebody wrote to you." in page
    assert "Watchful" not in page and "Spoke to them" not in page
    assert signed_in(Client(), reporter).get(f"/notices/{row.pk}/")["Location"] == "/messages/"


def test_the_same_report_sent_twice_is_one_and_a_flood_is_stopped_with_its_words() -> None:
    reporter = a_member()
    sent, report = reported(a_member(), reporter, "Rude words")
    client, address = signed_in(Client(), reporter), f"/messages/{sent.conversation_id}/report/"
    for _ in range(REPORTS):
        assert client.post(address, {"numbers": ["1"], "reason": "Rude"}).status_code == 200
    assert MessageReport.objects.get() == report
    refused = client.post(address, {"numbers": ["1"], "reason": "Rude once more"})
    assert refused.status_code in (422, 429) and "Rude once more" in refused.content.decode()


def test_staff_see_how_many_reports_wait() -> None:
    staff = a_member(role="moderator")
    moderator = signed_in(Client(), staff, strongly=True)
    assert "for a decision" not in moderator.get("/staff/").content.decode()
    _sent, report = reported(a_member(), a_member(), "Rude words")
    reported(a_member(), a_member(), "More of them")
    assert "2 reports wait for a decision." in moderator.get("/staff/").content.decode()
    actions.settle_report(actor=staff, report_id=report.pk, state="dismissed", note="Harmless")
    assert "1 report waits for a decision." in moderator.get("/staff/").content.decode()
    editor = signed_in(Client(), a_member(role="editor"), strongly=True)
    assert "for a decision" not in editor.get("/staff/").content.decode()


@pytest.mark.parametrize("way", ["delete", "my data", "cover", "cover, then delete"])
def test_whoever_was_reported_takes_no_evidence_away(media_root: Path, way: str) -> None:
    rude, reporter, staff = a_member(), a_member(), a_member(role="moderator")
    upload = an_upload(owner=rude)
    sent, report = reported(rude, reporter, f"Look: ![a gesture]({upload.address})")
    first = store.read(store.names_of(upload)[0])
    sender, reader = signed_in(Client(), rude), signed_in(Client(), reporter)
    moderator, before = signed_in(Client(), staff, strongly=True), links.shown(upload).href
    if "cover" in way:
        files.cover_picture(actor=rude, key=upload.key, boxes=[(0, 0, 10_000, 10_000)])
    if way == "my data":
        said = sender.post("/account/data/of/files-upload/drop/", {"row": upload.pk}, follow=True)
    elif "delete" in way:
        said = sender.post(f"/files/{upload.key}/delete/", follow=True)
    run_due()
    upload.refresh_from_db()
    if way != "cover":
        words_said = said.content.decode()
        assert "Moderators still have it" in words_said, "whoever deletes it is told the truth"
        assert "nobody is shown it" in sender.get("/account/files/").content.decode()
        for one in (Client(), reader, sender):
            assert one.get(upload.address).status_code == 404
        letters = reader.get(f"/messages/{sent.conversation_id}/").content.decode()
        assert f"/files/{upload.key[:2]}" not in letters
        assert moderator.get(upload.address)["Location"] == links.shown(upload, is_held=True).href
    assert Client().get(before).status_code in (404, 410), "its address of before leads nowhere"
    files.sweep()
    with clock.frozen(clock.now() + timedelta(days=UNUSED_DAYS + 1)):
        files.sweep()
    page = moderator.get(f"/staff/messages/{report.pk}/").content.decode()
    shown = re.search(rf'href="/files/({upload.key[:2]}/{upload.key}-{upload.held}-\d+\.webp)"', page)
    assert shown and "deleted or covered a picture since" in page
    assert store.read(f"files/{shown[1]}") == first
    actions.settle_report(actor=staff, report_id=report.pk, state="settled", note="Spoke to them")
    run_due()
    upload.refresh_from_db()
    assert upload.held == "" and not store.is_here(f"files/{shown[1]}"), "decided: it goes for good"


def test_a_document_that_was_reported_stays_for_moderators_too(media_root: Path) -> None:
    rude, staff = a_member(), a_member(role="moderator")
    upload = an_upload(owner=rude, data=PDF, name="threat.pdf")
    reported(rude, a_member(), f"[Read this]({upload.address})")
    files.delete_upload(actor=rude, key=upload.key)
    run_due()
    moderator = signed_in(Client(), staff, strongly=True)
    assert b"".join(moderator.get(upload.address).streaming_content) == PDF
    assert Client().get(upload.address).status_code == 404


def test_what_nobody_reported_goes_at_once_and_a_closed_account_keeps_nothing_back(media_root: Path) -> None:
    rude = a_member()
    plain, shown = an_upload(owner=rude), an_upload(owner=rude)
    reported(rude, a_member(), f"![a gesture]({shown.address})")
    files.delete_upload(actor=rude, key=plain.key)
    files.delete_upload(actor=rude, key=shown.key)
    run_due()
    plain.refresh_from_db()
    shown.refresh_from_db()
    assert not plain.held and shown.held and store.is_here(store.held_names(shown)[0])
    held = store.held_names(shown)
    files.erase_uploads(owner_id=rude.pk, also_used=True)
    shown.refresh_from_db()
    assert not shown.held and not any(store.is_here(name) for name in held)


def test_moderators_take_away_for_good(media_root: Path) -> None:
    rude, staff = a_member(), a_member(role="moderator")
    upload = an_upload(owner=rude)
    reported(rude, a_member(), f"![a gesture]({upload.address})")
    assert not files.delete_upload(actor=staff, key=upload.key).held
