"""Fields of the editors' room."""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField


class BodyField(StreamField):
    """A stream of blocks that migrations see as the JSON it is stored as.

    Blocks are presentation: a new label must not write a migration, and migrations must not import blocks.
    """

    def __init__(self, block_types: Any = (), **kwargs: Any) -> None:
        super().__init__(block_types, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, _args, kwargs = super().deconstruct()
        for block_argument in ("block_types", "block_lookup", "use_json_field"):
            kwargs.pop(block_argument, None)
        return name, "django.db.models.JSONField", [], kwargs
