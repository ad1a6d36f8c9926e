"""The editor's way: write, look, publish, schedule, in the brand's room and nowhere near accounts."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.models import Site
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from community.editorial.models import ArticlePage, BrandSettings, HomePage, MagazineIndexPage, Picture
from community.editorial.richtext import FEATURES
from community.members.models import Member
from tests.builders.editorial import an_article, picture_bytes
from tests.builders.members import a_member, signed_in


def article_form(**changes: Any) -> dict[str, Any]:
    body = streamfield(
        [
            ("heading", "What we measured"),
            ("paragraph", rich_text("<p>Six <b>cars</b></p>", features=FEATURES)),
            ("quote", {"text": "It simply starts.", "source": ""}),
        ]
    )
    form = {
        "title": "Round the lake", "slug": "round-the-lake", "seo_title": "", "search_description": "",
        "standfirst": "Every stop, written down.", "author": "", "author_name": "The editors",
        "date": "2026-11-20", "language": "en", "hero": "", "hero_alt": "", "body": body,
        "go_live_at": "", "expire_at": "", "comments": {
            "TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000},
    }  # fmt: skip
    return nested_form_data(form | changes)


def add_url() -> str:
    magazine = MagazineIndexPage.objects.get()
    return reverse("wagtailadmin_pages:add", args=["editorial", "articlepage", magazine.pk])


def test_an_editor_writes_looks_and_publishes(at_the_desk: Client, editor: Member) -> None:
    page = at_the_desk.get(add_url())
    assert page.status_code == 200

    saved = at_the_desk.post(add_url(), article_form())
    article = ArticlePage.objects.get()
    assert saved.status_code == 302 and not article.live
    assert Client().get("/magazine/round-the-lake/").status_code == 404

    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[article.pk])
    assert at_the_desk.post(preview, article_form(title="Round the lake, twice")).json()["is_valid"]
    shown = at_the_desk.get(preview)
    assert "Round the lake, twice" in shown.content.decode()
    assert shown["X-Frame-Options"] == "SAMEORIGIN"

    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    published = at_the_desk.post(edit, article_form() | {"action-publish": "1"})
    assert published.status_code == 302
    article.refresh_from_db()
    assert article.live and article.live_revision.user == editor
    page = Client().get("/magazine/round-the-lake/").content.decode()
    assert "<b>cars</b>" in page and "It simply starts." in page


def test_an_editor_schedules(at_the_desk: Client) -> None:
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    answer = at_the_desk.post(add_url(), article_form(go_live_at=tomorrow) | {"action-publish": "1"})
    article = ArticlePage.objects.get()
    assert answer.status_code == 302 and not article.live
    assert article.revisions.filter(approved_go_live_at__isnull=False).exists()
    assert Client().get("/magazine/round-the-lake/").status_code == 404


def test_missing_words_are_said_beside_the_field_and_nothing_is_lost(at_the_desk: Client) -> None:
    answer = at_the_desk.post(add_url(), article_form(author_name="", standfirst="Kept words"))
    page = answer.content.decode()
    assert answer.status_code == 200 and not ArticlePage.objects.exists()
    assert "Choose a member or write the author" in page and "Kept words" in page


def test_rich_text_past_the_editor_loses_what_it_does_not_offer(at_the_desk: Client) -> None:
    forged = json.dumps(
        {
            "blocks": [
                {
                    "key": "a",
                    "text": "tap me <script>",
                    "type": "unstyled",
                    "depth": 0,
                    "inlineStyleRanges": [{"offset": 0, "length": 3, "style": "CODE"}],
                    "entityRanges": [{"offset": 0, "length": 3, "key": 0}],
                },
                {
                    "key": "b",
                    "text": "big",
                    "type": "header-two",
                    "depth": 0,
                    "inlineStyleRanges": [],
                    "entityRanges": [],
                },
            ],
            "entityMap": {
                "0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(1)"}}
            },
        }
    )
    body = streamfield([("paragraph", forged)])
    at_the_desk.post(add_url(), article_form(body=body) | {"action-publish": "1"})
    page = Client().get("/magazine/round-the-lake/").content.decode()
    prose = page[page.index('<div class="prose">') : page.index("</article>")]
    assert "me &lt;script&gt;" in prose
    assert "javascript" not in prose and "<h2" not in prose and "<code" not in prose


@pytest.mark.parametrize("role", ["member", "partner", "moderator"])
def test_others_do_not_enter(client: Client, db: None, role: str) -> None:
    signed_in(client, a_member(role=role), strongly=True)
    for address in (reverse("wagtailadmin_home"), add_url(), reverse("wagtailimages:index")):
        assert client.get(address).status_code in (302, 403, 404)
    assert client.post(add_url(), article_form()).status_code in (302, 403, 404)
    assert not ArticlePage.objects.exists()


def test_an_editor_without_the_second_factor_does_not_enter(client: Client, editor: Member) -> None:
    signed_in(client, editor)
    assert client.get(reverse("wagtailadmin_home")).status_code in (302, 403)
    client.post(add_url(), article_form())
    assert not ArticlePage.objects.exists()


def test_the_room_bears_the_brand(at_the_desk: Client) -> None:
    row = BrandSettings.for_site(Site.objects.get(is_default_site=True))
    row.name = "Northern Lights"
    row.save()
    page = at_the_desk.get(reverse("wagtailadmin_home")).content.decode()
    assert "Northern Lights</title>" in page.replace("\n", "")
    assert "The editors’ room of Northern Lights" in page and ">Wagtail" not in page
    assert "/cms.css" in page and "/icon.svg" in page
    assert "Sign in to Wagtail" not in page


def test_the_room_calls_nobody(at_the_desk: Client) -> None:
    """Links may lead out; nothing is loaded from there, and no picture or release is asked for."""
    loads = re.compile(
        r"""<(?:script|img|iframe|source)[^>]+src=["']?(?:https?:)?//|<link[^>]+href=["']?(?:https?:)?//"""
    )
    for address in (reverse("wagtailadmin_home"), add_url(), reverse("wagtailadmin_explore_root")):
        page = at_the_desk.get(address).content.decode()
        assert not loads.search(page), address
        assert "gravatar" not in page and "releases.wagtail" not in page and "latest.txt" not in page


