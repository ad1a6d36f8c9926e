"""Everything the site remembers about me: seen, fetched, forgotten."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django.db.models import Model
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core import clock
from community.core.access import absent
from community.core.pagination import keyset
from community.core.personal import Rule
from community.core.whole import whole
from community.members.views._shared import act_and_return, me, mine
from community.privacy import actions, exporting, memory
from community.privacy.actions.exporting import KEPT
from community.privacy.models import Export

PER_PAGE = 30


@require_safe
@mine
def overview(request: HttpRequest) -> HttpResponse:
    """All rooms with what they hold, and the copy of it. Two statements."""
    export = Export.objects.filter(member=me(request)).order_by("-asked_at").first()
    context = {
        "rooms": memory.rooms(me(request)),
        "export": export,
        "days": KEPT.days,
        "may_ask": export is None
        or export.state == Export.State.FAILED
        or export.asked_at < clock.now() - timedelta(days=1),
        "is_there": export is not None and _is_there(export),
        "here": "me",
    }
    return render(request, "privacy/data.html", context)


@require_safe
@mine
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """The rows of one table, the oldest first."""
    rule = _rule(key)
    page = keyset(rule.rows_of(me(request).pk), order=("pk",), cursor=request.GET.get("page"), size=PER_PAGE)
    context = {
        "rule": rule,
        "page": page,
        "lines": memory.lines(rule, page.items, me(request)),
        "here": "me",
    }
    return render(request, "privacy/rows.html", context)


@mine
def clear(request: HttpRequest, key: str) -> HttpResponse:
    """Forget all rows of one table: asked first, then done."""
    rule = _rule(key)
    if rule.clear is None:
        raise absent()
    if request.method != "POST":
        count = rule.rows_of(me(request).pk).count()
        return render(request, "privacy/forget.html", {"rule": rule, "count": count, "here": "me"})
    forget = rule.clear
    return act_and_return(
        request, lambda: forget(me(request)), done=_("Forgotten."), to=reverse("privacy:data")
    )


@mine
def drop(request: HttpRequest, key: str) -> HttpResponse:
    """Forget one row: asked first, then done. Somebody else's and a gone one look alike."""
    rule, row = _row(request, key)
    if request.method != "POST":
        context = {"rule": rule, "lines": memory.lines(rule, [row], me(request)), "here": "me"}
        return render(request, "privacy/forget.html", context)
    drop = rule.drop
    assert drop is not None

    def forget() -> str:
        done = drop(me(request), row)
        return done if isinstance(done, str) else _("Forgotten.")

    return act_and_return(
        request,
        forget,
        to=reverse("privacy:rows", args=[key]),
    )


@require_POST
@mine
def ask_for_copy(request: HttpRequest) -> HttpResponse:
    return act_and_return(
        request,
        lambda: actions.request_export(member=me(request)),
        done=_("The copy is being made. A letter tells you when it is ready."),
        to=reverse("privacy:data"),
    )


@require_safe
@mine
@reauthentication_required  # type: ignore[untyped-decorator]
def fetch_copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The copy itself, for its member alone, until its time is over."""
    export = Export.objects.filter(pk=pk, member=me(request)).first()
    if export is None or not _is_there(export):
        raise absent()
    try:
        file = exporting.store().open(export.file)
    except FileNotFoundError:
        raise absent() from None
    day = f"{export.ready_at:%Y-%m-%d}" if export.ready_at else ""
    return FileResponse(
        file, as_attachment=True, filename=f"my-data-{day}.zip", content_type="application/zip"
    )


def _is_there(export: Export) -> bool:
    return (
        export.state == Export.State.READY
        and export.expires_at is not None
        and export.expires_at > clock.now()
    )


def _rule(key: str) -> Rule:
    rule = memory.rule_called(key)
    if rule is None:
        raise absent()
    return rule


def _row(request: HttpRequest, key: str) -> tuple[Rule, Model]:
    rule, number = _rule(key), whole(request.POST.get("row") or request.GET.get("row"))
    if rule.drop is None or number is None:
        raise absent()
    row = rule.rows_of(me(request).pk).filter(pk=number).first()
    if row is None:
        raise absent()
    return rule, row
