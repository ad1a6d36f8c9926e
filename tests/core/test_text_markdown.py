"""What people may write, and what it becomes."""

import pytest

from community.core.text import RENDERER_VERSION, needs_render, render
from tests.core.text_pages import html_of


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        ("words", "<p>words</p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("**bold** *soft* ~~gone~~", "<p><strong>bold</strong> <em>soft</em> <s>gone</s></p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("- [ ] to do\n- [x] done", '<ul><li class="task">☐ to do</li><li class="task">☑ done</li></ul>'),
        ("---", "<hr>"),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        ("<b>raw</b> & <i>", "<p>&lt;b&gt;raw&lt;/b&gt; &amp; &lt;i&gt;</p>"),
        ("&copy; &amp; &nosuch;", "<p>© &amp; &amp;nosuch;</p>"),
        (r"\*not soft\*", "<p>*not soft*</p>"),
    ],
)
def test_markdown(source: str, html: str) -> None:
    assert html_of(source) == html


def test_headings_stay_below_the_pages_own() -> None:
    html = html_of("# a\n## b\n### c\n#### d\n###### f\n\ng\n===")
    assert html == "<h3>a</h3><h4>b</h4><h5>c</h5><h5>d</h5><h5>f</h5><h3>g</h3>"


def test_a_table_scrolls_in_its_own_box_and_aligns_by_class() -> None:
    html = html_of("| a | b | c |\n| :- | -: | :-: |\n| 1 | **2** | x\\|y |")
    assert html.startswith(
        '<div class="table-scroll" tabindex="0"><table><thead><tr><th class="to-left">a</th>'
    )
    assert '<td class="to-right"><strong>2</strong></td><td class="to-center">x|y</td>' in html
    assert "style" not in html


# ---- Chinese ----


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**中文：**后面", "<strong>中文：</strong>后面"),
        ("前面**（重点）**后面", "前面<strong>（重点）</strong>后面"),
        ("他说**“你好”**。", "他说<strong>“你好”</strong>。"),
        ("*注意！*先预热", "<em>注意！</em>先预热"),
        ("~~旧价：~~新价", "<s>旧价：</s>新价"),
        ("**一**、**二**和**三**", "<strong>一</strong>、<strong>二</strong>和<strong>三</strong>"),
        ("续航**Aurora E**实测", "续航<strong>Aurora E</strong>实测"),
        ("**《手册》**第3页", "<strong>《手册》</strong>第3页"),
        ("**注意：**后面**再来：**最后", "<strong>注意：</strong>后面<strong>再来：</strong>最后"),
        ("한국어**(강조)**입니다", "한국어<strong>(강조)</strong>입니다"),
        ("a**“b”**c", "a**“b”**c"),  # Latin neighbours: as CommonMark has it
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("变量foo_bar_baz名", "变量foo_bar_baz名"),
        ("_中文_", "<em>中文</em>"),
    ],
)
def test_emphasis_needs_no_spaces_in_chinese(source: str, html: str) -> None:
    assert html_of(source) == f"<p>{html}</p>"


def test_full_width_indent_is_no_code() -> None:
    assert html_of("　　第一段\n\n　　第二段") == "<p>第一段</p><p>第二段</p>"


# ---- code ----


def test_known_languages_get_classes_and_no_styles() -> None:
    html = html_of('```python\ndef f(x):  # why\n    return "<hi>"\n```')
    assert '<pre class="code" tabindex="0"><code class="language-python">' in html
    assert '<span class="hl-k">def</span> <span class="hl-f">f</span>(x):' in html
    assert '<span class="hl-c"># why</span>' in html
    assert "&lt;hi&gt;" in html
    assert "style" not in html


@pytest.mark.parametrize("info", ["", "brainfuck", "python;evil", '"onload=', "../../etc", "text"])
def test_other_languages_stay_plain(info: str) -> None:
    assert html_of(f"```{info}\na < b\n```") == '<pre class="code" tabindex="0"><code>a &lt; b⏎</code></pre>'


def test_aliases_name_the_language() -> None:
    assert 'class="language-javascript"' in html_of("```JS extra\nlet x\n```")


def test_long_code_stays_plain_and_whole() -> None:
    code = "x = 1  # one\n" * 600
    html = render(f"```python\n{code}```").html
    assert "hl-" not in html
    assert html.count("# one") == 600


def test_the_colour_budget_is_one_for_all_blocks() -> None:
    block = "```python\n" + "x = 1\n" * 600 + "```\n\n"
    first, second = render(block * 2).html.split("</pre>")[:2]
    assert "hl-" in first
    assert "hl-" not in second


def test_nothing_is_formatted_in_code() -> None:
    assert html_of("```\n**a** @Anna ||b|| https://x.org\n```").endswith(
        "**a** @Anna ||b|| https://x.org⏎</code></pre>"
    )
    assert html_of("    **a**\n").startswith('<pre class="code" tabindex="0"><code>**a**')


# ---- versions ----


def test_a_text_remembers_the_rules_it_was_rendered_by() -> None:
    assert render("x").version == RENDERER_VERSION
    assert not needs_render(RENDERER_VERSION)
    assert needs_render(RENDERER_VERSION - 1)
    assert needs_render(0)


def test_the_html_is_marked_safe() -> None:
    assert hasattr(render("x").html, "__html__")
