"""Words that somebody wrote elsewhere, set into Markdown so that they read as they are and do nothing."""

import re

from community.core.text.characters import clean_source

# Signs that format, link, name somebody or begin a block. A point or a colon counts within a word: there it may make
# an address. Dashes and the like only begin blocks, so they are harmless anywhere but in front.
_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~@&]|[.:/](?=\S)|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def literal(text: str) -> str:
    """The text in one line, with every sign escaped that Markdown would take for more than itself."""
    return _SIGNS.sub(r"\\\g<0>", " ".join(clean_source(text).split()))


def read_plainly(source: str) -> str:
    """Markdown as a person reads it where it is shown unformatted: its escapes are the signs that they stand for."""
    return _ESCAPED.sub(r"\1", source)