def test_the_brands_colours_in_the_room_are_numbers(client: Client, db: None) -> None:
    from community.editorial import brand

    sheet = client.get(reverse("editorial:cms_css", args=[brand.read().version])).content.decode()
    assert sheet.startswith(":root { --w-color-primary-hue: ") and sheet.count("}") == 1


def test_only_administrators_change_the_brand(client: Client, editor: Member, db: None) -> None:
    site = Site.objects.get(is_default_site=True)
    address = reverse("wagtailsettings:edit", args=["editorial", "brandsettings", site.pk])
    form = {"name": "New Name", "tagline_en": "", "tagline_zh": "", "accent": "#2255ee", "accent_dark": "",
            "title_face": "sans", "mark": "", "about_en": "", "about_zh": ""}  # fmt: skip
    signed_in(client, editor, strongly=True)
    assert client.post(address, form).status_code in (302, 403)
    assert not BrandSettings.objects.filter(name="New Name").exists()

    signed_in(client, a_member(role="admin"), strongly=True)
    refused = client.post(address, form | {"accent": "#ffff00"})
    assert refused.status_code == 200 and "text needs 4.5" in refused.content.decode()
    assert client.post(address, form).status_code == 302
    assert BrandSettings.objects.get().name == "New Name"


@pytest.mark.parametrize(
    "path",
    [
        "users/",
        "users/add/",
        "users/1/",
        "bulk/members/member/delete/",
        "password_reset/",
        "failwhale/",
        "test404/",
    ],
)
def test_accounts_are_not_changed_from_here(as_admin: Client, path: str) -> None:
    for answer in (as_admin.get(f"/cms/{path}"), as_admin.post(f"/cms/{path}")):
        assert answer.status_code == 404 or answer["Location"].startswith("/staff/members/")


