"""Text that waits for a click: `||a few words||` in a line, `:::spoiler Title` … `:::` around blocks."""

import re

from markdown_it.main import MarkdownIt
from markdown_it.rules_block.state_block import StateBlock
from markdown_it.rules_inline.state_inline import Delimiter, StateInline

_OPENING = re.compile(r":{3,}[ \t]*(?:spoiler|剧透|劇透)(?:[ \t:：]+(?P<title>.*))?", re.IGNORECASE)
_CLOSING = re.compile(r":{3,}[ \t]*")
_BAR = ord("|")


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: `:::spoiler` to the `:::` that closes it, or to the end of its container."""
    if state.is_code_block(start):
        return False
    opening = _OPENING.fullmatch(_line(state, start))
    if opening is None:
        return False
    if silent:
        return True

    last, depth, closed = start, 1, False
    while not closed:
        last += 1
        if last >= end or (state.sCount[last] < state.blkIndent and not state.isEmpty(last)):
            break
        text = _line(state, last)
        if not text.startswith(":::") or state.is_code_block(last):
            continue
        if _CLOSING.fullmatch(text):
            depth -= 1
            closed = depth == 0
        elif _OPENING.fullmatch(text):
            depth += 1

    outer_type, outer_max = state.parentType, state.lineMax
    state.parentType, state.lineMax = "spoiler", last
    token = state.push("spoiler_open", "details", 1)
    token.attrs = {"class": "spoiler"}
    token.meta = {"title": (opening["title"] or "").strip()[:120]}
    token.map = [start, last]
    state.md.block.tokenize(state, start + 1, last)
    state.push("spoiler_close", "details", -1)
    state.parentType, state.lineMax = outer_type, outer_max
    state.line = last + closed
    return True


def _bars(state: StateInline, silent: bool) -> bool:
    """Inline rule: note each `||` as something that may open or close."""
    if silent or not state.src.startswith("||", state.pos):
        return False
    scanned = state.scanDelims(state.pos, True)
    if scanned.length != 2:
        state.push("text", "", 0).content = "|" * scanned.length
    else:
        state.push("text", "", 0).content = "||"
        state.delimiters.append(
            Delimiter(_BAR, 0, len(state.tokens) - 1, -1, scanned.can_open, scanned.can_close)
        )
    state.pos += scanned.length
    return True


def _pair_up(state: StateInline) -> None:
    """Second inline pass: matched pairs of `||` become spoilers."""
    for delimiters in [state.delimiters, *(meta["delimiters"] for meta in state.tokens_meta if meta)]:
        for opener in delimiters:
            if opener.marker != _BAR or opener.end < 0:
                continue
            closer = delimiters[opener.end]
            for mark, kind, nesting in ((opener, "hidden_open", 1), (closer, "hidden_close", -1)):
                token = state.tokens[mark.token]
                token.type, token.tag, token.nesting, token.content = kind, "span", nesting, ""
            state.tokens[opener.token].attrs = {"class": "spoiler", "tabindex": "0"}


def install(md: MarkdownIt) -> None:
    """Teach `md` both kinds of spoiler."""
    md.block.ruler.before(
        "blockquote", "spoiler", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.inline.ruler.before("strikethrough", "spoiler", _bars)
    md.inline.ruler2.before("emphasis", "spoiler", _pair_up)
