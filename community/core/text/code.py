"""Code in fences: classes for colours, from known languages only, up to a size that stays quick."""

from functools import cache

from django.utils.html import escape
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, _TokenType

MAX_HIGHLIGHTED = 6_000  # characters a text; beyond that code stays plain

# What people write after the fence → the lexer. Others stay plain: no guessing, no surprise modules.
LANGUAGES = {
    "bash": "bash", "sh": "bash", "shell": "bash", "console": "console",
    "c": "c", "cpp": "cpp", "c++": "cpp", "csharp": "csharp", "cs": "csharp",
    "css": "css", "diff": "diff", "patch": "diff", "go": "go", "html": "html", "ini": "ini", "toml": "toml",
    "java": "java", "javascript": "javascript", "js": "javascript", "json": "json",
    "kotlin": "kotlin", "lua": "lua", "php": "php", "python": "python", "py": "python",
    "ruby": "ruby", "rust": "rust", "sql": "sql", "swift": "swift",
    "typescript": "typescript", "ts": "typescript", "xml": "xml", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip

# Few colours, so that code stays calm and pages small. The nearest named ancestor decides.
CLASSES = {
    Token.Comment: "hl-c",
    Token.Comment.Preproc: "hl-k",
    Token.Generic.Deleted: "hl-del",
    Token.Generic.Inserted: "hl-ins",
    Token.Generic.Heading: "hl-k",
    Token.Generic.Subheading: "hl-k",
    Token.Keyword: "hl-k",
    Token.Keyword.Constant: "hl-n",
    Token.Literal.Number: "hl-n",
    Token.Literal.String: "hl-s",
    Token.Name.Attribute: "hl-f",
    Token.Name.Builtin: "hl-f",
    Token.Name.Class: "hl-f",
    Token.Name.Decorator: "hl-f",
    Token.Name.Function: "hl-f",
    Token.Name.Tag: "hl-k",
    Token.Operator.Word: "hl-k",
}


def language(info: str) -> str:
    """The known language a fence names ("" when none)."""
    word = info.strip().split(maxsplit=1)[0].lower() if info.strip() else ""
    return LANGUAGES.get(word, "")


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False, ensurenl=False)


def _class_of(kind: _TokenType) -> str:
    nearest: _TokenType | None = kind
    while nearest is not None:
        if nearest in CLASSES:
            return CLASSES[nearest]
        nearest = nearest.parent
    return ""


def highlighted(code: str, name: str) -> str:
    """HTML of `code` with `hl-*` spans, in the language `name` from LANGUAGES."""
    parts: list[str] = []
    current, run = "", ""
    for kind, value in _lexer(name).get_tokens(code):
        chosen = _class_of(kind)
        if chosen == current:
            run += value
            continue
        parts.append(_span(current, run))
        current, run = chosen, value
    parts.append(_span(current, run))
    return "".join(parts)


def _span(name: str, run: str) -> str:
    if not run:
        return ""
    return f'<span class="{name}">{escape(run)}</span>' if name else escape(run)
