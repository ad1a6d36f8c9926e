"""Editors' text: what was stored, however it came there, is harmless where it is shown."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from community.editorial.blocks import body_text
from community.editorial.models import ArticlePage
from community.editorial.richtext import FEATURES, clean, plain
from tests.builders.editorial import an_article

VECTORS = [
    "<script>alert(1)</script>",
    "<p onclick=alert(1)>x</p>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" jAvAsCrIpT&colon;alert(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    '<a href="vbscript:x" style="position:fixed">x</a>',
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<embed embedtype="image" id="1" alt="&quot; onerror=alert(1) x=&quot;" format="left"/>',
    '<embed embedtype="media" url="https://evil.example/x"/>',
    '<a linktype="page" id="99999999" onmouseover="alert(1)">x</a>',
    "<style>body{display:none}</style>",
    "<template><img src=x onerror=alert(1)></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form action=//evil.example><input name=q></form>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
]
ALLOWED = re.compile(r"</?(?:p|br|b|strong|i|em|a|ol|ul|li)(?: (?:href|rel)=\"[^\"]*\")*>")


def only_allowed(html: str) -> bool:
    return "<" not in ALLOWED.sub("", html)


@pytest.mark.django_db
@pytest.mark.parametrize("vector", VECTORS)
def test_hostile_html_is_cut_down_to_the_allowlist(vector: str) -> None:
    shown = clean(f"<p>before {vector} after</p>")
    assert only_allowed(shown), shown
    assert not re.search(
        r"(?:javascript|vbscript|data):|\bon\w+=|alert\(1\)[^<]*</script", shown, re.IGNORECASE
    )
    assert "before" in shown


@pytest.mark.django_db
@pytest.mark.parametrize("vector", VECTORS)
def test_hostile_html_in_the_database_is_harmless_on_the_page(client: Client, vector: str) -> None:
    article = an_article()
    body = json.dumps(
        [
            {"type": "paragraph", "value": f"<p>before {vector} after</p>"},
            {"type": "heading", "value": vector},
        ]
    )
    ArticlePage.objects.filter(pk=article.pk).update(body=body)
    page = client.get(article.url).content.decode()
    prose = page[page.index('<div class="prose">') : page.index("</article>")]
    prose = re.sub(r'</?(?:div|h2)(?: (?:class|id)="[^"]*")*>', "", prose)
    assert only_allowed(prose), prose


@pytest.mark.django_db
def test_what_editors_may_write_survives() -> None:
    written = '<p>A <b>b</b> <i>i</i> <a href="https://example.org/?a=1&amp;b=2">l</a></p><ul><li>x</li></ul><ol><li>y</li></ol>'
    assert clean(written) == written.replace('b=2">', 'b=2" rel="noopener">')


def test_the_editor_offers_no_more_than_the_page_shows() -> None:
    assert set(FEATURES) == {"bold", "italic", "link", "ol", "ul"}


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("<ul><li>a</li><li>b</li></ul>", "a b"),
        ("<p>5 &lt; 6 &amp; 7</p>", "5 < 6 & 7"),
        ("<p>x<br/>y</p>", "x y"),
        ("<p>x<script>alert(1)</script></p>", "x"),
    ],
)
def test_words_alone(html: str, words: str) -> None:
    assert plain(html) == words


@pytest.mark.django_db
def test_a_body_says_all_its_words() -> None:
    assert body_text(an_article().body) == (
        "What we measured Six cars, one cold morning, the same road. It simply starts. An owner"
    )
