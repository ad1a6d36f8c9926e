"""What every page of the site has: the shell, and the ways a person finds things on it."""

from typing import ClassVar, Self

from playwright.sync_api import Locator, Page

from tests.browser.visitor import Visitor


class SitePage:
    """A page object speaks of what people do there; tests never name a class or a field themselves."""

    path: ClassVar[str] = "/"

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    @property
    def page(self) -> Page:
        return self.visitor.page

    @classmethod
    def visited_by(cls, visitor: Visitor, path: str | None = None) -> Self:
        """Open the page and return its object."""
        visitor.open(path or cls.path)
        return cls(visitor)

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label)
