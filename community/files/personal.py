"""What members uploaded, and how it goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.personal import DERIVED, INNER, NUMBER, YOU, Stays, each, holds
from community.files import access, actions, store
from community.files.models import State, Upload

personal.room("files", _("Files"))

_TOMB = "tells that a file was here and is gone; the files themselves are deleted"


def _drop(member: Any, row: Upload) -> str:
    return access.gone_words(actions.delete_upload(actor=member, key=row.key))


holds(
    "files.Upload",
    room="files",
    title=_("Pictures and documents you uploaded"),
    about=_("What you delete here is gone from the posts it stands in, too."),
    owner="owner",
    told="kind form state problem name alt width height frames size created_at ready_at attached_at",
    untold={
        "id": NUMBER,
        "owner": YOU,
        "key": NUMBER,
        "mark": NUMBER,
        "sizes": DERIVED,
        "motion": DERIVED,
        "sha256": INNER,
        "held": INNER,
    },
    erase=Stays(
        blank={"name": "", "sha256": "", "held": ""},
        kept=each("id owner key mark kind form state problem width height frames motion sizes size", _TOMB)
        | each("created_at ready_at attached_at", _TOMB)
        | {"alt": "says what a picture shows whose post stays"},
    ),
    drop=_drop,
)


@personal.files
def uploads(member_id: int) -> Iterable[tuple[str, str]]:
    for upload in Upload.objects.filter(owner_id=member_id, state=State.READY).order_by("pk").iterator():
        ending = "webp" if upload.is_picture else upload.form
        yield f"uploads/{upload.pk}.{ending}", store.names_of(upload)[0]
        if upload.motion:
            yield f"uploads/{upload.pk}-moving.webp", store.motion_name(upload.key, upload.mark)


@personal.erases("files.uploads", order=personal.ROWS + 20)
def uploads_go(*, member_id: int, remove_posts: bool) -> None:
    """All of them where the words went; else those that nothing shows any more, now that drafts are gone too."""
    actions.erase_uploads(owner_id=member_id, also_used=remove_posts)
