"""The brand: what may be saved, what pages make of it, and that it reaches them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from PIL import Image
from wagtail.models import Site

from community.core.access import Invalid
from community.editorial import brand
from community.editorial.models import BrandSettings, TitleFace
from community.members.names import clean_name
from tests.builders.editorial import a_picture

pytestmark = pytest.mark.django_db


def save(**values: Any) -> BrandSettings:
    row = BrandSettings.for_site(Site.objects.get(is_default_site=True))
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return row


def errors(**values: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        save(**values)
    return refused.value.message_dict


def test_a_fresh_site_bears_the_name_of_the_installation() -> None:
    assert brand.read().name == "Aurora"


def test_a_saved_name_is_read_at_once(django_capture_on_commit_callbacks: Any) -> None:
    assert brand.brand().name == "Aurora"
    with django_capture_on_commit_callbacks(execute=True):
        save(name="  Northern   Lights ")
    assert brand.brand().name == brand.name() == "Northern Lights"


def test_a_rolled_back_name_is_not_forgotten_early(django_capture_on_commit_callbacks: Any) -> None:
    brand.brand()
    with django_capture_on_commit_callbacks():
        save(name="Never")
    assert brand.brand().name == "Aurora"


def test_the_warm_brand_costs_no_statement(django_assert_num_queries: Any) -> None:
    brand.brand()
    with django_assert_num_queries(0):
        assert brand.brand().css


def test_saving_states_a_fact(facts: Any) -> None:
    save(accent="#2255ee")
    assert facts.of("BrandChanged")[-1].version == brand.read().version


@pytest.mark.parametrize("name", ["", "   ", "Au\u200brora", "Aurora\u202e", "\x07", "A" * 41])
def test_names_nobody_can_see_or_read_are_refused(name: str) -> None:
    assert "name" in errors(name=name)


def test_a_pale_accent_is_refused_with_a_way_out() -> None:
    (message,) = errors(accent="#ffcc00")["accent"]
    assert "1.3" in message and "4.5" in message
    suggestion = message.rsplit(" ", 1)[-1].rstrip(".")
    assert save(accent=suggestion).accent == suggestion


def test_a_dark_accent_on_dark_pages_is_refused_with_a_way_out() -> None:
    (message,) = errors(accent_dark="#003322")["accent_dark"]
    suggestion = message.rsplit(" ", 1)[-1].rstrip(".")
    assert save(accent_dark=suggestion).accent_dark == suggestion


@pytest.mark.parametrize("hostile", ["red", "#00; } * { display: none", "oklch(0.4 0.1 20) /*", "</style>"])
def test_what_is_no_colour_is_refused(hostile: str) -> None:
    assert "accent" in errors(accent=hostile)


def test_hostile_values_past_the_form_never_reach_the_style_sheet(client: Client) -> None:
    BrandSettings.for_site(Site.objects.get(is_default_site=True))
    BrandSettings.objects.update(
        accent="red; } body { display: none", accent_dark="url(//evil.example)", title_face="x;}"
    )
    sheet = client.get(brand.read().css_url).content.decode()
    assert sheet.startswith(":root { --brand-l: oklch(0.4600 0.1050 166.00); --brand-d: oklch(")
    assert "display" not in sheet and "url" not in sheet and sheet.count("}") == 1


def test_the_style_sheet_is_kept_for_ever_under_its_version_only(client: Client) -> None:
    save(accent="#2255ee", title_face=TitleFace.SANS)
    now = brand.read()
    current = client.get(now.css_url)
    assert current["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in current["Cache-Control"]
    assert (
        now.accent_light in current.content.decode() and "--serif: var(--sans);" in current.content.decode()
    )
    old = client.get("/brand/0123456789ab/brand.css")
    assert old.content == current.content and "immutable" not in old["Cache-Control"]


def test_every_change_that_shows_has_a_new_version() -> None:
    versions = [brand.read().version]
    for change in (
        {"accent": "#2255ee"},
        {"accent_dark": "#a8c4ff"},
        {"name": "Other"},
        {"title_face": "sans"},
    ):
        save(**change)
        versions.append(brand.read().version)
    assert len(set(versions)) == len(versions)


@pytest.mark.parametrize("size", [180, 192, 512])
def test_icons_are_drawn_in_the_accent(client: Client, size: int) -> None:
    save(accent="#2255ee")
    answer = client.get(f"/brand/{brand.read().version}/icon-{size}.png")
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (size, size)
        assert picture.convert("RGB").getpixel((2, 2)) == (0x22, 0x55, 0xEE)
        assert picture.convert("RGB").getextrema() != ((0x22, 0x22), (0x55, 0x55), (0xEE, 0xEE))


def test_other_sizes_do_not_exist(client: Client) -> None:
    assert client.get(f"/brand/{brand.read().version}/icon-4096.png").status_code == 404


def test_the_favicon_answers(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200 and answer["Content-Type"] == "image/x-icon"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (48, 48) in picture.info["sizes"]


def test_the_manifest_names_the_brand_and_icons_that_exist(client: Client) -> None:
    save(name="Northern Lights")
    manifest = client.get("/manifest.webmanifest").json()
    assert manifest["short_name"] == "Northern Lights"
    assert {client.get(icon["src"]).status_code for icon in manifest["icons"]} == {200}


def test_nobody_takes_the_saved_name() -> None:
    assert clean_name("Westwind") == "Westwind"
    save(name="Westwind")
    brand.forget()
    for taken in ("Westwind", "WESTWIND", "Westwind Cars"):
        with pytest.raises(Invalid):
            clean_name(taken)


def test_a_mark_is_served_re_encoded(media_root: Any) -> None:
    save(mark=a_picture())
    assert brand.read().mark_url.endswith(".webp")
