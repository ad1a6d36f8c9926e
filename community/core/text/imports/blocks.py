"""Foreign HTML, block by block, as Markdown. What has no Markdown falls away and its text stays."""

import re

from community.core.text.imports.inline import paragraph
from community.core.text.imports.tree import BLOCKS, Node, parse
from community.core.text.limits import MAX_SOURCE, TooLong

MAX_HTML = 4 * MAX_SOURCE
MAX_DEPTH = 12  # levels of quotes (1 each) and lists (2 each); what lies deeper becomes a paragraph


def html_to_markdown(html: str, *, base: str = "") -> str:
    """Markdown that renders to what `html` (a post body of another forum) showed; no text is lost.

    `base` is the address of the page it came from: relative links and pictures are completed with it.
    Raises TooLong for what could not become a post.
    """
    if len(html) > MAX_HTML:
        raise TooLong(len(html), MAX_HTML)
    return _Converter(base).children(parse(html), 0).strip("\n")


class _Converter:
    def __init__(self, base: str) -> None:
        self.base = base

    def children(self, node: Node, depth: int, *, tight: bool = False) -> str:
        """The children of `node` as blocks with blank lines between, fewer when `tight`."""
        blocks: list[str] = []
        run: list[Node | str] = []
        for child in node.children:
            if isinstance(child, Node) and child.holds_blocks:
                blocks += [paragraph(run, self.base), self.block(child, depth)]
                run = []
            else:
                run.append(child)
        blocks.append(paragraph(run, self.base))
        return _joined([block for block in blocks if block.strip()], tight=tight)

    def block(self, node: Node, depth: int) -> str:
        tag = node.tag
        if depth > MAX_DEPTH:
            return paragraph([" ".join(node.raw().split())], self.base)
        if tag == "hr":
            return "___" if depth else "---"  # "- ---" would be one long rule
        if tag == "pre":
            return _fence(node)
        if tag == "blockquote":
            return self.quote(node, depth)
        if tag in {"ul", "ol", "dl"}:
            return self.list(node, depth)
        if tag == "table":
            return self.table(node, depth)
        if re.fullmatch("h[1-6]", tag):
            title = re.sub("(?<= )(#+)$", r"\\\1", self.line(node))
            return f"{'#' * int(tag[1])} {title}" if title else ""
        return self.children(node, depth)

    def line(self, node: Node) -> str:
        """Everything in `node` on one line."""
        text = self.children(node, MAX_DEPTH + 1) if node.holds_blocks and node.tag not in BLOCKS else ""
        return " ".join((text or paragraph(_without_blocks(node), self.base)).split("\n")).strip()

    def quote(self, node: Node, depth: int) -> str:
        inner = self.children(node, depth + 1)
        if not inner:
            return ""
        if "spoiler" in node.attrs.get("class", "").split():
            return f":::spoiler\n{inner}\n:::"
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))

    def list(self, node: Node, depth: int) -> str:
        start = node.attrs.get("start", "")
        number = int(start) if re.fullmatch(r"[0-9]{1,8}", start) else 1
        loose = False
        items: list[str] = []
        for child in node.children:
            if isinstance(child, str) and not child.strip():
                continue
            item = (
                child
                if isinstance(child, Node) and child.tag in {"li", "dt", "dd"}
                else Node("li", {}, [child])
            )
            spaced = any(isinstance(inside, Node) and inside.tag == "p" for inside in item.children)
            body = self.children(item, depth + 2, tight=not spaced)
            if not body.strip():  # nobody sees it, and "- - -" would be a rule
                number += 1
                continue
            loose = loose or spaced
            mark = f"{number}. " if node.tag == "ol" else "- "
            number += 1
            first, *rest = body.split("\n")
            items.append("\n".join([mark + first, *(" " * len(mark) + line for line in rest)]))
        text = ("\n\n" if loose else "\n").join(items)
        return "\n".join(line.rstrip() for line in text.split("\n"))

    def table(self, node: Node, depth: int) -> str:
        rows = [
            [self.cell(cell) for cell in row.children if isinstance(cell, Node) and cell.tag in {"td", "th"}]
            for row in node.find("tr")
        ]
        width = max((len(row) for row in rows), default=0)
        captions = [self.line(caption) for caption in node.find("caption")]
        if width == 0:
            return _joined(captions) or paragraph([" ".join(node.raw().split())], self.base)
        if not any(rows[0]):
            rows[0] = [" "] * width
        lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
        lines.insert(1, "|" + " --- |" * width)
        return _joined([*captions, "\n".join(lines)])

    def cell(self, node: Node) -> str:
        # The table takes one backslash off, whatever stands before it.
        return self.line(node).replace("|", "\\|")


def _without_blocks(node: Node) -> list[Node | str]:
    """The children with blocks melted: their insides stand in one run, with spaces between."""
    run: list[Node | str] = []
    for child in node.children:
        if isinstance(child, Node) and child.holds_blocks:
            run += [" ", *_without_blocks(child), " "]
        else:
            run.append(child)
    return run


def _joined(blocks: list[str], *, tight: bool = False) -> str:
    text, before = "", ""
    for block in blocks:
        block = _set_apart(block, before)
        close = tight and before and re.match(r"[-*] |1[.)] ", block) and not _is_list(before)
        text += ("" if not text else "\n" if close else "\n\n") + block
        before = block
    return text


def _is_list(block: str) -> bool:
    return re.match(r"[-*] |\d+[.)] ", block) is not None


def _set_apart(block: str, before: str) -> str:
    """A list right after a list would be read as its continuation: give it the other sign."""
    if block.startswith("- ") and before.startswith("- "):
        return re.sub("^-(?= |$)", "*", block, flags=re.MULTILINE)
    if re.match(r"\d+\. ", block) and re.match(r"\d+\. ", before):
        return re.sub(r"^(\d+)\.", r"\1)", block, flags=re.MULTILINE)
    return block


def _fence(node: Node) -> str:
    code = node.raw().strip("\n")
    if not code.strip():
        return ""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{_language(node)}\n{code}\n{ticks}"


def _language(node: Node) -> str:
    for holder in [node, *node.find("code")]:
        for name in holder.attrs.get("class", "").split():
            found = re.fullmatch(r"lang(?:uage)?-([a-z0-9+#]{1,20})", name)
            if found and found[1] not in {"none", "text", "default"}:
                return found[1]
    return ""
