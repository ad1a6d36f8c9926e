"""The magazine belongs to the site: its articles keep who made them as a number."""

from community.core.personal import nothing

_MAGAZINE = "the magazine's words belong to the site"

nothing(
    "editorial.BrandSettings",
    _MAGAZINE,
    "id site name tagline_en tagline_zh accent accent_dark title_face mark about_en about_zh",
)
nothing("editorial.HomePage", _MAGAZINE, "page_ptr hero_title_en hero_title_zh lead_en lead_zh hero hero_alt")
nothing("editorial.MagazineIndexPage", _MAGAZINE, "page_ptr title_zh intro_en intro_zh")
nothing(
    "editorial.ArticlePage",
    _MAGAZINE,
    "page_ptr standfirst author author_name date language hero hero_alt body reading_minutes",
    points={"author": "an article keeps its author as a number, without a name"},
)
nothing("editorial.PlainPage", _MAGAZINE, "page_ptr title_zh body_en body_zh in_footer")
nothing(
    "editorial.Picture",
    _MAGAZINE,
    "id collection title file description width height created_at uploaded_by_user focal_point_x focal_point_y "
    "focal_point_width focal_point_height file_size file_hash tags",
    points={"uploaded_by_user": "a picture keeps who brought it as a number, without a name"},
)
nothing("editorial.PictureRendition", _MAGAZINE, "id filter_spec file width height focal_point_key image")
