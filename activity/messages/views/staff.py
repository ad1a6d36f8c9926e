"""What members reported. Moderators read the copies, never the conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from activity.messages import access, actions, queries
from activity.messages.forms import SettleForm
from activity.messages.models import MessageReport
from community.core.access import absent
from community.core.text import render as rendered
from community.files.links import UploadLinks
from forum.views._shared import actor_of, attempt, members_only, posted


@require_safe
@members_only
@never_cache
def reports(request: HttpRequest) -> HttpResponse:
    """Open reports, the oldest first; `?show=decided`: the others."""
    if not access.may_read_reports(request.user):
        raise absent()
    is_open = request.GET.get("show") != "decided"
    page = queries.reports(is_open=is_open, cursor=request.GET.get("page"))
    return render(request, "letters/staff_reports.html", {"page": page, "is_open": is_open, "here": "staff"})


@members_only
@never_cache
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report, its words, and the decision."""
    if not access.may_read_reports(request.user):
        raise absent()
    row = MessageReport.objects.select_related("reporter", "decided_by").filter(pk=pk).first()
    if row is None:
        raise absent()
    form = SettleForm(posted(request))
    if form.is_valid():
        done = attempt(
            form, lambda: actions.settle_report(actor=actor_of(request), report_id=pk, **form.cleaned_data)
        )
        if done:
            return HttpResponseRedirect(reverse("messages:staff_reports"))
    words = [line | _shown(line) | {"at": datetime.fromisoformat(line["at"])} for line in row.snapshot]
    context = {"report": row, "words": words, "form": form, "here": "staff"}
    return render(request, "letters/staff_report.html", context, status=422 if form.errors else 200)


def _shown(line: dict[str, Any]) -> dict[str, Any]:
    """Reported words as they were read, with their author's pictures as these were: they may be what was reported."""
    links = UploadLinks([line["author"]] if line["author"] else [], with_held=True)
    return {"html": rendered(line["source"], shown=links).html, "has_held": bool(links.held)}
