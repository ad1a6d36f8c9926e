"""What moved in, for pages."""

from __future__ import annotations

from community.interchange.models import ImportedItem


def post_of(source: str, number: int) -> int | None:
    """The post that a question or an answer of an old site became. One statement."""
    kinds = [ImportedItem.Kind.QUESTION, ImportedItem.Kind.ANSWER]
    rows = ImportedItem.objects.filter(source=source, kind__in=kinds, source_id=number)
    return rows.values_list("post_id", flat=True).first()
