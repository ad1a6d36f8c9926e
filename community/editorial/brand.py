"""The brand as every page reads it: one small snapshot, in the cache, the same for all viewers."""

from __future__ import annotations

import colorsys
import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from community.core.languages import in_language
from community.core.near import forget as near_forget
from community.core.near import near
from community.editorial.models import BrandSettings, TitleFace

CACHE_KEY = "editorial:brand:2"
CACHE_SECONDS = 60  # other processes see a saved brand this late at most
MARK_SPEC = "fill-112x112|format-webp"


@dataclass(frozen=True, slots=True)
class Brand:
    """What the saved brand amounts to. Colours are CSS made of numbers; texts are plain."""

    name: str
    tagline_en: str
    tagline_zh: str
    about_en: str
    about_zh: str
    accent_light: str
    accent_dark: str
    theme_light: str  # accents as #rrggbb, for icons and the manifest
    theme_dark: str
    title_face: str
    mark_url: str  # empty: the drawn mark
    version: str

    def __str__(self) -> str:
        return self.name

    @property
    def tagline(self) -> str:
        return in_language(self.tagline_en, self.tagline_zh)

    @property
    def about(self) -> str:
        return in_language(self.about_en, self.about_zh)

    @property
    def css_url(self) -> str:
        return reverse("editorial:brand_css", args=[self.version])

    @property
    def css(self) -> str:
        """The style sheet that makes the site this brand's. Unlayered, so it wins over the tokens."""
        lines = [f"--brand-l: {self.accent_light};", f"--brand-d: {self.accent_dark};"]
        if self.title_face == TitleFace.SANS:
            lines.append("--serif: var(--sans);")
        return ":root { " + " ".join(lines) + " }\n"

    @property
    def cms_css(self) -> str:
        """The accent in the CMS: buttons in it, the side bar in its dark shade."""
        red, green, blue = (int(self.theme_light[i : i + 2], 16) / 255 for i in (1, 3, 5))
        hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
        values = {
            "primary-hue": f"{hue * 360:.1f}",
            "primary-saturation": f"{min(saturation, 0.3) * 100:.1f}%",
            "primary-lightness": "13%",
            "secondary-hue": f"{hue * 360:.1f}",
            "secondary-saturation": f"{saturation * 100:.1f}%",
            "secondary-lightness": f"{lightness * 100:.1f}%",
        }
        return ":root { " + " ".join(f"--w-color-{key}: {value};" for key, value in values.items()) + " }\n"


def brand() -> Brand:
    """The site's brand. No statement when warm, one or two when cold."""
    return near(CACHE_KEY, read, CACHE_SECONDS)


def read() -> Brand:
    """The brand as it is saved now, past the cache."""
    row = BrandSettings.base_queryset().filter(site__is_default_site=True).first() or BrandSettings()
    light, dark = row.light, row.dark
    values = {
        "name": row.name or str(settings.BRAND_NAME),
        "tagline_en": row.tagline_en,
        "tagline_zh": row.tagline_zh,
        "about_en": row.about_en,
        "about_zh": row.about_zh,
        "accent_light": light.css(),
        "accent_dark": dark.css(),
        "theme_light": light.hex(),
        "theme_dark": dark.hex(),
        "title_face": row.title_face,
        "mark_url": row.mark.get_rendition(MARK_SPEC).url if row.mark else "",
    }
    version = hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:12]
    return Brand(**values, version=version)


def forget() -> None:
    """Make the next reader look at what is saved."""
    near_forget(CACHE_KEY)


def name() -> str:
    """The brand's name alone, for mails and for the list of names nobody may take."""
    return brand().name
