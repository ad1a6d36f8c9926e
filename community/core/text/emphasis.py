"""Emphasis that works in Chinese, where no space stands between a mark and the next word.

CommonMark decides whether `**` opens or closes by asking for spaces around punctuation, so that
`**注意：**后面` stays plain. Here a Chinese neighbour counts as the space that its typesetting leaves out,
and Chinese punctuation counts as Chinese before it counts as punctuation.
"""

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.main import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from community.core.text.characters import is_cjk


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Whether the run of marks at `start` may open and may close."""
        marker = self.src[start]
        end = start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "

        before_space, after_space = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        before_cjk, after_cjk = is_cjk(before), is_cjk(after)
        before_punct = not before_cjk and _is_punct(before)
        after_punct = not after_cjk and _is_punct(after)

        left = not after_space and (not after_punct or before_space or before_punct or before_cjk)
        right = not before_space and (not before_punct or after_space or after_punct or after_cjk)
        if canSplitWord:
            return Scanned(left, right, end - start)
        # `_` stays literal inside words; a Chinese neighbour is no part of a Latin word.
        before_edge = before_punct or (before_cjk and _is_punct(before))
        after_edge = after_punct or (after_cjk and _is_punct(after))
        return Scanned(left and (not right or before_edge), right and (not left or after_edge), end - start)


def _is_punct(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


class InlineParser(ParserInline):
    """The inline parser with our idea of what may open and close."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens
