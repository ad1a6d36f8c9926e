""" "This solved mine", for members and for guests, whose press waits until they have signed in."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from community.core.origin import is_own_form
from community.members.views._shared import next_address
from forum.views._shared import act_and_return, actor_of, viewer_of
from moderation.solutions import access, actions, pressing


@csrf_exempt
@require_POST
def solved(request: HttpRequest, solution_id: int) -> HttpResponse:
    """Say so, or (`back`) take it back. A guest's page is kept for all and has no token: their browser's word counts."""
    if request.user.is_authenticated:
        return _for_member(request, solution_id)
    if not is_own_form(request):
        return redirect_to_login(next_address(request, "/"))
    solution = access.solution_for_reading(viewer_of(request), solution_id=solution_id)
    pressing.keep(request, solution.pk)
    return redirect_to_login(next_address(request, solution.thread.get_absolute_url()))


@csrf_protect
def _for_member(request: HttpRequest, solution_id: int) -> HttpResponse:
    actor = actor_of(request)
    back = request.POST.get("back") == "1"
    act = actions.unsay_solved if back else actions.say_solved
    return act_and_return(
        request,
        lambda: act(actor=actor, solution_id=solution_id),
        done=_("You are counted no longer.") if back else _("Thank you. You are counted."),
        to="/",
    )
