"""How much one text may ask of us. Cheap counts that refuse what would be slow, before it is slow."""

import re
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from markdown_it.rules_block.state_block import StateBlock
from markdown_it.token import Token

from community.core.access import Invalid

MAX_SOURCE = 32_000  # characters, after cleaning
MAX_LEVEL = 24  # quotes count one level, lists two
MAX_CELLS = 3_000
MAX_COLUMNS = 40
MAX_BRACKETS = 2_000  # outside code
MAX_MARKERS = 6_000  # emphasis, spoiler and code marks outside code blocks
MAX_BLOCKS = 12_000  # parser tokens: a paragraph is 3, a list item 5

MAX_STEPS = 40_000  # looks at a line by the block parser: several a line in honest text, n² in hostile text

_DELIMITER_ROW = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_RULE = re.compile("-+")
_BRACKET = re.compile(r"[\[\]<(]")
_MARKER = re.compile(r"[*_~|`&\\!]")


BlockRule = Callable[[StateBlock, int, int, bool], bool]


class TooLong(Invalid):
    """More characters than a text may have."""

    def __init__(self, length: int, limit: int = MAX_SOURCE, *, field: str = "source") -> None:
        super().__init__(
            _(
                "This text is %(length)s characters long; the limit is %(limit)s. "
                "Please shorten it or split it into several posts."
            )
            % {"length": f"{length:,}", "limit": f"{limit:,}"},
            field=field,
            code="too_long",
        )


def too_deep() -> Invalid:
    """The refusal for quotes and lists inside one another without end."""
    return Invalid(
        _("Quotes and lists are nested too deeply here. Please flatten them a little."),
        field="source",
        code="too_deep",
    )


def too_tangled() -> Invalid:
    """The refusal for more formatting signs than a reader could use."""
    return Invalid(
        _(
            "There are too many formatting signs in this text to set it. "
            "Please put such passages between lines of ``` or leave some out."
        ),
        field="source",
        code="too_tangled",
    )


def too_big_a_table() -> Invalid:
    """The refusal for a table beyond what a page can show."""
    return Invalid(
        _("This table is too big: at most %(columns)s columns and %(cells)s cells, please.")
        % {"columns": MAX_COLUMNS, "cells": f"{MAX_CELLS:,}"},
        field="source",
        code="too_tangled",
    )


def counted(rule: BlockRule) -> BlockRule:
    """A block rule that keeps count of its calls in the text's env, and refuses to go on for ever."""

    def step(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        taken = state.env["steps"] = state.env.get("steps", 0) + 1
        if taken > MAX_STEPS:
            raise too_tangled()
        return rule(state, start, end, silent)

    return step


def check_source(source: str) -> None:
    """Refuse by counting, before any parsing: length, table size."""
    if len(source) > MAX_SOURCE:
        raise TooLong(len(source))
    if "|" in source:
        _check_tables(source)


def _check_tables(source: str) -> None:
    # A row may leave its cells out and still costs them all, so size is columns × lines below the rule.
    columns = cells = 0
    for line in source.split("\n"):
        if not line.strip(" \t>"):
            columns = 0
        elif "|" in line and "-" in line and _DELIMITER_ROW.fullmatch(line):
            columns = max(columns, len(_RULE.findall(line)))
            if columns > MAX_COLUMNS:
                raise too_big_a_table()
        cells += columns
    if cells > MAX_CELLS:
        raise too_big_a_table()


def check_blocks(tokens: Sequence[Token]) -> None:
    """Refuse after blocks are found and before their insides are: depth, number of blocks, signs to weigh."""
    if len(tokens) > MAX_BLOCKS:
        raise too_tangled()
    brackets = markers = 0
    for token in tokens:
        if token.level >= MAX_LEVEL:
            raise too_deep()
        if token.type == "inline":
            brackets += len(_BRACKET.findall(token.content))
            markers += len(_MARKER.findall(token.content))
    if brackets > MAX_BRACKETS or markers > MAX_MARKERS:
        raise too_tangled()
