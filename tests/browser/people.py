"""Who visits and where they go: let in by a prepared session, or at the door like anybody else."""

import json
from dataclasses import dataclass

from tests.browser.inside import MARK
from tests.browser.site import Site
from tests.browser.visitor import Visitor


@dataclass(frozen=True)
class Person:
    """Somebody with an account. `session` is one whose second factor was given."""

    name: str
    email: str
    password: str
    session: str


@dataclass(frozen=True)
class Stage:
    """People by kind (owner, asker, moderator, editor, admin) and places by name (board, thread, …)."""

    site: Site
    cookie: str
    people: dict[str, Person]
    places: dict[str, str]

    def enter(self, visitor: Visitor, kind: str) -> Person:
        """Let the visitor in as one of the people."""
        person = self.people[kind]
        visitor.context.add_cookies(
            [{"name": self.cookie, "value": person.session, "url": self.site.address}]
        )
        return person


def prepare(site: Site, room: str) -> Stage:
    """Set the stage on a site's data ("stage"), or look around in its demo ("demo")."""
    printed = site.run("-m", "tests.browser.inside", room)
    told = json.loads(printed.rpartition(MARK)[2])
    people = {kind: Person(**person) for kind, person in told["people"].items()}
    return Stage(site, told["cookie"], people, told["places"])


def sign_in(visitor: Visitor, person: Person) -> None:
    """Come in at the door, in English, with a password."""
    page = visitor.page
    visitor.open("/account/login/")
    page.get_by_label("E-mail", exact=False).first.fill(person.email)
    page.get_by_text("Use a password").click()
    page.get_by_label("Password", exact=True).fill(person.password)
    page.get_by_role("button", name="Sign in", exact=True).last.click()
    page.wait_for_url(lambda address: "/account/login" not in address)
