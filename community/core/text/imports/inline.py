"""One paragraph of foreign HTML as Markdown that shows the same words with the same stress."""

import re
import string
from collections.abc import Sequence
from urllib.parse import urljoin

from markdown_it.common.utils import isPunctChar

from community.core.text.characters import is_cjk
from community.core.text.imports.tree import Node
from community.core.text.links import bare_addresses, may_link

_STRESS = {"strong": "**", "b": "**", "em": "*", "i": "*", "cite": "*", "dfn": "*", "var": "*",
           "s": "~~", "del": "~~", "strike": "~~"}  # fmt: skip
# While a paragraph is put together, stress is noted with characters that no text may hold.
_OPEN = {"*": "\ufdd0", "**": "\ufdd1", "~~": "\ufdd2"}
_CLOSE = {"*": "\ufdd3", "**": "\ufdd4", "~~": "\ufdd5"}
_SIGN = {note: sign for notes in (_OPEN, _CLOSE) for sign, note in notes.items()}
_NOTES = "\ufdd0-\ufdd5"

_SUPERSCRIPT = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_STOCK_ALT = frozenset({"enter image description here", "image", "img", "alt text"})

_SPACE = re.compile("[ \t\n\r\f]+")
_ESCAPED = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)"  # a backslash that would escape something
    r"|[`*]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # underscores within words are harmless
    r"|\[(?=[ xX!\]^])|\](?=[(\[:]|$)"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w{1,31};)"
    r"|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\|"
)
_LINE_START = re.compile(
    r"^(?P<number>\d{1,9})?(?P<sign>(?<=\d)[.)](?=\s|$)|(?<!\d)(?:#(?=#{0,5}(?:\s|$))|[-+](?=\s|$)|>|:(?=::)"
    r"|[-|](?=[-|: \t]*$)|=(?==*[ \t]*$)|~(?=~~)))"
)


def paragraph(children: Sequence[Node | str], base: str = "") -> str:
    """Markdown of a run of inline nodes, a newline for each break. `base` completes relative addresses."""
    text = _SPACE.sub(lambda found: " ", _walk(children, base, in_link=False))
    text = re.sub(" *\x0b *", "\n", text).strip(" \n")
    text = re.sub("\n{3,}", "\n\n", text)
    text = re.sub(r"(?<!\\)\\\]$", "]", _settle_stress(text))  # nothing follows that could make it a link
    return "\n".join(_LINE_START.sub(_escape_start, line) for line in text.split("\n"))


def _escape_start(found: re.Match[str]) -> str:
    return f"{found['number'] or ''}\\{found['sign']}"


def _walk(children: Sequence[Node | str], base: str, *, in_link: bool) -> str:
    return "".join(
        escape_text(child, in_link=in_link)
        if isinstance(child, str)
        else _inline(child, base, in_link=in_link)
        for child in children
    )


def escape_text(text: str, *, in_link: bool = False) -> str:
    """Plain text with every sign escaped that Markdown would take for formatting."""
    text = re.sub("[\ufdd0-\ufdef\x0b]", "", text)
    if in_link:
        return re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", _ESCAPED.sub(r"\\\g<0>", text))
    parts: list[str] = []
    done = 0
    for start, end in bare_addresses(text):
        parts += [_ESCAPED.sub(r"\\\g<0>", text[done:start]), text[start:end]]
        done = end
    return "".join([*parts, _ESCAPED.sub(r"\\\g<0>", text[done:])])


def _inline(node: Node, base: str, *, in_link: bool) -> str:  # noqa: PLR0911  one return for each kind of element
    tag = node.tag
    if tag == "br":
        return "\x0b"
    if tag == "img":
        return _picture(node, base)
    if tag in {"iframe", "embed", "video", "audio"} and (src := _address(node.attrs.get("src", ""), base)):
        return f" <{src}> "
    if tag in {"code", "kbd", "samp", "tt"}:
        return code_span(node.raw())
    if tag == "a" and not in_link:
        return _link(node, base)
    if tag == "sup":
        return _raised(node, base, _SUPERSCRIPT, "^", in_link=in_link)
    if tag == "sub":
        return _raised(node, base, _SUBSCRIPT, "", in_link=in_link)
    inner = _walk(node.children, base, in_link=in_link)
    if tag in _STRESS:
        return f"{_OPEN[_STRESS[tag]]}{inner}{_CLOSE[_STRESS[tag]]}"
    if tag == "q":
        return f"“{inner}”"
    return inner


_PLAIN_RAISED = re.compile(r"st|nd|rd|th|tm|.*[\[\](*†‡].*|.{4,}", re.IGNORECASE | re.DOTALL)


