"""What was reported stays for those who decide, whatever its owner does with it meanwhile; nobody else is shown it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from django.utils.translation import gettext as _

from community.core.access import Refused
from community.core.retrying import action
from community.files import store, uses
from community.files.models import State, Upload
from community.members.models import Member


def set_aside(actor: Member, upload: Upload) -> str:
    """Copy the files of something reported to where only moderators are led, before its owner changes or deletes it.

    The mark of the copies; empty where none are needed. Raises Refused for a picture that has no files yet.
    """
    if actor.pk != upload.owner_id or upload.state == State.GONE or upload.held:
        return ""
    if upload.pk not in uses.reported_among({upload.pk}):
        return ""
    if not upload.is_ready:
        raise Refused(
            _("This picture is still being prepared. Please try again in a moment."), code="waiting"
        )
    mark = store.new_mark()
    names = zip(store.held_names(upload, upload.mark), store.held_names(upload, mark), strict=True)
    for name, kept in names:
        with suppress(FileNotFoundError):  # what does not move has nothing that moves
            store.put(kept, store.read(name))
    return mark


def let_go_of_held(*, upload_ids: Iterable[int] | None = None, also_reported: bool = False) -> int:
    """Take away what was held back and that nobody has to decide about any more; how many. Repeatable.

    None: of all uploads. `also_reported`: whatever waits, for somebody whose account goes.
    """
    rows = Upload.objects.exclude(held="")
    if upload_ids is not None:
        rows = rows.filter(pk__in=list(upload_ids))
    asked = set(rows.values_list("pk", flat=True))
    rest = asked if also_reported else asked - uses.reported_among(asked)
    return sum(_let_go_of_held(upload_id=pk) for pk in sorted(rest))


@action
def _let_go_of_held(*, upload_id: int) -> bool:
    upload = Upload.objects.select_for_update(of=("self",), no_key=True).get(pk=upload_id)
    names = store.held_names(upload) if upload.held else []
    upload.held = ""
    upload.save(update_fields=["held"])
    store.drop(*names)  # should the row not be written, nothing is lost that anybody waits for
    return bool(names)
