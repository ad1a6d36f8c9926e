"""Articles, pictures and pages for tests."""

from __future__ import annotations

import io
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from community.editorial.models import ArticlePage, MagazineIndexPage, Picture

_serial = count(1)

BODY = [
    {"type": "heading", "value": "What we measured"},
    {"type": "paragraph", "value": "<p>Six cars, one <b>cold</b> morning, the same road.</p>"},
    {"type": "quote", "value": {"text": "It simply starts.", "source": "An owner"}},
]


def an_article(*, live: bool = True, body: list[dict[str, Any]] | None = None, **fields: Any) -> ArticlePage:
    """An article below the magazine; `live=False` is a draft."""
    n = next(_serial)
    defaults = {
        "title": f"Round the lake, part {n}",
        "slug": f"round-the-lake-{n}",
        "standfirst": "Three owners drove the ring road and wrote down every stop.",
        "author_name": "The editors",
    }
    page = ArticlePage(live=False, body=BODY if body is None else body, **(defaults | fields))
    MagazineIndexPage.objects.get().add_child(instance=page)
    if live:
        page.save_revision().publish()
        page.refresh_from_db()
    return page


def picture_bytes(kind: str = "JPEG", size: tuple[int, int] = (1200, 800)) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind)
    return out.getvalue()


def a_picture(**fields: Any) -> Picture:
    n = next(_serial)
    return Picture.objects.create(
        title=f"Picture {n}", file=ContentFile(picture_bytes("WEBP"), f"picture-{n}.webp"), **fields
    )
