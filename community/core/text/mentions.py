"""`@Name` in running text: found without spaces around it, settled by asking once which names exist."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from markdown_it.main import MarkdownIt
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token

from community.core.text.characters import is_cjk_letter

MIN_NAME, MAX_NAME = 2, 24
MAX_SITES = 50  # places in one text where we look for a name

# Word characters, with single joiners between them: O'Brien, Anna-Marie, 阿里·买买提, "Karl Heinz".
_RUN = re.compile(r"[^\W_](?:\w|[-.'’·• ](?=\w))*")


class MentionLinks(Protocol):
    """Who knows the names. `resolve` gets every candidate of a text at once, exactly as typed."""

    def resolve(self, candidates: Iterable[str]) -> Mapping[str, str]:
        """Candidate → address of the person's page, for the candidates that name somebody.

        An empty address: a name that is marked and leads nowhere, as a group of people has no page.
        """
        ...


def candidates_at(text: str, at: int) -> Iterator[str]:
    """The names that may stand after the `@` at index `at`, shortest first; none when it is no mention."""
    if not _may_start(text, at):
        return
    run = _RUN.match(text, at + 1, at + 2 + MAX_NAME)
    if run is None:
        return
    name = run.group()
    for length in range(MIN_NAME, min(len(name), MAX_NAME) + 1):
        end = at + 1 + length
        if name[length - 1] not in " -.'’·•" and _may_end(text, end):
            yield name[:length]


def _may_start(text: str, at: int) -> bool:
    """False where the `@` belongs to an e-mail address, a web address or another `@`."""
    if at == 0:
        return True
    before = text[at - 1]
    if before == "_":  # emphasis, unless a Latin word leads into it
        return at < 2 or not text[at - 2].isalnum() or is_cjk_letter(text[at - 2])
    if before == "/":
        start = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at), at - 80) + 1
        return "." not in text[start:at]
    return before != "@" and (not before.isalnum() or is_cjk_letter(before))


def _may_end(text: str, end: int) -> bool:
    """True where a name of Latin letters is not cut in two; Chinese runs on, so a cut is fine there."""
    if end >= len(text):
        return True
    last, after = text[end - 1], text[end]
    if after == "@":  # @name@server is somebody elsewhere
        return False
    if is_cjk_letter(last) or is_cjk_letter(after):
        return True
    following = text[end + 1] if end + 1 < len(text) else " "
    if after == ".":  # qq.com is no Mr qq
        return not following.isalnum()
    if after == "_":
        return not (following.isalnum() or following == "_") or is_cjk_letter(following)
    return not after.isalnum()


def gather(tokens: Sequence[Token]) -> list[str]:
    """Every candidate in the text of `tokens` (block level, before inline parsing), each once, in order."""
    found: dict[str, None] = {}
    sites = 0
    for token in tokens:
        if token.type != "inline" or "@" not in token.content:
            continue
        at = token.content.find("@")
        while at >= 0 and sites < MAX_SITES:
            before = len(found)
            found.update(dict.fromkeys(candidates_at(token.content, at)))
            sites += len(found) > before
            at = token.content.find("@", at + 1)
    return list(found)


def _mention(state: StateInline, silent: bool) -> bool:
    """Inline rule: the longest known name after an `@` becomes a link, or is marked where it has no page."""
    if state.src[state.pos] != "@" or state.linkLevel > 0:
        return False
    known: Mapping[str, str] = state.env.get("mentions") or {}
    names = [name for name in candidates_at(state.src, state.pos) if name in known] if known else []
    if not names or state.pos + 1 + len(names[-1]) > state.posMax:
        return False
    name = names[-1]
    if not silent:
        kind, tag = ("link", "a") if known[name] else ("called", "span")
        opening = state.push(f"{kind}_open", tag, 1)
        opening.attrs = {"class": "mention", **({"href": known[name]} if known[name] else {})}
        opening.meta = {"mention": name}
        state.push("text", "", 0).content = f"@{name}"
        state.push(f"{kind}_close", tag, -1)
    state.pos += 1 + len(name)
    return True


def install(md: MarkdownIt) -> None:
    """Teach `md` mentions; `env["mentions"]` maps known names to addresses."""
    md.inline.ruler.before("link", "mention", _mention)
