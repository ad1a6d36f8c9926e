"""What is reported may be a picture: moderators see it, as long as they have not decided."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from activity.messages import actions
from activity.messages.models import Message, MessageReport
from community.core import clock
from community.files import actions as files
from community.files.models import State, Upload
from community.files.policy import UNUSED_DAYS
from community.members.models import Member
from tests.builders.files import an_upload
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
