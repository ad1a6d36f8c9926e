"""From an upload to what pages show of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q

from community.core.text import FILES_ROOT, ShownFile
from community.files import policy, store
from community.files.models import State, Upload

_BESIDE = 960  # what is loaded where a browser knows nothing of `srcset`


class UploadLinks:
    """What a text by these owners may show: their own uploads, and those that it shows already.

    After rendering, `ids` holds the id of each one found, by its key. `with_held`: for those who decide about reports.
    """

    def __init__(
        self, owner_ids: Collection[int], *, also: Collection[int] = (), with_held: bool = False
    ) -> None:
        self.owner_ids, self.also, self.with_held = owner_ids, also, with_held
        self.ids: dict[str, int] = {}
        self.held: set[str] = set()  # keys of those that are shown as they were when they were reported

    def resolve(self, keys: Sequence[str]) -> Mapping[str, ShownFile]:
        """One statement."""
        allowed = Q(owner__in=self.owner_ids) | Q(pk__in=self.also)
        there = ~Q(state=State.GONE) | (~Q(held="") if self.with_held else Q(pk=None))
        rows = list(Upload.objects.filter(allowed, there, key__in=keys))
        self.ids |= {row.key: row.pk for row in rows}
        self.held |= {row.key for row in rows if row.held and self.with_held}
        return {row.key: shown(row, is_held=row.key in self.held) for row in rows}


def served(name: str) -> str:
    """The address of a stored file."""
    return FILES_ROOT + name.removeprefix(f"{store.SERVED}/")


def shown(upload: Upload, *, is_held: bool = False) -> ShownFile:
    """The upload as a text shows it; a picture also before its sizes are made, in the place they will take.

    `is_held`: as it was when somebody reported it.
    """
    mark = upload.held if is_held else upload.mark
    if not upload.is_picture:
        return ShownFile(
            href=upload.address, label=upload.name, note=f"{upload.form.upper()} · {human(upload.size)}"
        )
    assert upload.width is not None and upload.height is not None
    sizes = policy.sizes_of(upload.width, upload.height)
    addresses = {edge: served(store.picture_name(upload.key, mark, edge)) for edge, _w, _h in sizes}
    largest = addresses[sizes[0][0]]
    return ShownFile(
        href=largest,
        src=addresses.get(_BESIDE, largest),
        srcset=", ".join(f"{addresses[edge]} {width}w" for edge, width, _h in reversed(sizes))
        if sizes[1:]
        else "",
        width=upload.width,
        height=upload.height,
        motion=_moving(upload, mark, is_held=is_held),
    )


def _moving(upload: Upload, mark: str, *, is_held: bool) -> str:
    """The address of what moves; empty where nothing does. What is covered stands still, what is held need not."""
    name = store.motion_name(upload.key, mark)
    return served(name) if upload.motion or (is_held and upload.frames > 1 and store.is_here(name)) else ""


def small(upload: Upload) -> str:
    """The address of a picture's smallest size."""
    assert upload.width is not None and upload.height is not None
    edge = policy.sizes_of(upload.width, upload.height)[-1][0]
    return served(store.picture_name(upload.key, upload.mark, edge))


def human(size: int) -> str:
    """A size as it stands in stored HTML, the same in every language: "840 KB", "1.2 MB"."""
    if size < policy.MEGABYTE:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / policy.MEGABYTE:.1f} MB"
