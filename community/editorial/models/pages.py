"""Pages editors write: the home page's words, the magazine and its articles, plain pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from community.core.languages import in_language
from community.core.text import reading_minutes
from community.editorial import defaults
from community.editorial.blocks import BodyBlock, body_text
from community.editorial.fields import BodyField
from community.editorial.kept import Kept
from community.editorial.languages import LOCALES

if TYPE_CHECKING:
    from wagtail.blocks import StreamValue

RESERVED_SLUGS = {"feed"}  # /magazine/feed/ is the feed


class HomePage(Page):
    """The root of the site: the words and the picture that greet a guest. The rest of `/` is counted."""

    hero_title_en = models.CharField(_("greeting (English)"), max_length=80)
    hero_title_zh = models.CharField(_("greeting (Chinese)"), max_length=40, blank=True, default="")
    lead_en = models.TextField(_("what this place is (English)"), max_length=280, blank=True, default="")
    lead_zh = models.TextField(_("what this place is (Chinese)"), max_length=140, blank=True, default="")
    hero = models.ForeignKey(
        "editorial.Picture",
        verbose_name=_("photograph"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Shown wide. Leave empty for the drawn morning."),
    )
    hero_alt = models.CharField(
        _("description of the photograph"),
        max_length=160,
        blank=True,
        default="",
        help_text=_("For people who cannot see it. Leave empty only if it says nothing the words do not."),
    )

    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = ["editorial.MagazineIndexPage", "editorial.PlainPage"]
    max_count = 1
    template = "editorial/home.html"
    content_panels: ClassVar = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("hero_title_en"),
                FieldPanel("hero_title_zh"),
                FieldPanel("lead_en"),
                FieldPanel("lead_zh"),
            ],
            heading=_("Greeting"),
        ),
        MultiFieldPanel([FieldPanel("hero"), FieldPanel("hero_alt")], heading=_("Photograph")),
    ]

    class Meta:
        verbose_name = _("home page")

    @property
    def hero_title(self) -> str:
        return in_language(self.hero_title_en, self.hero_title_zh)

    @property
    def lead(self) -> str:
        return in_language(self.lead_en, self.lead_zh)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from community.editorial.views.home import guest_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | guest_context(request, self)


class MagazineIndexPage(Kept, Page):
    """The magazine's front: its articles, newest first."""

    title_zh = models.CharField(_("title (Chinese)"), max_length=60, blank=True, default="")
    intro_en = models.TextField(_("introduction (English)"), max_length=280, blank=True, default="")
    intro_zh = models.TextField(_("introduction (Chinese)"), max_length=140, blank=True, default="")

    parent_page_types: ClassVar = ["editorial.HomePage"]
    subpage_types: ClassVar = ["editorial.ArticlePage"]
    max_count = 1
    template = "editorial/magazine.html"
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("title_zh"),
        FieldPanel("intro_en"),
        FieldPanel("intro_zh"),
    ]

    class Meta:
        verbose_name = _("magazine")

    @property
    def heading(self) -> str:
        return in_language(self.title, self.title_zh)

    @property
    def intro(self) -> str:
        return in_language(self.intro_en, self.intro_zh)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from community.editorial.views.magazine import index_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | index_context(request)


class ArticlePage(Kept, Page):
    """One piece in the magazine, in one language."""

    standfirst = models.TextField(
        _("standfirst"),
        max_length=300,
        help_text=_("One or two sentences that say what the reader will get."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("A member of this community; their role is shown beside the name."),
    )
    author_name = models.CharField(
        _("author, when not a member"),
        max_length=80,
        blank=True,
        default="",
        help_text=_("Used when no member is chosen."),
    )
    date = models.DateField(_("date"), default=defaults.today)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default="en", db_index=True
    )
    hero = models.ForeignKey(
        "editorial.Picture",
        verbose_name=_("picture"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Shown wide above the text and in lists."),
    )
    hero_alt = models.CharField(
        _("description of the picture"),
        max_length=160,
        blank=True,
        default="",
        help_text=_("For people who cannot see it."),
    )
    body = BodyField(BodyBlock(), verbose_name=_("text"))
    reading_minutes = models.PositiveSmallIntegerField(
        default=1, editable=False
    )  # from the body, see `clean`

    parent_page_types: ClassVar = ["editorial.MagazineIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "editorial/article.html"
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("standfirst"),
        FieldRowPanel([FieldPanel("author"), FieldPanel("author_name")], heading=_("Author")),
        FieldRowPanel([FieldPanel("date"), FieldPanel("language")]),
        MultiFieldPanel([FieldPanel("hero"), FieldPanel("hero_alt")], heading=_("Picture")),
        FieldPanel("body"),
    ]
    search_fields: ClassVar = [
        *Page.search_fields,
        index.SearchField("standfirst"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("article")
        indexes: ClassVar = [models.Index(fields=["-date", "-page_ptr"], name="article_newest")]

    def clean(self) -> None:
        super().clean()
        self.reading_minutes = reading_minutes(f"{self.standfirst} {body_text(self.body)}")
        errors: dict[str, ValidationError] = {}
        if self.author_id is None and not self.author_name.strip():
            errors["author_name"] = ValidationError(_("Choose a member or write the author's name."))
        if self.hero_id is not None and not self.hero_alt.strip():
            errors["hero_alt"] = ValidationError(_("Describe the picture for people who cannot see it."))
        if self.slug in RESERVED_SLUGS:
            errors["slug"] = ValidationError(
                _("This address is taken by the magazine's feed. Please choose another.")
            )
        if errors:
            raise ValidationError(errors)

    @property
    def byline(self) -> str:
        return self.author.name if self.author else self.author_name

    @property
    def text(self) -> str:
        """The words of the article, without markup."""
        return body_text(self.body)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from community.editorial.views.magazine import article_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | article_context(request, self)


class PlainPage(Kept, Page):
    """A page of house rules or information, in both languages at one address."""

    title_zh = models.CharField(_("title (Chinese)"), max_length=60, blank=True, default="")
    body_en = BodyField(BodyBlock(), verbose_name=_("text (English)"), blank=True)
    body_zh = BodyField(BodyBlock(), verbose_name=_("text (Chinese)"), blank=True)
    in_footer = models.BooleanField(_("linked in the footer"), default=False)

    parent_page_types: ClassVar = ["editorial.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "editorial/plain.html"
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("title_zh"),
        FieldPanel("in_footer"),
        FieldPanel("body_en"),
        FieldPanel("body_zh"),
    ]
    search_fields: ClassVar = [
        *Page.search_fields,
        index.SearchField("body_en"),
        index.SearchField("body_zh"),
    ]

    class Meta:
        verbose_name = _("plain page")

    @property
    def heading(self) -> str:
        return in_language(self.title, self.title_zh)

    @property
    def body(self) -> StreamValue:
        """The text in the reader's language, or in the one there is."""
        chosen: StreamValue = self.body_zh if self._speaks_chinese else self.body_en
        return chosen

    @property
    def body_language(self) -> str:
        return LOCALES["zh-hans" if self._speaks_chinese else "en"]

    @property
    def _speaks_chinese(self) -> bool:
        if not self.body_zh or not self.body_en:
            return bool(self.body_zh)
        return in_language("en", "zh") == "zh"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"heading": self.heading, "body": self.body, "body_language": self.body_language}
