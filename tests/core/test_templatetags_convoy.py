"""The tags every page uses."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Engine, Template
from django.test import RequestFactory
from django.urls import NoReverseMatch
from django.utils import translation

from community.core import clock
from community.core.pagination import numbered

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
NAUGHTY = "<img src=x onerror=alert(1)>\"'&"


@pytest.fixture(autouse=True)
def _frozen():
    with clock.frozen(NOW), translation.override("en"):
        yield


def draw(source: str, **context) -> str:
    return Template(source).render(Context(context))


def member(**fields):
    plain = {"name": "Anna Kuhn", "role": "member", "is_staff_role": False, "avatar": ""}
    return SimpleNamespace(**(plain | fields))


def request(path: str = "/", **cookies):
    made = RequestFactory().get(path)
    made.COOKIES |= cookies
    made.user = AnonymousUser()
    return made


def test_icon_is_decoration_without_a_label_and_named_with_one():
    assert 'aria-hidden="true"' in draw('{% icon "search" %}')
    named = draw('{% icon "lock" "s" label %}', label=NAUGHTY)
    assert 'role="img"' in named
    assert "<img" not in named
    assert "icon-s" in named


def test_avatar_shows_initials_safely_and_staff_squarely():
    assert ">AK<" in draw("{% avatar who %}", who=member())
    assert "avatar-staff" in draw("{% avatar who %}", who=member(is_staff_role=True))
    assert "<img" not in draw("{% avatar who %}", who=member(name="<i onclick=x>"))


def test_avatar_shows_the_members_picture_with_its_size():
    shown = draw('{% avatar who "l" %}', who=member(avatar_url='/media/a".webp'))
    assert 'src="/media/a&quot;.webp"' in shown
    assert 'width="88" height="88"' in shown


@pytest.mark.parametrize("role", ["partner", "editor", "moderator", "admin"])
def test_who_speaks_for_the_brand_is_labelled(role):
    assert "role-staff" in draw("{% role_badge who %}", who=member(role=role))


def test_a_plain_member_has_no_badge():
    assert draw("{% role_badge who %}", who=member()) == ""


def test_owner_marks_name_imported_and_demo_members():
    assert "Imported" in draw("{% owner_marks who %}", who=member(is_imported=True))
    assert "Demo member" in draw("{% owner_marks who %}", who=member(is_demo=True))
    assert draw("{% owner_marks who %}", who=member()) == ""


def test_times_carry_the_moment_for_machines():
    shown = draw("{% time_ago at %}", at=NOW.replace(minute=24))
    assert re.match(
        r'<time datetime="2026-11-23T14:24:00\+00:00" title="today 14:24" data-ago>6 min ago<', shown
    )
    assert "data-ago" not in draw("{% time_when at %}", at=NOW)
    assert draw("{% time_ago at %}{% time_when at %}", at=None) == ""


def test_query_with_changes_one_parameter_and_keeps_the_rest():
    context = {"request": request("/boards/x/?lane=ask&page=3&tag=a&tag=b")}
    assert draw("{% query_with lane='tell' page=None %}", **context) == "?lane=tell&amp;tag=a&amp;tag=b"
    assert draw("{% query_with sort='' %}", request=request("/x/?sort=new")) == "?"


def test_a_pager_keeps_the_rest_of_the_query_and_leaves_the_first_page_bare():
    page = numbered(60, 2, 20)
    shown = draw("{% pager page %}", page=page, request=request("/x/?page=2&lane=ask"))
    assert re.findall(r'href="(\?[^"]*)"', shown) == [
        "?lane=ask",
        "?lane=ask",
        "?page=2&amp;lane=ask",
        "?page=3&amp;lane=ask",
        "?page=3&amp;lane=ask",
    ]
    assert shown.count('aria-current="page"') == 1 and 'aria-label="Pages"' in shown
    shown = draw(
        "{% pager page param='p' label=label note=note %}",
        page=page,
        request=request("/x/"),
        label="<a",
        note="<b",
    )
    assert re.findall(r'href="(\?[^"]*)"', shown)[-1] == "?p=3"
    assert 'aria-label="&lt;a"' in shown and "&lt;b" in shown
    assert draw("{% pager page %}", page=numbered(3, 1, 20), request=request("/x/")) == ""


def test_a_road_shows_texts_as_they_were_typed():
    stops = [{"kind": "", "text": "<i>", "url": '/"', "at": NOW, "gap": 2}, {"kind": "here", "text": "<b>"}]
    shown = draw("{% route stops title %}", stops=stops, title="<u>")
    assert (
        "&lt;i&gt;" in shown and "&lt;b&gt;" in shown and "&lt;u&gt;" in shown and 'href="/&quot;"' in shown
    )
    assert 'data-gap="2"' in shown and '<li class="at">' in shown and "data-when" in shown


def test_nonempty_keeps_what_says_something():
    assert draw("{% nonempty a b c as parts %}{{ parts|join:'+' }}", a="x", b=" ", c=0) == "x+0"


@pytest.mark.parametrize(
    ("cookie", "account", "shown"),
    [
        ("", "", ""),
        ("", "dark", "dark"),
        ("light", "dark", "light"),
        ("system", "dark", ""),
        ("<script>", "", ""),
    ],
)
def test_this_devices_colours_come_before_the_accounts(cookie, account, shown):
    made = request(theme=cookie)
    made.user = SimpleNamespace(theme=account)
    assert draw("{% html_theme %}", request=made) == shown


@pytest.mark.parametrize(
    ("path", "here"),
    [("/", "home"), ("/threads/1/x/", "boards"), ("/unread/", "latest"), ("/search/", "search"), ("/x/", "")],
)
def test_section_follows_the_address(path, here):
    assert draw("{% section %}", request=request(path)) == here


def test_a_view_may_say_which_section_it_is():
    assert draw("{% section %}", request=request("/"), here="staff") == "staff"


def test_script_words_are_a_data_block_that_cannot_be_left():
    block = draw("{% js_words %}")
    assert block.startswith('<script type="application/json" id="words">')
    assert block.count("<") == 2
    words = json.loads(block[block.index(">") + 1 : block.rindex("<")])
    assert words["minutes"] == "{n} min ago"
    assert all(words.values())


def test_reactions_send_none_to_take_back():
    post = SimpleNamespace(reactions={"useful": 2, "wow": 1}, my_reaction="useful")
    kinds = [("useful", "Useful"), ("same", NAUGHTY), ("wow", "Surprising"), ("funny", "Funny")]
    bar = draw("{% reaction_bar post kinds '/r/?a=1&b' %}", post=post, kinds=kinds)
    assert 'value="none" aria-pressed="true" data-react="useful"' in bar
    assert 'formaction="/r/?a=1&amp;b"' in bar
    assert "<img" not in bar
    front, behind = bar.split("<details")
    assert "Surprising" in front
    assert "Funny" in behind


def test_without_an_address_reactions_are_only_counted():
    post = SimpleNamespace(reactions={"useful": 2}, my_reaction=None)
    bar = draw("{% reaction_bar post kinds '' %}", post=post, kinds=[("useful", "Useful"), ("wow", "Wow")])
    assert "<button" not in bar
    assert "Useful</span> 2" in bar
    assert "Wow" not in bar


@pytest.mark.parametrize(
    "source",
    [
        "{% url 'forum:boards' %}",
        "{% url 'forum:thread_feed' 7 %}",
        "{% url 'forum:thread' 7 'a&b' %}",
        "{% url 'forum:board' slug=board %}",
        "{% url 'forum:thread_feed' pk as here %}[{{ here }}]",
        "{% url 'forum:thread_feed' nothing as here %}[{{ here }}]",
        "{% url 'nowhere' as here %}[{{ here }}]",
    ],
)
def test_an_address_is_what_django_makes_it(source):
    plain = Engine(builtins=[])
    told = {"board": "winter", "pk": 12}
    assert draw(source, **told) == plain.from_string(source).render(Context(told))


def test_an_address_that_is_not_there_is_an_error_as_ever():
    for source in (
        "{% url 'nowhere' %}",
        "{% url 'forum:boards' 7 %}",
        "{% url 'forum:thread_feed' nothing %}",
    ):
        with pytest.raises(NoReverseMatch):
            draw(source)
