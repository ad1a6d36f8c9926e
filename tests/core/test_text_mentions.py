"""Who is named by an `@`, in Latin and in Chinese running text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.core.text import render
from community.core.text.mentions import MAX_NAME, MAX_SITES
from tests.core.text_pages import People, html_of, inspect

KNOWN = (
    "Anna",
    "张伟",
    "张伟东",
    "Karl Heinz",
    "O'Brien",
    "foo_bar",
    "qq",
    "阿里·买买提",
    "Anna-Marie",
    "车友2018",
)


def named(source: str) -> tuple[str, ...]:
    return render(source, links=People(*KNOWN)).mentions


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("@Anna", ["Anna"]),
        ("hello @Anna, and you", ["Anna"]),
        ("hello @Anna.", ["Anna"]),
        ("(@Anna)", ["Anna"]),
        ("@Anna's car", ["Anna"]),
        ("谢谢@张伟，收到", ["张伟"]),
        ("谢谢@张伟真厉害", ["张伟"]),
        ("请问@张伟东和@张伟两位", ["张伟东", "张伟"]),
        ("问问@Anna你好", ["Anna"]),
        ("中文@Anna！", ["Anna"]),
        ("感谢@车友2018的分享", ["车友2018"]),
        ("@阿里·买买提 说得对", ["阿里·买买提"]),
        ("@Karl Heinz knows", ["Karl Heinz"]),
        ("@O'Brien's", ["O'Brien"]),
        ("@Anna-Marie and @Anna-Lena", ["Anna-Marie", "Anna"]),
        ("@foo_bar_baz", []),
        ("**@Anna** _@Anna_ ~~@张伟~~", ["Anna", "张伟"]),
        ("> @Anna said", ["Anna"]),
        ("- @Anna", ["Anna"]),
        ("||@Anna||", ["Anna"]),
        ("| a |\n| - |\n| @Anna |", ["Anna"]),
        ("@Anna @Anna @Anna", ["Anna"]),
        ("@张伟:@Anna", ["张伟", "Anna"]),
    ],
)
def test_members_are_found(source: str, names: list[str]) -> None:
    assert list(named(source)) == names


@pytest.mark.parametrize(
    "source",
    [
        "@Nobody",
        "@Annabel",
        "@A",
        "anna@Anna",
        "mail foo.bar@Anna.com or foo@Anna",
        "me_@Anna",
        "联系 me@qq.com",
        "@qq.com",
        "@Anna@example.social",
        "@@Anna",
        r"\@Anna",
        "&#64;Anna",
        "`@Anna`",
        "```\n@Anna\n```",
        "    @Anna",
        "[@Anna](https://example.com)",
        "![@Anna](/media/a.webp)",
        "https://example.com/@Anna",
        "example.com/@Anna",
        "<https://example.com/@Anna>",
        "@ Anna",
        "@_Anna",
        "@",
    ],
)
def test_what_is_no_mention_stays_plain(source: str) -> None:
    assert named(source) == ()
    assert "mention" not in render(source, links=People(*KNOWN)).html


def test_a_mention_links_to_the_person() -> None:
    assert html_of("谢谢@张伟！", "张伟") == '<p>谢谢<a class="mention" href="/members/张伟/">@张伟</a>！</p>'


def test_the_longest_known_name_wins() -> None:
    assert "@张伟东</a>说" in html_of("@张伟东说", "张伟", "张伟东")
    assert "@张伟</a>东说" in html_of("@张伟东说", "张伟")


def test_names_are_asked_for_once_with_every_candidate_and_none_from_code() -> None:
    people = People("Anna")
    render("@Anna 和@张伟东，\n\n> @Karl Heinz\n\n```\n@property\n```\n\n- @Anna", links=people)
    assert len(people.asked) == 1
    asked = people.asked[0]
    assert len(asked) == len(set(asked))
    assert {"Anna", "张伟", "张伟东", "Karl", "Karl Heinz"} <= set(asked)
    assert "property" not in asked
    assert all(2 <= len(name) <= MAX_NAME for name in asked)


def test_a_text_without_names_asks_nobody() -> None:
    people = People("Anna")
    render("plain, and mail a@b.example", links=people)
    assert people.asked == []


def test_without_a_resolver_names_stay_plain() -> None:
    assert render("@Anna").html == "<p>@Anna</p>\n"


def test_names_inside_a_quoted_post_are_linked_but_not_told() -> None:
    result = render("> [!quote 7 张伟]\n> @Anna look\n\n@张伟 thanks", links=People("Anna", "张伟"))
    assert result.mentions == ("张伟",)
    assert '<a class="mention" href="/members/Anna/">@Anna</a>' in result.html


def test_a_flood_of_names_is_asked_about_only_so_far() -> None:
    people = People("Anna")
    render(" ".join(f"@member{n:04}" for n in range(2_000)), links=people)
    assert len(people.asked[0]) <= MAX_SITES * MAX_NAME


def test_a_resolver_cannot_smuggle_markup_or_script() -> None:
    people = People()
    people.names = {"Anna": 'javascript:alert(1)//"><script>'}
    html = render("@Anna", links=people).html
    assert inspect(html).faults == []
    assert "javascript" not in html


@given(st.text(alphabet="@AnaKrl Hez张伟东_-.'·/*`|[]()\n\\", max_size=60))
def test_any_text_mentions_only_members(source: str) -> None:
    result = render(source, links=People(*KNOWN))
    assert set(result.mentions) <= set(KNOWN)
    assert all(f"@{name}" in source for name in result.mentions)
    assert inspect(result.html).faults == []
