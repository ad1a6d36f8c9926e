"""The brand as files: style sheet, icons, manifest. Addresses carry its version, so answers keep for ever."""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from community.editorial import icons
from community.editorial.brand import Brand, brand

YEAR = 365 * 24 * 3600


def _kept(response: HttpResponse, *, current: bool) -> HttpResponse:
    """For ever under the current version's address; shortly under an old one's, which gets the new look."""
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if current else "public, max-age=60"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def brand_css(request: HttpRequest, version: str) -> HttpResponse:
    now = brand()
    return _kept(
        HttpResponse(now.css, content_type="text/css; charset=utf-8"), current=version == now.version
    )


@require_safe
def cms_css(request: HttpRequest, version: str) -> HttpResponse:
    now = brand()
    return _kept(
        HttpResponse(now.cms_css, content_type="text/css; charset=utf-8"), current=version == now.version
    )


@require_safe
def icon_svg(request: HttpRequest, version: str) -> HttpResponse:
    now = brand()
    drawn = icons.svg(now.theme_light, now.theme_dark)
    return _kept(HttpResponse(drawn, content_type="image/svg+xml"), current=version == now.version)


@require_safe
def icon_png(request: HttpRequest, version: str, size: int) -> HttpResponse:
    if size not in icons.SIZES:
        raise Http404
    now = brand()
    return _kept(HttpResponse(_drawn(now, size), content_type="image/png"), current=version == now.version)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For what asks at the fixed address; pages name the versioned ones."""
    response = HttpResponse(_drawn(brand(), 0), content_type="image/x-icon")
    response["Cache-Control"] = "public, max-age=86400"
    return response


def _drawn(now: Brand, size: int) -> bytes:
    """The icon's bytes; 0 is the favicon. Drawing takes some milliseconds, so it happens once a version."""
    key = f"editorial:icon:1:{now.version}:{size}"
    known: bytes | None = cache.get(key)
    if known is None:
        known = icons.png(size, now.theme_light) if size else icons.ico(now.theme_light)
        cache.set(key, known, YEAR)
    return known


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone needs to keep the site on its first screen. English: it is read without a language."""
    now = brand()
    with override("en"):
        about = now.about
    content = {
        "id": "/",
        "name": f"{now.name} {now.tagline_en}".strip(),
        "short_name": now.name,
        "description": about,
        "start_url": "/",
        "display": "standalone",
        "background_color": "#fafcfc",
        "theme_color": now.theme_light,
        "icons": [
            {
                "src": reverse("editorial:icon_png", args=[now.version, size]),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size in icons.MASKABLE
            for purpose in ("any", "maskable")
        ],
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=3600"
    return response
