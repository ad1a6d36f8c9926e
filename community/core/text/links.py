"""Where links may lead, how bare addresses become links, and which pictures are shown."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from markdown_it.main import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from community.core.text import files
from community.core.text.characters import CJK_MARKS, is_cjk_letter
from community.core.text.files import ShownFile

SCHEMES = frozenset({"http", "https", "mailto"})
REL = "nofollow ugc noopener"
MAX_URL = 2_000

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_BARE_START = r"(?<![A-Za-z0-9.@/:+-])(?:https?://|www\.)(?=[A-Za-z0-9])"
# No brackets, quotes or full-width punctuation in a bare address: they belong to the sentence around it.
_LABEL = "[A-Za-z0-9-]{1,63}"
_BARE = re.compile(
    rf"{_BARE_START}((?:{_LABEL}\.)*{_LABEL}\.{_LABEL})(:\d{{1,5}})?([/?#][^\s<>\[\]\"“”‘’…`|\\^{{}}{CJK_MARKS}]{{0,{MAX_URL}}})?",
    re.IGNORECASE,
)
_MEDIA_NAME = re.compile(r"(?:[A-Za-z0-9_-]+/)*[A-Za-z0-9_-]+(?:\.[A-Za-z0-9]{1,5})?")


def may_link(url: str) -> bool:
    """True for web and mail addresses and for places within this site."""
    scheme = _SCHEME.match(url)
    return scheme is None or scheme.group()[:-1].lower() in SCHEMES


def is_own(url: str) -> bool:
    """True for a path, query or anchor on this site."""
    return not _SCHEME.match(url) and not url.startswith(("//", "/\\", "\\"))


def is_own_picture(url: str) -> bool:
    """True for a file under the media address: something we re-encoded ourselves."""
    root = settings.MEDIA_URL
    return bool(root) and url.startswith(root) and _MEDIA_NAME.fullmatch(url[len(root) :]) is not None


def short_address(url: str, limit: int = 48) -> str:
    """An address as a person would say it: host and path without scheme, cut to `limit` characters."""
    try:
        parts = urlsplit(url)
        said = (parts.netloc.removeprefix("www.") + parts.path).rstrip("/") or url
    except ValueError:
        said = url
    return said if len(said) <= limit else said[: limit - 1] + "…"


def _bare_end(src: str, found: re.Match[str]) -> int:
    """Where the address in `found` ends, once the sentence's own punctuation and words are left out."""
    tail_start, end = found.start(3), found.end()
    if tail_start >= 0:
        for index in range(tail_start + 1, end):
            # Chinese may follow an address without a space; inside one it begins a path segment or a value.
            if is_cjk_letter(src[index]) and not (
                src[index - 1] in "/=_+#%" or is_cjk_letter(src[index - 1])
            ):
                end = index
                break
    opened = closed = 0
    for char in src[found.start() : end]:
        opened += char == "("
        closed += char == ")"
    while end > found.start():
        last = src[end - 1]
        if last == ")" and closed > opened:
            closed -= 1
        elif last not in ".,:;!?'*_~-&(":
            break
        else:
            opened -= last == "("
        end -= 1
    return end


def _bare_address(state: StateInline, silent: bool) -> bool:
    """Inline rule: https://… and www.… as people type them."""
    if state.linkLevel > 0 or state.src[state.pos] not in "hHwW":
        return False
    found = _BARE.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    end = _bare_end(state.src, found)
    typed = state.src[state.pos : end]
    state.pos = end
    if found.end() - found.start() > MAX_URL:  # words, in one piece: no start within it is tried again
        if not silent:
            state.append_pending(typed)
        return True
    href = state.md.normalizeLink(typed if "://" in typed else f"https://{typed}")
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = typed
        state.push("link_close", "a", -1)
    return True


def bare_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each stretch of `text` that would become a link by itself."""
    for found in _BARE.finditer(text):
        yield found.start(), _bare_end(text, found)


def settle_links(children: list[Token], shown: Mapping[str, ShownFile]) -> list[Token]:
    """Inline tokens with links marked as strangers' or ours, foreign pictures turned into links, our files shown."""
    settled: list[Token] = []
    inside_link = False
    card: tuple[int, str, ShownFile] | None = None  # where the link to a document began
    for token in children:
        if token.type == "link_open":
            inside_link = True
            address = str(token.attrs.get("href", ""))
            file = shown.get(files.key_of(address))
            card = (len(settled), address, file) if file and not file.is_picture else None
            href = str(token.attrs.get("href", ""))
            if not is_own(href) and token.meta.get("mention") is None:
                token.attrs["rel"] = REL
        elif token.type == "link_close":
            inside_link = False
            if card:
                begin, address, file = card
                settled[begin:] = files.document(settled[begin + 1 :], file, address)
                card = None
                continue
        elif token.type == "image":
            file = shown.get(files.key_of(str(token.attrs.get("src", ""))))
            settled.extend(
                _shown(token, file, inside_link=inside_link)
                if file
                else _picture(token, inside_link=inside_link)
            )
            continue
        settled.append(token)
    return settled


def _shown(token: Token, file: ShownFile, *, inside_link: bool) -> list[Token]:
    if file.is_picture:
        return [files.picture_alone(token, file)] if inside_link else files.picture(token, file)
    words = Token("text", "", 0)
    words.content = " ".join(picture_words(token).split()) or file.label
    return [words] if inside_link else files.document([words], file, str(token.attrs.get("src", "")))


def _picture(token: Token, *, inside_link: bool) -> list[Token]:
    src = str(token.attrs.get("src", ""))
    if is_own_picture(src):
        token.attrs |= {"loading": "lazy", "decoding": "async"}
        return [token]
    words = Token("text", "", 0)
    is_file = bool(files.key_of(src))
    words.content = " ".join(picture_words(token).split()) or ("…" if is_file else short_address(src))
    if inside_link or not src or is_file:  # a file that may not stand here, or is gone, leads nowhere
        return [words]
    opening = Token("link_open", "a", 1)
    opening.attrs = {"class": "picture-link", "href": src}
    if not is_own(src):
        opening.attrs["rel"] = REL
    return [opening, words, Token("link_close", "a", -1)]


def picture_words(token: Token) -> str:
    """The alternative text of an image token."""
    parts = []
    for child in token.children or []:
        if child.type in {"text", "code_inline", "text_special"}:
            parts.append(child.content)
        elif child.type == "image":
            parts.append(picture_words(child))
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
    return "".join(parts)


def install(md: MarkdownIt) -> None:
    """Teach `md` our links, and where they may lead."""
    md.inline.ruler.before("text", "bare_address", _bare_address)
    # The plain-text rule runs on to the next sign that a rule waits for, or to an address.
    md.inline.terminator_re = re.compile(rf"[\n!&*<@\[\\\]_`|~]|(?i:{_BARE_START})")
    md.validateLink = may_link  # type: ignore[method-assign]