def _raised(node: Node, base: str, table: dict[int, int], sign: str, *, in_link: bool) -> str:
    """Raised or lowered text: with the letters made for it, else with `sign`, else (4th) as it is."""
    said = node.raw().strip()
    if said and all(ord(char) in table for char in said):
        return _walk(_translated(node.children, table), base, in_link=in_link)
    inner = _walk(node.children, base, in_link=in_link)
    return inner if not said or _PLAIN_RAISED.fullmatch(said) else f"{sign}{inner}"


def _translated(children: Sequence[Node | str], table: dict[int, int]) -> list[Node | str]:
    return [
        child.translate(table)
        if isinstance(child, str)
        else Node(child.tag, child.attrs, _translated(child.children, table))
        for child in children
    ]


def code_span(text: str) -> str:
    """`text` between as many backticks as it takes."""
    code = " ".join(text.split("\n")).strip("\r\f")
    if not code.strip():
        return " " if code else ""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if code[0] == "`" or code[-1] == "`" or (code[0] == code[-1] == " ") else ""
    return f"{ticks}{pad}{code}{pad}{ticks}"


def _address(url: str, base: str) -> str:
    url = _SPACE.sub("", url.strip())
    if base and url:
        try:
            url = urljoin(base, url)
        except ValueError:
            return ""
    return url if may_link(url) else ""


def _target(url: str) -> str:
    """`url` as a link destination, in the pointed form where the plain one would break."""
    url = url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    return f"<{url}>" if re.search(r"[()\s`]|&\w", url) or not url else url


def _title(node: Node) -> str:
    title = _SPACE.sub(" ", node.attrs.get("title", "")).strip()
    if not title:
        return ""
    return ' "' + re.sub(r'["\\&]', r"\\\g<0>", title) + '"'


def _link(node: Node, base: str) -> str:
    href = _address(node.attrs.get("href", ""), base)
    inner = _walk(node.children, base, in_link=True)
    if not href:
        return _walk(node.children, base, in_link=False)
    said = node.raw().strip()
    if said == href or (not inner.strip() and not node.find("img")):
        if re.fullmatch(r"https?://[^\s<>]+", href) and not node.attrs.get("title"):
            return f"<{href}>"
        inner = inner if inner.strip() else escape_text(href, in_link=True)
    lead, trail = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    label = re.sub("\x0b", " ", inner.strip())
    return f"{lead and ' '}[{label}]({_target(href)}{_title(node)}){trail and ' '}"


def _picture(node: Node, base: str) -> str:
    src = _address(node.attrs.get("src", ""), base)
    alt = _SPACE.sub(" ", node.attrs.get("alt", "")).strip()
    alt = "" if alt.lower() in _STOCK_ALT else escape_text(alt, in_link=True)
    if not src:
        return alt
    return f"![{alt}]({_target(src)}{_title(node)})"


def _settle_stress(text: str) -> str:
    """Notes of stress become signs where Markdown will read them so, and vanish where it would show them."""
    text = re.sub(r"([\ufdd0-\ufdd2]+)([ \n]+)", r"\2\1", text)
    text = re.sub(r"([ \n]+)([\ufdd3-\ufdd5]+)", r"\2\1", text)
    for sign, opening in _OPEN.items():  # back to back: one
        text = text.replace(_CLOSE[sign] + opening, "")
    kept = _kept(text)
    return "".join(
        (_SIGN[char] if at in kept else "") if char in _SIGN else char for at, char in enumerate(text)
    )


def _kept(text: str) -> set[int]:
    """Places of the notes that will work as signs: paired, not empty, within a paragraph, well placed."""
    kept: set[int] = set()
    waiting: list[tuple[str, int, bool]] = []
    for at, char in enumerate(text):
        if char in _OPEN.values():
            nested = any(other == _SIGN[char] for other, _, _ in waiting)
            waiting.append((_SIGN[char], at, nested))
        elif char in _CLOSE.values() and waiting and waiting[-1][0] == _SIGN[char]:
            _, start, nested = waiting.pop()
            inside = text[start + 1 : at]
            if (
                not nested
                and re.sub(f"[{_NOTES}\\s]", "", inside)
                and "\n\n" not in inside
                and _works(text, start, step=1)
                and _works(text, at, step=-1)
            ):
                kept |= {start, at}
    return kept


def _works(text: str, at: int, *, step: int) -> bool:
    """Whether a sign at `at` will be read as one: `step` points from it to the text it stresses."""
    inner, outer = _neighbour(text, at, step), _neighbour(text, at, -step)
    if inner.isspace():
        return False
    return is_cjk(inner) or not _is_punct(inner) or outer.isspace() or is_cjk(outer) or _is_punct(outer)


def _neighbour(text: str, at: int, step: int) -> str:
    at += step
    while 0 <= at < len(text) and text[at] in _SIGN:
        at += step
    return text[at] if 0 <= at < len(text) else " "


def _is_punct(char: str) -> bool:
    return char in string.punctuation or isPunctChar(char)
