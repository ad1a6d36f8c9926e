"""One paragraph of foreign HTML as Markdown that shows the same words with the same stress."""

import re
import string
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from urllib.parse import urljoin

from markdown_it.common.utils import isPunctChar

from community.core.access import Invalid
from community.core.text.characters import is_cjk
from community.core.text.imports.tree import Node
from community.core.text.links import bare_addresses, may_link
from community.core.text.render import parser

_STRESS = {"strong": "**", "b": "**", "em": "*", "i": "*", "cite": "*", "dfn": "*", "var": "*",
           "s": "~~", "del": "~~", "strike": "~~"}  # fmt: skip
# While a paragraph is put together, stress is noted with characters that no text may hold.
_OPEN = {"*": "\ufdd0", "**": "\ufdd1", "~~": "\ufdd2"}
_CLOSE = {"*": "\ufdd3", "**": "\ufdd4", "~~": "\ufdd5"}
_KINDS = {"em": "*", "strong": "**", "s": "~~"}
_SIGN = {note: sign for notes in (_OPEN, _CLOSE) for sign, note in notes.items()}
_NOTES = "\ufdd0-\ufdd5"
_PICTURE = "\ufdd6"  # the "!" of a picture
_SHOUT = "\ufdd7"  # an "!" that may come to stand before a link, and must not make a picture of it
_CODE = "\ufdd8"  # around code: two pieces in a row would read as one with backticks inside

_SUPERSCRIPT = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_STOCK_ALT = frozenset({"enter image description here", "image", "img", "alt text"})

