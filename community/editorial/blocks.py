"""What an article is built from. Each block has its own template, so a page joins finished pieces."""

from __future__ import annotations

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from community.editorial.richtext import FEATURES, clean, plain


class ParagraphBlock(blocks.RichTextBlock):
    """Text with bold, italic, links and lists. Rendered through the allowlist, never as stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(features=FEATURES, **kwargs)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["html"] = clean(value.source)
        return context

    class Meta:
        icon = "pilcrow"
        label = _("Paragraph")
        template = "editorial/blocks/paragraph.html"
        preview_value = "<p>Words, with <b>weight</b> where it counts.</p>"
        description = _("Running text with bold, italic, links and lists.")


class HeadingBlock(blocks.CharBlock):
    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["anchor"] = slugify(str(value), allow_unicode=True)
        return context

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "editorial/blocks/heading.html"
        preview_value = "What we measured"
        description = _("A heading inside the article. Readers can link to it.")


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quotation"), max_length=600)
    source = blocks.CharBlock(label=_("Who said it"), max_length=120, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "editorial/blocks/quote.html"
        preview_value = {"text": "It simply starts, every morning.", "source": "An owner, after four winters"}
        description = _("Somebody's own words, set apart.")


class FigureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=300, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "editorial/blocks/figure.html"
        description = _("A picture with a description for people who cannot see it, and a caption.")


class BodyBlock(blocks.StreamBlock):
    paragraph = ParagraphBlock()
    heading = HeadingBlock(max_length=120)
    quote = QuoteBlock()
    figure = FigureBlock()


def body_text(value: Any) -> str:
    """The words of a body, blocks joined by spaces."""
    words: list[str] = []
    for block in value:
        match block.block_type:
            case "paragraph":
                words.append(plain(block.value.source))
            case "heading":
                words.append(str(block.value))
            case "quote":
                words.extend((str(block.value["text"]), str(block.value["source"] or "")))
            case "figure":
                words.append(str(block.value["caption"] or ""))
    return " ".join(word for word in words if word)
