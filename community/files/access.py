"""Who may upload, and who may change what was uploaded."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import YES, Verdict, absent, no
from community.files import policy
from community.files.models import State, Upload
from community.members.access import Viewer, current_standing, may_moderate_members, may_speak
from community.members.models import Member, Standing


def may_upload(viewer: Viewer) -> Verdict:
    """Whoever may speak. Costs no statement; how much is left is asked by the action."""
    return may_speak(viewer)


def may_cover(viewer: Viewer, upload: Upload) -> Verdict:
    """Its owner, and moderators: a number plate in somebody else's picture is theirs to look after."""
    if not isinstance(viewer, Member):
        return no(_("Sign in to take part."), "guest")
    if viewer.pk == upload.owner_id:
        return may_speak(viewer)
    return may_moderate_members(viewer)


def quota_of(member: Member) -> policy.Quota:
    """What this member may keep. No statement."""
    return policy.quota(
        is_staff=member.is_staff_role,
        is_warned=current_standing(member) == Standing.WARNED,
        posts=member.post_count,
        joined_at=member.joined_at,
        now=clock.now(),
        megabytes=settings.UPLOAD_QUOTA_MB,
    )


def upload_for_change(actor: Member, *, key: str, lock: bool = False, also_failed: bool = False) -> Upload:
    """The upload, for its owner or a moderator; absent for everybody else. One statement.

    What is gone is absent too, but for `also_failed`: what no picture came of.
    """
    rows = Upload.objects.select_for_update(of=("self",), no_key=True) if lock else Upload.objects.all()
    gone = Q(state=State.GONE, problem="") if also_failed else Q(state=State.GONE)
    upload = rows.filter(~gone, key=key).first()
    if upload is None or (upload.owner_id != actor.pk and not may_moderate_members(actor)):
        raise absent()
    return upload


def may_delete(viewer: Viewer, upload: Upload) -> Verdict:
    """Its owner in any standing (it is theirs to take back), and moderators."""
    if isinstance(viewer, Member) and viewer.pk == upload.owner_id:
        return YES
    return may_moderate_members(viewer)


def gone_words(upload: Upload) -> str:
    """What its owner is told of an upload that they just deleted."""
    if upload.is_held:
        return _(
            "Deleted: nobody is shown it any more. Moderators still have it, because it was reported; it goes for "
            "good when they have decided."
        )
    return _("Deleted. Posts that showed it show nothing in its place.")
