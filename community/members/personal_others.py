"""The tables of the toolkit and of other people's apps: what of members they hold, and how it goes."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.personal import GOES, INNER, NUMBER, YOU, Stays, foreign, holds, nothing

personal.room("desk", _("The magazine's desk"))

_WORK = "work for the magazine keeps who did it as a number, without a name"

# -- the toolkit

nothing("core.ReactorRun", INNER, "key reactor ran_at")
nothing("core.CronMark", INNER, "name slot")
nothing("core.WorkerBeat", INNER, "worker_id kind machine pid started_at beat_at")
nothing("core.DemoMark", INNER, "id marked_at seeded_at")
nothing("core.RestoreHold", INNER, "id backup_id made_at restored_at files_done")
holds(
    "core.IdempotencyKey",
    room="account",
    title=_("Requests that were answered"),
    about=_("So that a form sent twice has one effect. Forgotten after a day."),
    owner=lambda member_id: Q(owner=f"member:{member_id}"),
    told="verb claimed_at",
    untold={"id": NUMBER, "owner": YOU, "key": INNER, "digest": INNER, "result": NUMBER},
    erase=GOES,
)

# -- Django and what stands beside it

foreign(INNER, "contenttypes.ContentType auth.Permission auth.Group auth.Group_permissions")
foreign("sessions are ended with their row among the signed-in devices", "sessions.Session")
foreign("cleared by the erasure's own step, and a day after they ran", "django_tasks_database.DBTaskResult")
foreign("keys of the site to identity providers", "socialaccount.SocialApp socialaccount.SocialApp_sites")
foreign(_WORK, "admin.LogEntry", points={"user": _WORK})
foreign(INNER, "taggit.Tag taggit.TaggedItem")

# -- the magazine's desk: written by staff, shown to staff

_PLACES = (
    "wagtailcore.Locale wagtailcore.Site wagtailcore.GroupSitePermission wagtailcore.Collection "
    "wagtailcore.CollectionViewRestriction wagtailcore.CollectionViewRestriction_groups "
    "wagtailcore.GroupCollectionPermission wagtailcore.WorkflowContentType wagtailcore.Workflow "
    "wagtailcore.WorkflowTask wagtailcore.Task wagtailcore.GroupApprovalTask wagtailcore.GroupApprovalTask_groups "
    "wagtailcore.GroupPagePermission wagtailcore.PageViewRestriction wagtailcore.PageViewRestriction_groups "
    "wagtailcore.WorkflowPage wagtailcore.ReferenceIndex wagtailadmin.Admin wagtailimages.Rendition "
    "wagtailredirects.Redirect wagtailsearch.IndexEntry wagtailsearch.SQLiteFTSIndexEntry"
)
foreign("how the magazine's desk is arranged", _PLACES)
foreign(_WORK, "wagtailcore.Page", points={"owner": _WORK, "locked_by": _WORK})
foreign(
    _WORK, "wagtailcore.ModelLogEntry wagtailcore.PageLogEntry wagtailcore.Revision", points={"user": _WORK}
)
foreign(_WORK, "wagtailcore.WorkflowState", points={"requested_by": _WORK})
foreign(_WORK, "wagtailcore.TaskState", points={"finished_by": _WORK})
foreign(
    _WORK,
    "wagtailcore.UploadedFile wagtailimages.Image wagtaildocs.Document",
    points={"uploaded_by_user": _WORK},
)

_DESK = {
    "wagtailusers.UserProfile": (
        _("How you use the desk"),
        "preferred_language current_time_zone avatar theme contrast density keyboard_shortcuts dismissibles "
        "submitted_notifications approved_notifications rejected_notifications updated_comments_notifications",
    ),
    "wagtailadmin.EditingSession": (_("Pages open at the desk"), "last_seen_at is_editing"),
    "wagtailadmin.FormState": (_("Unsaved forms of the desk"), "data last_updated_at"),
    "wagtailcore.PageSubscription": (_("Pages you follow at the desk"), "page comment_notifications"),
}
_UNTOLD = {
    "wagtailadmin.EditingSession": {"content_type": INNER, "object_id": NUMBER},
    "wagtailadmin.FormState": {"content_type": INNER, "object_id": NUMBER, "parent_object_id": NUMBER},
}
for _model, (_title, _told) in _DESK.items():
    holds(
        _model,
        room="desk",
        title=_title,
        owner="user",
        told=_told,
        untold={"id": NUMBER, "user": YOU} | _UNTOLD.get(_model, {}),
        erase=GOES,
    )

_kept = {"id": NUMBER, "user": _WORK, "created_at": _WORK, "updated_at": _WORK}
holds(
    "wagtailcore.Comment",
    room="desk",
    title=_("Comments at the desk"),
    owner="user",
    told="page text created_at updated_at resolved_at",
    untold={
        "id": NUMBER,
        "user": YOU,
        "contentpath": INNER,
        "position": INNER,
        "revision_created": NUMBER,
        "resolved_by": "says something about somebody else",
    },
    points={"resolved_by": _WORK},
    erase=Stays(
        blank={"text": ""},
        kept=_kept
        | dict.fromkeys(
            ["page", "contentpath", "position", "revision_created", "resolved_at", "resolved_by"], _WORK
        ),
    ),
)
holds(
    "wagtailcore.CommentReply",
    room="desk",
    title=_("Answers to comments at the desk"),
    owner="user",
    told="comment text created_at updated_at",
    untold={"id": NUMBER, "user": YOU},
    erase=Stays(blank={"text": ""}, kept=_kept | {"comment": _WORK}),
)
