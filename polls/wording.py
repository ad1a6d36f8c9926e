"""The rules of a poll in whole sentences: what everybody reads before voting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from community.core import pieces
from polls import access, eligibility, ends
from polls.models import Changes, Correction, Kind, Method, Poll, Results, Secrecy
from polls.policy import MOST_RADIOS

if TYPE_CHECKING:
    from polls.queries.dressing import Shown


def joined(sentences: list[str]) -> str:
    """Whole sentences one after the other; Chinese puts no space between them."""
    return _between().join(sentences)


def pages(sentences: Iterable[str]) -> SafeString:
    """The same for a page, where some of them hold a moment."""
    return format_html_join(_between(), "{}", ((one,) for one in sentences))


def _between() -> str:
    return "" if (get_language() or "").startswith("zh") else " "


def rules(shown: Shown) -> list[tuple[str, str]]:
    """(heading, sentences) in the order in which they are asked: who, my vote, the end, the result."""
    return [
        (_("Who"), who(shown)),
        (_("Your vote"), vote(shown.poll)),
        (_("Closes"), end(shown.poll)),
        (_("Result"), result(shown.poll)),
    ]


def who(shown: Shown) -> str:
    poll, audience = shown.poll, shown.audience
    said = [_("%(audience)s.") % {"audience": audience.said(poll.audience_value)}]
    if audience.takes_guests:
        said.append(_("Guests are counted apart."))
    if poll.is_decision:
        said.append(_("Members alone decide; the team does not vote."))
        if poll.reopened_at is None:  # else the day stands that was said at the first close
            said.append(_("The brand answers in public within 14 days after it closes."))
    return joined(said)


def vote(poll: Poll) -> str:
    return joined([how(poll), _changes(poll), _secrecy(poll)])


def how(poll: Poll) -> str:
    """How many choices a ballot names."""
    match poll.kind:
        case Kind.MULTIPLE if poll.least == poll.most:
            return ngettext("Choose exactly %(n)d.", "Choose exactly %(n)d.", poll.most) % {"n": poll.most}
        case Kind.MULTIPLE if poll.least > 1:
            return _("Choose %(least)d to %(most)d.") % {"least": poll.least, "most": poll.most}
        case Kind.MULTIPLE:
            return ngettext("Choose up to %(n)d.", "Choose up to %(n)d.", poll.most) % {"n": poll.most}
        case Kind.RANKED:
            return _("An order, the best first.")
        case Kind.SCALE if poll.last_number > MOST_RADIOS:
            return _("Choose a number, then send.")
    return _("One tap.")


def _changes(poll: Poll) -> str:
    if poll.is_sealed or poll.changes == Changes.FINAL:
        return _("It stays as you cast it.")
    if poll.changes == Changes.CHANGE:
        return _("Change it until the poll closes.")
    return _("Change it or take it back until the poll closes.")


def _secrecy(poll: Poll) -> str:
    if poll.secrecy == Secrecy.NAMED and eligibility.audience_of(poll.audience).takes_guests:
        return _(
            "A member’s name stands beside what they chose. A guest’s vote is counted without a name, until they join "
            "and it becomes theirs."
        )
    if poll.secrecy == Secrecy.NAMED:
        return _("Your name stands beside what you chose.")
    if poll.is_sealed:
        return _("It is sealed: nobody can find out what you chose, not even the team.")
    return _("Nobody is shown what you chose.")


def end(poll: Poll) -> str:
    """When it closes or closed, for a page."""
    if poll.is_over:
        ended = poll.ended_at
        return pieces.at_moment(_("Closed %(when)s."), ended) if ended else _("Closed.")
    return pages(ends.until(poll.closes_at, poll.closes_after, is_decision=poll.is_decision)) or _(
        "Open until it is closed by hand."
    )


def changes_of(poll: Poll, rows: Iterable[Correction]) -> list[tuple[Correction, SafeString, SafeString]]:
    """What stands on the record of a poll, with the words before and after, for a page."""
    told = partial(ends.told, is_decision=poll.is_decision)
    return [(row, pages(told(row, "before")), pages(told(row, "after"))) for row in rows]


def result(poll: Poll) -> str:
    match poll.results:
        case Results.ALWAYS:
            said = _("Everybody sees it at any time.")
        case Results.VOTED:
            said = _("You see it once you have voted; when the poll has closed everybody does.")
        case Results.CLOSED:
            said = _("Everybody sees it when the poll has closed.")
        case _staff:
            said = _("The team alone sees it.")
    if poll.is_sealed:
        return joined([said, _("Votes are counted five or more together, the last ones when it closes.")])
    return said


def points_for_places(shown: Shown) -> str:
    """How an order is counted by points, for as many choices as this poll has."""
    match len(shown.choices):
        case 2:
            return _("Counted by points: the first of two gets one, the other none (Borda).")
        case 3:
            return _("Counted by points: the first of three gets two, the next one, the last none (Borda).")
        case n:
            return _(
                "Counted by points: the first of %(n)d gets %(first)d, the next %(second)d, and so on; the last gets "
                "none (Borda)."
            ) % {"n": n, "first": n - 1, "second": n - 2}


def answered(shown: Shown) -> list[str]:
    """Who answered, since when, and what was changed or added meanwhile."""
    counts, poll = shown.counts, shown.poll
    said = [ngettext("%(n)d member", "%(n)d members", counts.members) % {"n": counts.members}]
    if counts.guests or shown.audience.takes_guests:
        said.append(ngettext("%(n)d guest", "%(n)d guests", counts.guests) % {"n": counts.guests})
    owners = counts.ballots.get("owner", 0)
    if owners:
        said.append(
            ngettext("%(n)d verified owner among them", "%(n)d verified owners among them", owners)
            % {"n": owners}
        )
    house = counts.ballots.get("house", 0)
    if house:
        said.append(
            ngettext("%(n)d of the team, in no total", "%(n)d of the team, in no total", house) % {"n": house}
        )
    said.append(since(poll))
    if poll.correction_count:
        said.append(
            ngettext("Wording changed %(n)d time", "Wording changed %(n)d times", poll.correction_count)
            % {"n": poll.correction_count}
        )
    late = sum(choice.added_at is not None for choice in shown.choices)
    if late:
        said.append(ngettext("%(n)d choice added later", "%(n)d choices added later", late) % {"n": late})
    return said


def since(poll: Poll) -> str:
    return pieces.at_moment(_("since %(when)s"), poll.opens_at)


@dataclass(frozen=True, slots=True)
class ToldApart:
    """Who chose what: column heads, and for each group its name, its size and its cells (None: hidden)."""

    heads: Sequence[str]
    rows: Sequence[tuple[str, int, Sequence[int | None]]]

    @property
    def hides(self) -> bool:
        return any(n is None for _name, _n, cells in self.rows for n in cells)


def told_apart(shown: Shown) -> ToldApart | None:
    """The result by who answered; None where it was not told apart."""
    content = shown.split
    if not content:
        return None
    texts = {str(choice.number): choice.text for choice in shown.choices}
    texts |= {"low": _("lower half"), "mid": _("in the middle"), "high": _("upper half")}
    has_cars = any(car for _kind, car, _n, _cells in content["rows"])
    return ToldApart(
        [texts.get(key, key) for key in content["columns"]],
        [(_group(kind, car, has_cars), n, cells) for kind, car, n, cells in content["rows"]],
    )


def _group(kind: str, car: str, has_cars: bool) -> str:
    if kind == "guest":
        return _("Guests")
    if kind == "member":
        return _("Other members")
    if car:
        return _("Verified owners: %(car)s") % {"car": car}
    return _("Verified owners of other cars") if has_cars else _("Verified owners")


def ties(shown: Shown) -> list[str]:
    """Of an order: which choices are level at its end, and by which rule one of several equally weak ones went out."""
    texts = {choice.number: choice.text for choice in shown.choices}

    def names(numbers: Iterable[int]) -> str:
        return _(", ").join(texts[number] for number in numbers if number in texts)

    said = []
    if len(shown.ahead) > 1:
        said.append(_("Level: %(choices)s. None of them is ahead.") % {"choices": names(shown.ahead)})
    if shown.poll.method == Method.BORDA:
        return said
    for place, one in enumerate(shown.rounds, 1):
        if one.by:
            told = {"n": place, "choices": names(one.level), "out": names(one.out), "rule": _tie_rule(one.by)}
            said.append(
                _("Round %(n)d: %(choices)s had equally few votes; %(out)s went out, %(rule)s.") % told
            )
    return said


def _tie_rule(by: str) -> str:
    match by:
        case "firsts":
            return _("having fewer first choices")
        case "earlier":
            return _("having had fewer votes in an earlier round")
        case "points":
            return _("having fewer points for places (Borda)")
    return _("because it stands last in the poll, for nothing else told them apart")


def why_not(shown: Shown) -> str:
    """Why there is no form, for somebody who might look for one; "" where there is, or was a vote."""
    if shown.vote or (shown.has_voted and not shown.poll.is_over):
        return ""
    return str(shown.vote.reason)


def stays(poll: Poll) -> str:
    """Why a vote cannot be changed; "" where it can."""
    return str(access.may_change(poll).reason)
