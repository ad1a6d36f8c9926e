"""What editors keep: the brand, its pictures and its pages."""

from community.editorial.models.brand import BrandSettings, TitleFace
from community.editorial.models.pages import ArticlePage, HomePage, MagazineIndexPage, PlainPage
from community.editorial.models.pictures import Picture, PictureRendition

__all__ = [
    "ArticlePage",
    "BrandSettings",
    "HomePage",
    "MagazineIndexPage",
    "Picture",
    "PictureRendition",
    "PlainPage",
    "TitleFace",
]
