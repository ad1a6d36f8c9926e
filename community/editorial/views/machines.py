"""What machines ask for first."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

# Nothing secret: rooms that need an account, and pages that are the same list in another order.
CLOSED = (
    "/cms/",
    "/djadmin/",
    "/account/",
    "/api/",
    "/staff/",
    "/search/",
    "/write/",
    "/unread/",
    "/watched/",
)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "Disallow: /*?*sort=", ""]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('editorial:sitemap'))}")
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    return response