def test_my_settings_here_are_language_and_looks_only(at_the_desk: Client, editor: Member) -> None:
    page = at_the_desk.get("/cms/account/").content.decode()
    assert "locale-preferred_language" in page
    for elsewhere in ("name_email-first_name", "avatar-avatar", "password-old_password", "name_email-email"):
        assert elsewhere not in page


@pytest.mark.parametrize("path", ["documents/", "documents/add/", "embeds/chooser/", "documents/chooser/"])
def test_documents_and_embeds_are_not_taken(as_admin: Client, path: str) -> None:
    assert as_admin.get(f"/cms/{path}").status_code == 404


def upload(client: Client, name: str, data: bytes, kind: str) -> Any:
    return client.post(
        reverse("wagtailimages:add"),
        {
            "title": "A lake",
            "file": SimpleUploadedFile(name, data, kind),
            "tags": "",
            "description": "",
            "collection": "1",
            "focal_point_x": "",
            "focal_point_y": "",
            "focal_point_width": "",
            "focal_point_height": "",
        },
    )


def test_a_picture_is_kept_re_encoded_and_without_its_place(at_the_desk: Client, media_root: Any) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    with Image.open(io.BytesIO(picture_bytes())) as picture:
        picture.save(out, "JPEG", exif=exif)
    assert upload(at_the_desk, "lake.jpg", out.getvalue(), "image/jpeg").status_code == 302
    kept = Picture.objects.get()
    data = kept.file.read()
    assert kept.file.name.endswith(".webp") and b"secret place" not in data
    assert kept.get_rendition("width-400|format-webp").file.name.endswith(".webp")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("x.jpg", b"<script>alert(1)</script>"),
        ("x.png", picture_bytes("PNG")[:200]),
        ("x.gif", picture_bytes("GIF")),
        ("x.html", picture_bytes("JPEG")),
        ("x.pdf", b"%PDF-1.4"),
    ],
)
def test_what_is_no_picture_is_refused(at_the_desk: Client, media_root: Any, name: str, data: bytes) -> None:
    answer = upload(at_the_desk, name, data, "image/jpeg")
    assert answer.status_code == 200 and "error" in answer.content.decode()
    assert not Picture.objects.exists()
    assert [path for path in media_root.rglob("*") if path.is_file()] == []


def test_members_are_chosen_by_name_without_their_addresses(at_the_desk: Client) -> None:
    a_member(name="Zhou Mingyuan", email="secret@example.org", last_login=timezone.now())
    a_member(name="Li Wei", last_login=timezone.now())
    page = at_the_desk.get(reverse("member_chooser:choose_results"), {"q": "mingy"}).content.decode()
    assert "Zhou Mingyuan" in page and "Li Wei" not in page and "secret@example.org" not in page


def test_the_home_pages_words_are_seen_before_they_are_published(at_the_desk: Client) -> None:
    home = HomePage.objects.get()
    edit = reverse("wagtailadmin_pages:preview_on_edit", args=[home.pk])
    form = nested_form_data(
        {
            "title": "Home",
            "slug": "home",
            "seo_title": "",
            "search_description": "",
            "hero": "",
            "hero_alt": "",
            "hero_title_en": "A new greeting",
            "hero_title_zh": "",
            "lead_en": "",
            "lead_zh": "",
            "go_live_at": "",
            "expire_at": "",
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000},
        }
    )
    assert at_the_desk.post(edit, form).json()["is_valid"]
    assert "A new greeting" in at_the_desk.get(edit).content.decode()
    assert "A new greeting" not in Client().get("/").content.decode()


def test_an_editor_is_offered_the_way_in_and_others_are_not(at_the_desk: Client) -> None:
    article = an_article()
    way_in = reverse("wagtailadmin_pages:edit", args=[article.pk])
    assert way_in in at_the_desk.get(article.url).content.decode()
    assert way_in not in Client().get(article.url).content.decode()
