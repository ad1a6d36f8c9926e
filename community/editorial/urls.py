"""Addresses of the editors' room; the pages themselves are served by Wagtail, last of all."""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path
from wagtail.views import serve

from community.core.pagecache import NUMBER, allow, kept_for_guests
from community.editorial.feeds import MagazineFeed
from community.editorial.kept import LANGUAGE, MAGAZINE, PARAMS
from community.editorial.sitemaps import sitemaps
from community.editorial.views import brand, home, machines
from community.members.kept import PEOPLE
from forum.kept import BOARDS, UPKEEP

app_name = "editorial"

# Wagtail finds the page behind an address by itself, and asks its hooks whether it may be shown.
allow(serve, params=PARAMS)
magazine_feed = kept_for_guests(MAGAZINE, PEOPLE, params={"language": LANGUAGE})(MagazineFeed())
# A new thread may wait ten minutes for its place on the map; one that is gone may not.
sitemap_kept = kept_for_guests(MAGAZINE, BOARDS, UPKEEP, params={"p": NUMBER}, fresh=600)
sitemap_index, sitemap_section = sitemap_kept(sitemap_views.index), sitemap_kept(sitemap_views.sitemap)

urlpatterns = [
    path("", home.home_page, name="home"),
    path("account/welcome-back/", home.end_welcome, name="end_welcome"),
    path("magazine/feed/", magazine_feed, name="magazine_feed"),
    path("brand/<slug:version>/brand.css", brand.brand_css, name="brand_css"),
    path("brand/<slug:version>/cms.css", brand.cms_css, name="cms_css"),
    path("brand/<slug:version>/icon.svg", brand.icon_svg, name="icon_svg"),
    path("brand/<slug:version>/icon-<int:size>.png", brand.icon_png, name="icon_png"),
    path("favicon.ico", brand.favicon, name="favicon"),
    path("manifest.webmanifest", brand.manifest, name="manifest"),
    path("robots.txt", machines.robots, name="robots"),
    path(
        "sitemap.xml",
        sitemap_index,
        {"sitemaps": sitemaps(), "sitemap_url_name": "editorial:sitemap_section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemap_section, {"sitemaps": sitemaps()}, name="sitemap_section"),
]
