"""The rules of a survey in whole sentences: what everybody reads before it begins."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import clock, pieces
from polls import eligibility
from polls.surveys.models import Kind, Survey, Wave
from polls.surveys.queries.results import Result
from polls.wording import joined


def rules(survey: Survey, wave: Wave | None, count: int) -> list[tuple[str, str]]:
    """(heading, sentences): who, what is asked, who knows what somebody answered, until when, the result."""
    audience = eligibility.audience_of(survey.audience)
    who = [_("%(audience)s.") % {"audience": audience.label}]
    if audience.takes_guests:
        who.append(_("Guests are counted apart."))
    return [
        (_("Who"), joined(who)),
        (_("Questions"), questions(count)),
        (_("Your answers"), secrecy(survey)),
        (_("Closes"), end(wave)),
        (
            _("Result"),
            _("Published to members when whoever asks says so. What fewer than five people said is hidden."),
        ),
    ]


def questions(count: int) -> str:
    told = ngettext("At most %(n)d question.", "At most %(n)d questions.", count) % {"n": count}
    return joined([told, _("Which come depends on your answers. Stop and go on whenever you like.")])


def secrecy(survey: Survey) -> str:
    """What becomes of answers. Told before the beginning and once more before they are sent."""
    if survey.is_anonymous:
        return joined(
            [
                _("Anonymous: once sent, nobody can find out what you answered, not even the team."),
                _("Nor can you see or change it then."),
            ]
        )
    return joined(
        [
            _("The team sees your answers with your name; a guest has none."),
            _("Nothing counts before you send it, and then it stays."),
        ]
    )


def end(wave: Wave | None) -> str:
    if wave is None or wave.is_prepared:
        return _("Not open yet.")
    now = clock.now()
    if wave.is_over:
        return pieces.at_moment(_("Closed %(when)s."), wave.ended_at or now)
    if wave.closes_at is not None:
        return pieces.at_moment(_("%(when)s."), wave.closes_at)
    return _("Open until it is closed by hand.")


def figure(result: Result) -> str:
    """What the figure of a scale is called, with its value."""
    if result.figure is None:
        return ""
    return said(result.question.kind, result.figure)


def said(kind: str, value: float) -> str:
    """A figure in words: NPS with its sign, CSAT in per cent, else the mean."""
    if kind == Kind.NPS:
        return _("NPS %(value)s") % {"value": f"{value:+.0f}".replace("-", "−").replace("+0", "0")}
    if kind == Kind.CSAT:
        return _("CSAT %(value)d %%") % {"value": round(value)}
    return _("Mean %(value)s") % {"value": f"{value:.1f}"}


def how_made(result: Result) -> str:
    """How the figure is worked out; "" where it needs no saying."""
    match result.question.kind:
        case Kind.NPS:
            return _("Per cent of 9 and 10 less per cent of 0 to 6, from −100 to 100.")
        case Kind.CSAT:
            return _("Per cent of 4 and 5.")
    return ""
