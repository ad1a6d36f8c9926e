"""The page tree of a fresh site: home, magazine, about, privacy, guidelines. An existing tree is left alone."""

from importlib import import_module

from django.db import migrations

from community.core import clock

texts = import_module("community.editorial.migrations._first_texts")

HOME_PATH = "00010001"


def plant(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    root = Page.objects.filter(depth=1).first()
    welcome = Page.objects.filter(path=HOME_PATH, slug="home").first()
    untouched = welcome is not None and welcome.content_type.model == "page" and Page.objects.count() == 2
    if root is None or not untouched:
        return
    welcome.delete()

    home = _create(apps, "HomePage", path=HOME_PATH, depth=2, slug="home", url_path="/home/", numchild=4,
                   title="Home", show_in_menus=False, **texts.HOME)  # fmt: skip
    _create(apps, "MagazineIndexPage", path=f"{HOME_PATH}0001", depth=3, slug="magazine", url_path="/home/magazine/",
            show_in_menus=True, **texts.MAGAZINE)  # fmt: skip
    for n, (slug, page) in enumerate(texts.PLAIN.items(), start=2):
        _create(apps, "PlainPage", path=f"{HOME_PATH}{n:04d}", depth=3, slug=slug, url_path=f"/home/{slug}/",
                title=page["title"], title_zh=page["title_zh"], in_footer=True,
                body_en=texts.blocks(slug, "en"), body_zh=texts.blocks(slug, "zh"))  # fmt: skip
    # The welcome page took its site along when it went.
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page_id": home.pk, "port": 80}
    )


def _create(apps, model, **values):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Locale = apps.get_model("wagtailcore", "Locale")
    kind, _created = ContentType.objects.get_or_create(app_label="editorial", model=model.lower())
    locale = Locale.objects.first() or Locale.objects.create(language_code="en")
    now = clock.now()
    return apps.get_model("editorial", model).objects.create(
        draft_title=values["title"], content_type=kind, locale=locale, live=True,
        first_published_at=now, last_published_at=now, latest_revision_created_at=now, **values,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0001_brand_pictures_pages"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
