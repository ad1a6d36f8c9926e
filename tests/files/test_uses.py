"""What words name that are not published, or private, is not swept; and goes when they do."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from activity.messages import actions as letters
from activity.messages.models import Message
from community.core import clock, images
from community.core.tasks.testing import run_due
from community.files import actions, links
from community.files.models import State, Upload
from community.files.policy import UNUSED_DAYS
from community.members.models import Member
from forum import actions as forum
from forum.actions.drafts import Written
from forum.models import Draft
from forum.moments import Wall
from tests.builders.files import an_upload
from tests.builders.forum import a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=UNUSED_DAYS + 1)


@pytest.fixture
def upload(owner: Member, media_root: Path) -> Upload:
    return an_upload(owner=owner)


def is_kept(upload: Upload) -> bool:
    """After a month, and a sweep."""
    with clock.frozen(clock.now() + MONTH):
        actions.sweep()
    upload.refresh_from_db()
    return upload.state != State.GONE


def words(upload: Upload) -> dict[str, str]:
    return {"body": f"Look:\n\n![A road]({upload.address})"}


def test_what_nothing_names_goes(upload: Upload) -> None:
    assert not is_kept(upload)


def test_a_draft_keeps_its_pictures_and_lets_them_go(owner: Member, upload: Upload) -> None:
    draft = forum.save_draft(member=owner, written=Written("thread-7"), words=words(upload))
    assert draft and is_kept(upload)
    forum.discard_draft(member=owner, draft_id=draft.pk)  # it can be brought back
    assert is_kept(upload)
    Draft.objects.all().delete()
    assert not is_kept(upload)


def test_somebody_elses_draft_keeps_nothing(upload: Upload) -> None:
    forum.save_draft(member=a_member(), written=Written("thread-7"), words=words(upload))
    assert not is_kept(upload)


def test_what_waits_for_its_moment_keeps_its_pictures(media_root: Path) -> None:
    staff = a_member(role="moderator")
    upload = an_upload(owner=staff)
    thread = a_thread(author=a_member())
    later = datetime.now() + timedelta(days=60)  # as a clock on a wall shows it
    row = forum.schedule_post(
        author=staff, place=f"thread-{thread.pk}", words=words(upload), wall=Wall(later, "UTC")
    )
    assert is_kept(upload)
    forum.cancel_scheduled(member=staff, scheduled_id=row.pk)
    assert is_kept(upload)
    Draft.objects.all().delete()
    assert not is_kept(upload)


def test_a_message_shows_its_pictures_and_keeps_them(owner: Member, upload: Upload) -> None:
    sent = letters.start_conversation(actor=owner, recipients=[a_member()], **words(upload))
    assert "<img" in sent.html and links.shown(upload).src in sent.html
    assert is_kept(upload)
    letters.remove_message(actor=owner, message_id=sent.pk)
    assert not is_kept(upload)


def test_a_message_shows_nobody_elses_pictures(upload: Upload) -> None:
    sent = letters.start_conversation(actor=a_member(), recipients=[a_member()], **words(upload))
    assert "<img" not in sent.html


def test_a_picture_that_is_covered_or_deleted_is_so_in_messages_too(owner: Member, upload: Upload) -> None:
    other = a_member()
    sent = letters.start_conversation(actor=owner, recipients=[other], **words(upload))
    gone = letters.start_conversation(actor=owner, recipients=[other], **words(upload))
    letters.remove_message(actor=owner, message_id=gone.pk)
    before = links.shown(upload).src
    actions.cover_picture(actor=owner, key=upload.key, boxes=[(0, 0, images.WHOLE // 2, images.WHOLE // 2)])
    run_due()
    upload.refresh_from_db()
    sent.refresh_from_db()
    assert before not in sent.html and links.shown(upload).src in sent.html
    actions.delete_upload(actor=owner, key=upload.key)
    run_due()
    sent.refresh_from_db()
    assert "<img" not in sent.html and "A road" in sent.html
    assert Message.objects.get(pk=gone.pk).html == ""
