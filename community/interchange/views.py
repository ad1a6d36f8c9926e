"""Old addresses of communities that moved in lead to where their posts are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from community.core.access import absent
from community.interchange.queries import post_of
from forum.queries.threads import post_address

if TYPE_CHECKING:
    pass


@require_safe
def stack_exchange(request: HttpRequest, site: str, number: str) -> HttpResponse:
    """The thread of an old question, or the post of an old answer: as there, either number leads to either.

    404 unless the viewer may see it: a private board keeps its secrets at its old addresses too.
    """
    post_id = post_of(f"stackexchange:{site}", int(number))
    if post_id is None:
        raise absent()
    thread, post = post_address(request.user, post_id)
    target = thread if post.is_opening else post
    return HttpResponseRedirect(target.get_absolute_url())
