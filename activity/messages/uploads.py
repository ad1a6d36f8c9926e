"""Pictures and files in private messages: in use while a message or an open report names them, drawn anew when they
change."""

from __future__ import annotations

from collections.abc import Iterable

from activity.messages.facts import MessageReportSettled
from activity.messages.models import Message, MessageReport
from community.core.access import Refused
from community.core.facts import reacts
from community.core.text import FILES_ROOT, RENDERER_VERSION, render
from community.files import actions as files
from community.files import uses
from community.files.facts import UploadCovered, UploadGone, UploadMoves
from community.files.links import UploadLinks
from community.files.models import Upload
from community.members.mentions import MemberLinks


def uploads_in_messages(upload_ids: set[int]) -> set[int]:
    """Those that their owners' messages name. A removed message has no words."""
    return uses.named_among(upload_ids, _words_of)


def uploads_in_reports(upload_ids: set[int]) -> set[int]:
    """Those that moderators have still to look at, though their owner took the message out."""
    return uses.named_among(upload_ids, _words_reported)


def _words_reported(owners: set[int]) -> Iterable[str]:
    rows = MessageReport.objects.filter(state=MessageReport.State.OPEN).values_list("snapshot", flat=True)
    return (line["source"] for lines in rows.iterator() for line in lines if line["author"] in owners)


def _words_of(owners: set[int]) -> Iterable[str]:
    rows = Message.objects.filter(author__in=owners, source__contains=FILES_ROOT)
    return rows.values_list("source", flat=True).iterator()


@reacts(UploadCovered, UploadGone, UploadMoves, name="letters.redraw", atomic=False)
def redraw(fact: UploadCovered | UploadGone | UploadMoves) -> None:
    """Messages keep their words; what they show of a picture changes with it. Harmless to repeat."""
    upload = Upload.objects.filter(pk=fact.upload_id).first()
    if upload is None:
        return
    rows = Message.objects.filter(author=upload.owner_id, source__contains=upload.key)
    for pk, source in list(rows.values_list("pk", "source")):
        try:
            words = render(source, links=MemberLinks(), shown=UploadLinks([upload.owner_id]))
        except Refused:
            continue  # longer than is taken today: it stays as it was drawn
        # Removed meanwhile, it has no words to draw.
        same = Message.objects.filter(pk=pk, source=source)
        same.update(html=str(words.html), renderer_version=RENDERER_VERSION)


@reacts(MessageReportSettled, name="letters.let_go_of_held", atomic=False)
def let_go_of_held(_fact: MessageReportSettled) -> None:
    """Decided: what was held back for it goes. Harmless to repeat."""
    files.let_go_of_held()
