"""The demo's surveys: satisfaction in two waves with its results out, and a visit to the workshop, in both languages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import translation

from community.core import chance, clock
from community.members.models import Member, Role
from polls.surveys import actions, typed
from polls.surveys.models import Survey
from polls.voters import Voter

ANSWERS = 12  # people of each wave at most
NOTES = {
    "en": "You said charging in the cold comes first. The update of 12 November warms the battery on the way; the next "
    "wave asks whether it helps.",
    "zh-hans": "你们说，冬天充电最该先解决。11 月 12 日的升级会在路上给电池预热；下一期我们再问有没有用。",
}


def make_surveys(cast: dict[str, Member], held: clock.FrozenClock, *, now: datetime) -> int:
    """Two surveys in each language, answered over some days; how many. The caller holds the transaction."""
    people = list(cast.values())
    team = next(member for member in people if member.role == Role.ADMIN)
    owners = [
        one for one in people if one.role == Role.MEMBER and one.is_verified_owner and not one.is_imported
    ]
    members = [one for one in people if one.role == Role.MEMBER and not one.is_imported]
    for language, note in NOTES.items():
        with translation.override(language):
            _satisfaction(team, owners, held, now, note)
            _workshop(team, members, held, now)
    held.set(now)
    return 2 * len(NOTES)


def _satisfaction(
    team: Member, owners: list[Member], held: clock.FrozenClock, now: datetime, note: str
) -> None:
    """A first wave with its results out, and a second one that is asked now."""
    held.set(now - timedelta(days=60))
    spec = typed.template("satisfaction")
    survey = actions.make_survey(actor=team, spec=spec)
    _answer(survey, owners, held, now - timedelta(days=58), content=3)
    held.set(now - timedelta(days=40))
    wave = actions.close_wave(actor=team, slug=survey.slug)
    held.set(now - timedelta(days=39))
    actions.count_boxes(wave_id=wave.pk)
    actions.publish_results(actor=team, slug=survey.slug, wave_number=1, note=note)
    held.set(now - timedelta(days=5))
    actions.repeat_survey(actor=team, slug=survey.slug)
    actions.move_survey(actor=team, slug=survey.slug, to="open")
    _answer(survey, owners[: len(owners) // 2], held, now - timedelta(days=4), content=4)


def _workshop(team: Member, members: list[Member], held: clock.FrozenClock, now: datetime) -> None:
    held.set(now - timedelta(days=9))
    survey = actions.make_survey(actor=team, spec=typed.template("visit"))
    _answer(survey, members, held, now - timedelta(days=8), content=3)


def _answer(
    survey: Survey, people: list[Member], held: clock.FrozenClock, at: datetime, *, content: int
) -> None:
    """Let people take whatever way they like; `content`: how satisfied they lean to be, of five."""
    for place, member in enumerate(chance.shuffled(people)[:ANSWERS]):
        held.set(at + timedelta(minutes=37 * place))
        voter = Voter.of(member)
        step = actions.start_response(voter=voter, slug=survey.slug)
        while step.next:
            step = actions.answer_page(
                voter=voter, slug=survey.slug, first=step.next, sent=_say(survey, step.next, content)
            )
        actions.send_response(voter=voter, slug=survey.slug)


def _say(survey: Survey, number: int, content: int) -> dict[int, Any]:
    question = survey.waves.order_by("-number")[0].questions.get(number=number)
    if question.is_text:
        return {}
    if question.is_scale:
        spread = chance.below(3) - 1
        low, high = question.low, question.high
        value = low + round((high - low) * min(5, max(1, content + spread)) / 5)
        return {number: ([str(min(high, max(low, value)))], "")}
    return {number: ([str(1 + chance.below(question.options.count()))], "")}
