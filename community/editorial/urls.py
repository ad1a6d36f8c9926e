"""Addresses of the editors' room; the pages themselves are served by Wagtail, last of all."""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path

from community.editorial.feeds import MagazineFeed
from community.editorial.sitemaps import sitemaps
from community.editorial.views import brand, home, machines

app_name = "editorial"

urlpatterns = [
    path("", home.home_page, name="home"),
    path("magazine/feed/", MagazineFeed(), name="magazine_feed"),
    path("brand/<slug:version>/brand.css", brand.brand_css, name="brand_css"),
    path("brand/<slug:version>/cms.css", brand.cms_css, name="cms_css"),
    path("brand/<slug:version>/icon.svg", brand.icon_svg, name="icon_svg"),
    path("brand/<slug:version>/icon-<int:size>.png", brand.icon_png, name="icon_png"),
    path("favicon.ico", brand.favicon, name="favicon"),
    path("manifest.webmanifest", brand.manifest, name="manifest"),
    path("robots.txt", machines.robots, name="robots"),
    path(
        "sitemap.xml",
        sitemap_views.index,
        {"sitemaps": sitemaps(), "sitemap_url_name": "editorial:sitemap_section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemap_views.sitemap, {"sitemaps": sitemaps()}, name="sitemap_section"),
]