_SPACE = re.compile("[ \t\n\r\f]+")
# Signs that would format something, or might with what another element adds behind them.
_ESCAPED = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|\s|$)|[`*]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # underscores within words are harmless
    r"|\[(?=[ xX!\]^]|$)|\](?=[(\[:]|$)"
    r"|<(?=\S|$)|&(?=#?\w{1,31};|#?\w{0,31}$)"
    r"|~(?=~|$)|(?<=~)~|\|(?=\||$)|(?<=\|)\|"
)
_ESCAPED_IN_LINK = re.compile(rf"{_ESCAPED.pattern}|[\[\]]")
_NEEDLESS = re.compile(r"(?<!\\)\\(?=[\[\]<&~|]$)", re.MULTILINE)  # at a line's end nothing follows
_LINE_START = re.compile(
    r"^(?P<number>\d{1,9})?(?P<sign>(?<=\d)[.)](?=\s|$)|(?<!\d)(?:#(?=#{0,5}(?:\s|$))|[-+](?=\s|$)|>|:(?=::)"
    r"|[-|](?=[-|: \t]*$)|=(?==*[ \t]*$)|~(?=~~)))"
)


def paragraph(children: Sequence[Node | str], base: str = "") -> str:
    """Markdown of a run of inline nodes, a newline for each break. `base` completes relative addresses."""
    text = _SPACE.sub(lambda found: " ", _walk(children, base, in_link=False))
    text = re.sub(" *\x0b *", "\n", text).strip(" \n")
    text = re.sub("\n{3,}", "\n\n", text)
    text = _settle_stress(text).replace(_CODE * 2, " ").replace(_CODE, "").strip(" \n")
    text = text.replace(f"{_SHOUT}[", "\\![").replace(_SHOUT, "!").replace(_PICTURE, "!")
    text = _NEEDLESS.sub("", text)
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
    if in_link:
        safe = _ESCAPED_IN_LINK.sub(r"\\\g<0>", text)
    else:
        spans = list(bare_addresses(text))
        starts = [start for start, _ in spans]

        def escaped(found: re.Match[str]) -> str:
            before = bisect_right(starts, found.start()) - 1
            inside_address = before >= 0 and found.start() < spans[before][1]  # where no sign counts
            return found.group() if inside_address else f"\\{found.group()}"

        safe = _ESCAPED.sub(escaped, text)
    return safe[:-1] + _SHOUT if safe.endswith("!") else safe


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
    return f"{_CODE}{ticks}{pad}{code}{pad}{ticks}{_CODE}"


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
    if not inner.strip(" \x0b"):  # a link nobody could see
        return inner
    if (
        node.raw().strip() == href
        and re.fullmatch(r"https?://[^\s<>]+", href)
        and not node.attrs.get("title")
    ):
        return f"<{href}>"
    lead, trail = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    label = re.sub("\x0b", " ", inner.strip())
    return f"{lead and ' '}[{label}]({_target(href)}{_title(node)}){trail and ' '}"


def _picture(node: Node, base: str) -> str:
    src = _address(node.attrs.get("src", ""), base)
    alt = _SPACE.sub(" ", node.attrs.get("alt", "")).strip()
    alt = "" if alt.lower() in _STOCK_ALT else escape_text(alt, in_link=True)
    if not src:
        return alt
    return f"{_PICTURE}[{alt}]({_target(src)}{_title(node)})"


def _settle_stress(text: str) -> str:
    """Notes of stress become signs where Markdown will read them so, and vanish where it would show them."""
    if not re.search(f"[{_NOTES}]", text):
        return text
    before = ""
    while text != before:
        before = text
        text = re.sub(r"([\ufdd0-\ufdd2]+)([ \n]+)", r"\2\1", text)  # stress begins and ends at words
        text = re.sub(r"([ \n]+)([\ufdd3-\ufdd5]+)", r"\2\1", text)
        text = re.sub("\ufdd3\ufdd0|\ufdd4\ufdd1|\ufdd5\ufdd2", "", text)  # back to back: one
    kept = _kept(text)
    signed = _signed(text, kept)
    # Stars that touch letters on both sides or each other have rules nobody remembers: ask the parser itself.
    if re.search(r"[*~]{3}|\w[*~]+\w", signed) and not _reads_as_meant(signed, text, kept):
        return _signed(text, frozenset())
    return signed


def _signed(text: str, kept: Set[int]) -> str:
    return "".join(
        (_SIGN[char] if at in kept else "") if char in _SIGN else char for at, char in enumerate(text)
    )


def _reads_as_meant(signed: str, text: str, kept: Set[int]) -> bool:
    source = signed.replace(_CODE * 2, " ").replace(_CODE, "").replace(_PICTURE, "!").replace(_SHOUT, "\\!")
    try:
        lines = [parser().parseInline(part) for part in source.split("\n\n")]
    except Invalid:
        return False
    found = Counter(child.type for tokens in lines for child in tokens[0].children or [])
    meant = Counter(_SIGN[text[at]] for at in kept if text[at] in _OPEN.values())
    return all(found[f"{kind}_open"] == meant[sign] for kind, sign in _KINDS.items())


def _kept(text: str) -> set[int]:
    """Places of the notes that will work as signs."""
    kept: set[int] = set()
    for start, end in sorted(_pairs(text)):
        run = start
        while run > 0 and text[run - 1] in _SIGN:
            run -= 1
        closed = [at for at in range(run, start) if at in kept and text[at] in _CLOSE.values()]
        # One stress may end where another begins; more stars in a row than that nobody can read.
        if len(closed) < 2 and (not closed or not _open_between(text, kept, run, start)):
            kept |= {start, end}
    return kept


def _open_between(text: str, kept: set[int], start: int, end: int) -> bool:
    return any(at in kept and text[at] in _OPEN.values() for at in range(start, end))


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each stress that is not empty, not within its like, within a paragraph and well placed."""
    waiting: list[tuple[str, int, bool]] = []
    for at, char in enumerate(text):
        if char in _OPEN.values():
            waiting.append((_SIGN[char], at, any(other == _SIGN[char] for other, _, _ in waiting)))
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
                yield start, at


def _works(text: str, at: int, *, step: int) -> bool:
    """Whether a sign at `at` will be read as one: `step` points from it to the text it stresses."""
    inner, outer = _neighbour(text, at, step), _neighbour(text, at, -step)
    if inner.isspace() or (_SIGN[text[at]] == "~~" and "~" in {inner, outer}):
        return False
    return is_cjk(inner) or not _is_punct(inner) or outer.isspace() or is_cjk(outer) or _is_punct(outer)


def _neighbour(text: str, at: int, step: int) -> str:
    at += step
    while 0 <= at < len(text) and (text[at] in _SIGN or text[at] == _CODE):
        at += step
    char = text[at] if 0 <= at < len(text) else " "
    return "!" if char in {_PICTURE, _SHOUT} else char


def _is_punct(char: str) -> bool:
    return char in string.punctuation or isPunctChar(char)
