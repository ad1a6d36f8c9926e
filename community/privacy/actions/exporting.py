"""Asking for a copy of one's own data, and letting it go again."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Refused, absent, no
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from community.privacy import exporting
from community.privacy.facts import ExportAsked
from community.privacy.models import Export

EVERY = timedelta(days=1)
KEPT = timedelta(days=7)


@action
def request_export(*, member: Member) -> Export:
    """Have a copy of everything of the member's made. At most one a day."""
    from community.privacy.tasks import make_export

    Member.objects.select_for_update().get(pk=member.pk)  # two clicks at once make one copy
    last = Export.objects.filter(member=member).order_by("-asked_at").first()
    if last and last.asked_at > clock.now() - EVERY and last.state != Export.State.FAILED:
        raise Refused(
            no(_("You asked for a copy within the last day. The next one is made tomorrow."), "daily")
        )
    export = Export.objects.create(member=member, asked_at=clock.now())
    publish(ExportAsked(export_id=export.pk, member_id=member.pk))
    make_export.enqueue(export_id=export.pk)
    return export


def finish_export(*, export_id: int) -> Export | None:
    """Make the copy and note where it lies. Harmless to repeat: a second one takes the first one's place."""
    export = Export.objects.select_related("member").filter(pk=export_id, state=Export.State.QUEUED).first()
    if export is None or not export.member.is_active:
        return None
    name, size = exporting.write_copy(export.member)
    now = clock.now()
    taken = Export.objects.filter(pk=export_id, state=Export.State.QUEUED).update(
        state=Export.State.READY, file=name, size=size, ready_at=now, expires_at=now + KEPT
    )
    if not taken:  # somebody was faster, or the member left meanwhile
        exporting.store().delete(name)
        return None
    export.refresh_from_db()
    return export


def drop_exports(*, member_id: int) -> None:
    """Take away every copy of a member's who leaves. Repeatable."""
    for export in Export.objects.filter(member_id=member_id):
        if export.file:
            exporting.store().delete(export.file)
    Export.objects.filter(member_id=member_id).delete()


def forget_export(*, member: Member, pk: int) -> None:
    """Take away a copy before its time. Of today's the line stays until tomorrow: one a day is made, also after this."""
    export = Export.objects.filter(member=member, pk=pk).first()
    if export is None:
        raise absent()
    if export.state == Export.State.QUEUED:
        raise Refused(no(_("This copy is still being made. You can delete it when it is ready."), "state"))
    if export.file:
        exporting.store().delete(export.file)
    mine = Export.objects.filter(pk=export.pk)
    if export.asked_at > clock.now() - EVERY and export.state != Export.State.FAILED:
        mine.update(state=Export.State.GONE, file="")
    else:
        mine.delete()


def sweep_exports() -> int:
    """Delete the files of copies whose time is over, and files that no row names; how many."""
    swept = 0
    for export in Export.objects.filter(state=Export.State.READY, expires_at__lte=clock.now()):
        exporting.store().delete(export.file)
        swept += Export.objects.filter(pk=export.pk).update(state=Export.State.GONE, file="")
    return swept + _sweep_orphans()


def _sweep_orphans() -> int:
    """Files whose making was cut off before the row said so, once nobody can be at it any more."""
    store, swept = exporting.store(), 0
    try:
        _folders, names = store.listdir("")
    except FileNotFoundError:
        return 0
    known = set(Export.objects.exclude(file="").values_list("file", flat=True))
    for name in set(names) - known:
        if store.get_modified_time(name) < clock.now() - EVERY:
            store.delete(name)
            swept += 1
    return swept
