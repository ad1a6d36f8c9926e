"""Our own files in a text: figures, galleries and cards, and nobody else's pictures."""

from collections.abc import Mapping, Sequence

import pytest

from community.core.text import Rendered, ShownFile, keys_in, render
from community.core.text.sanitise import sanitised

ONE, TWO, OTHER, PAPER = "a" * 32, "b" * 32, "c" * 32, "d" * 32


def served(key: str, edge: int) -> str:
    return f"/files/{key[:2]}/{key}-mmmmmmmm-{edge}.webp"


def a_picture(key: str) -> ShownFile:
    sources = ", ".join(f"{served(key, edge)} {edge}w" for edge in (480, 960, 1600))
    return ShownFile(served(key, 1600), served(key, 960), sources, 1600, 1200)


class Files:
    """A drawer with two pictures and a document."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def resolve(self, keys: Sequence[str]) -> Mapping[str, ShownFile]:
        self.asked.append(list(keys))
        document = ShownFile(f"/files/{PAPER}.pdf", label="Manual.pdf", note="PDF · 1.2 MB")
        known = {ONE: a_picture(ONE), TWO: a_picture(TWO), PAPER: document}
        return {key: known[key] for key in keys if key in known}


def shown(source: str) -> Rendered:
    return render(source, shown=Files())


def test_a_picture_alone_is_a_figure_with_its_place_reserved() -> None:
    rendered = shown(f'![My car](/files/{ONE}.webp "At the lake")')

    assert rendered.html.replace("\n", "") == (
        f'<figure class="picture"><a class="picture-open" href="{served(ONE, 1600)}">'
        f'<img src="{served(ONE, 960)}" alt="My car" srcset="{a_picture(ONE).srcset}" '
        'sizes="(min-width: 60rem) 44rem, 100vw" width="1600" height="1200" loading="lazy" decoding="async"></a>'
        "<figcaption>At the lake</figcaption></figure>"
    )
    assert rendered.plain == "My car At the lake"
    assert rendered.files == (ONE,)


@pytest.mark.parametrize("between", ["\n", "\n\n", " "])
def test_pictures_in_a_row_are_a_gallery(between: str) -> None:
    html = shown(f"Before\n\n![a](/files/{ONE}.webp){between}![b](/files/{TWO}.webp)\n\nAfter").html.replace(
        "\n", ""
    )

    assert html.count('<div class="gallery">') == 1
    assert html.count('<figure class="picture">') == 2
    assert "44rem" not in html
    assert html.startswith("<p>Before</p>")
    assert html.endswith("</div><p>After</p>")


def test_words_between_pictures_end_a_gallery() -> None:
    html = shown(f"![a](/files/{ONE}.webp)\n\nthen\n\n![b](/files/{TWO}.webp)").html.replace("\n", "")
    assert "gallery" not in html
    assert html.count("<figure") == 2


def test_a_picture_within_a_sentence_stays_there() -> None:
    html = shown(f"See ![it](/files/{ONE}.webp) here").html.replace("\n", "")
    assert html.startswith('<p>See <a class="picture-open"')
    assert "<figure" not in html


def test_pictures_in_lists_and_quotes_are_set_there() -> None:
    html = shown(f"- ![a](/files/{ONE}.webp)\n- words\n\n> ![b](/files/{TWO}.webp)").html.replace("\n", "")
    assert "<li><figure" in html
    assert "<blockquote><figure" in html
    assert "gallery" not in html


def test_a_picture_inside_a_link_leads_where_the_link_leads() -> None:
    html = shown(f"[![a](/files/{ONE}.webp)](https://example.org/)").html.replace("\n", "")
    assert html.count("<a ") == 1
    assert 'href="https://example.org/"' in html
    assert "<img" in html


@pytest.mark.parametrize(
    ("source", "label"),
    [
        (f"[The manual](/files/{PAPER}.pdf)", "The manual"),
        (f"[](/files/{PAPER}.pdf)", "Manual.pdf"),
        (f"![](/files/{PAPER}.pdf)", "Manual.pdf"),
        (f"![Handbook](/files/{PAPER}.pdf)", "Handbook"),
    ],
)
def test_a_document_is_a_card(source: str, label: str) -> None:
    rendered = shown(source)
    assert rendered.html.replace("\n", "") == (
        f'<p><a class="file-card" href="/files/{PAPER}.pdf">{label}<span class="file-note">PDF · 1.2 MB</span></a></p>'
    )
    assert rendered.plain == label


@pytest.mark.parametrize(
    "address",
    [
        f"/files/{OTHER}.webp",
        f"https://evil.example/files/{ONE}.webp",
        f"//evil.example/files/{ONE}.webp",
        f"/files/{ONE}.webp?x=1",
        f"/files/../files/{ONE}.webp",
        served(ONE, 960),
        "https://example.org/a.png",
    ],
)
def test_what_is_not_in_the_drawer_is_no_picture(address: str) -> None:
    rendered = shown(f"![a]({address})")
    assert "<img" not in rendered.html
    assert rendered.files == ()
    assert "<img" not in render(f"![a](/files/{ONE}.webp)").html


def test_the_drawer_is_asked_once_and_only_when_needed() -> None:
    files = Files()
    render("words and https://example.org/", shown=files)
    assert files.asked == []
    render(f"![a](/files/{ONE}.webp) ![b](/files/{ONE}.webp) [c](/files/{PAPER}.pdf)", shown=files)
    assert files.asked == [[ONE, PAPER]]


def test_what_stands_in_code_names_nothing() -> None:
    rendered = shown(f"`![a](/files/{ONE}.webp)`")
    assert (rendered.files, "<img" in rendered.html) == ((), False)
    assert keys_in(f"![a](/files/{ONE}.webp) ![b](/files/{TWO}.webp) /files/{ONE}.webp") == [ONE, TWO]


def test_cleaning_again_changes_nothing_and_lets_no_foreign_source_through() -> None:
    html = shown(f"![a](/files/{ONE}.webp)\n![b](/files/{TWO}.webp)").html.replace("\n", "")
    assert sanitised(html) == html
    for evil in (
        "https://evil.example/a.webp 480w",
        f"{served(ONE, 480)} 480w, //evil 960w",
        "javascript:x 1w",
    ):
        assert "srcset" not in sanitised(f'<img src="{served(ONE, 960)}" srcset="{evil}" alt="">')
    assert "width" not in sanitised('<img src="/media/a.webp" width="100%" alt="">')
