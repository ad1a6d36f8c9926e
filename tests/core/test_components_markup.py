"""Components as pages use them: escaping, states, forms, the shell and the error pages."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.utils import translation

from community.core.gallery.samples import samples

ROOT = Path(__file__).resolve().parents[2]
SPRITE = (ROOT / "static/icons/sprite.svg").read_text()
NAUGHTY = "<script>alert(1)</script>\"'"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def shown():
    return samples("en", "t")


def test_every_icon_the_templates_name_is_in_the_sprite():
    known = set(re.findall(r'<symbol id="i-([\w-]+)"', SPRITE))
    wanted = {
        (name, path.name)
        for folder in ("community", "forum", "polls", "activity")
        for path in (ROOT / folder).rglob("*.html")
        for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())
    }
    assert {pair for pair in wanted if pair[0] not in known} == set()


def test_no_template_carries_inline_script_or_style():
    offenders = [
        str(path.relative_to(ROOT))
        for folder in ("community", "forum", "polls")
        for path in (ROOT / folder).rglob("*.html")
        if "wagtailadmin" not in path.parts
        and re.search(
            r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*(src=|application/(ld\+)?json))", path.read_text()
        )
    ]
    assert offenders == []


def test_a_row_shows_texts_as_they_were_typed(shown):
    thread = shown["threads"][4]
    thread.title = thread.board.title = thread.last_poster.name = thread.pin_reason = NAUGHTY
    thread.tag_list = [['"><b>', NAUGHTY]]
    thread.is_pinned = True
    row = render_to_string("components/thread_row.html", {"thread": thread, "show_board": True})
    assert "<script" not in row
    assert '"><b>' not in row
    assert row.count("&lt;script&gt;") >= 5


def test_a_row_says_what_is_new_and_links_to_it(shown):
    row = render_to_string("components/thread_row.html", {"thread": shown["threads"][1]})
    assert "?unread=1" in row
    assert "3 new" in row
    read = render_to_string("components/thread_row.html", {"thread": shown["threads"][2]})
    assert "row-read" in read
    assert "?unread=1" not in read


def test_a_row_takes_only_headings_for_a_heading(shown):
    row = render_to_string("components/thread_row.html", {"thread": shown["threads"][1], "heading": "script"})
    assert '<h3 class="row-title' in row


def test_a_post_shows_names_and_notes_as_they_were_typed(shown):
    post = shown["posts"][2]
    post.author.name = post.author.headline = post.reply_to.author.name = NAUGHTY
    post.author.get_absolute_url = '/members/"x"/'
    page = render_to_string("components/post.html", {"post": post, "thread": shown["thread"]})
    assert "<script" not in page
    assert '/"x"/' not in page


def test_the_words_of_a_hidden_post_are_only_shown_on_purpose(shown):
    hidden = shown["posts"][3]
    context = {"post": hidden, "thread": shown["thread"]}
    assert "4.2" not in render_to_string("components/post.html", context)
    page = render_to_string("components/post.html", context | {"shown": True})
    assert "4.2" in page
    assert "advertising" in page


def test_a_removed_post_stays_hidden_even_when_asked_for(shown):
    for gone in (post for post in shown["posts"] if post.state in ("removed", "moved", "purged")):
        gone.html = "<p>secret words</p>"
        page = render_to_string(
            "components/post.html", {"post": gone, "thread": shown["thread"], "shown": True}
        )
        assert "secret" not in page
        assert "tombstone" in page


def test_the_accepted_answer_and_the_asker_are_marked(shown):
    context = {"thread": shown["thread"]}
    assert "flag-ans" in render_to_string("components/post.html", context | {"post": shown["answer"]})
    own = shown["posts"][0]
    own.number = 9
    assert "asked this" in render_to_string("components/post.html", context | {"post": own})


class Form(forms.Form):
    name = forms.CharField(help_text="As others see it")
    why = forms.CharField(required=False)
    agree = forms.BooleanField()
    way = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    lane = forms.ChoiceField(choices=[("ask", "Question"), ("chat", NAUGHTY)], widget=forms.RadioSelect)
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def test_fields_tie_help_and_errors_to_their_widget():
    page = str(Form({"name": "", "key": "k"}))
    assert re.search(r'<input[^>]*name="name"[^>]*aria-invalid="true"', page)
    described = re.search(r'<input[^>]*name="name"[^>]*aria-describedby="([^"]+)"', page)
    assert described
    for target in described[1].split():
        assert f'id="{target}"' in page
    assert page.count(">optional<") == 1
    assert '<input type="hidden" name="key" value="k"' in page


def test_choices_are_groups_with_a_legend():
    page = str(Form())
    assert page.count("<fieldset") == 2
    assert '<label class="lane-opt" for="id_lane_0">' in page
    assert "<script" not in page


def test_errors_of_the_whole_form_stand_on_top():
    form = Form({"name": "x"})
    form.add_error(None, NAUGHTY)
    page = str(form)
    assert page.strip().startswith('<section class="problems"')
    assert "<script" not in page


def test_cotton_components_escape_what_they_are_given():
    page = render_to_string("components/empty.html", {"title": NAUGHTY, "slot": ""})
    assert "<script" not in page


@pytest.mark.django_db
def test_a_lost_page_helps(client: Client):
    answer = client.get("/threads/no-such/heat-pump/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert 'value="heat pump"' in page
    assert 'action="/search/"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_shell_speaks_the_readers_language_and_offers_the_other(client: Client, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get("/nothing-here/").content.decode()
    assert f'<html lang="{language}" dir="ltr"' in page
    assert f'name="language" value="{"zh-hans" if language == "en" else "en"}"' in page
    assert page.index('class="skip"') < page.index("<header")


def test_the_500_page_needs_nothing():
    page = render_to_string("500.html")
    assert "{%" not in page
    assert "出了点问题" in page
    assert "dist/app.css" in page


def test_a_refusal_says_why_as_page_and_as_fragment(rf):
    request = rf.get("/x/")
    request.user = SimpleNamespace(is_authenticated=False)
    context = {"reason": NAUGHTY, "code": "rate", "status": 429}
    fragment = render_to_string("errors/refused.html#fragment", context, request)
    assert fragment.startswith('<div class="notice notice-bad" role="alert">')
    assert "<script" not in fragment


@pytest.mark.django_db
def test_the_gallery_is_absent_for_guests_of_a_real_site(client: Client):
    with override_settings(DEBUG=False, DEMO=False):
        assert client.get("/gallery/").status_code == 404


@pytest.mark.django_db
def test_the_gallery_shows_every_component_four_times(client: Client):
    with override_settings(DEMO=True):
        page = client.get("/gallery/").content.decode()
    assert page.count('class="half half-light"') == page.count('class="half half-dark"')
    assert page.count('class="gallery-item"') * 2 == page.count('class="half half-light"')
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
