"""What pages show of quizzes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import clock, pieces
from community.core.access import Invalid
from community.core.pagecache import stands_on
from community.files.links import shown as picture_of
from polls.quizzes import policy, typed, wording
from polls.quizzes.actions import OptionSpec, QuestionSpec
from polls.quizzes.kept import quiz_topic
from polls.quizzes.models import Question, Quiz
from polls.quizzes.queries import results
from polls.quizzes.queries.asked import Asked
from polls.quizzes.queries.runs import Mine
from polls.voters import Voter

register = template.Library()
register.filter("moment", pieces.time_when)
register.filter("quiz_rules", wording.rules)
register.filter("verdict", wording.verdict)
register.filter("right_answer", wording.right_answer)
register.filter("remark", wording.remark)
register.filter("run_said", wording.run_said)


@register.inclusion_tag("quizzes/_box.html", takes_context=True)
def quiz(context: Context, quiz_id: int) -> dict[str, Any]:
    """The way into the quiz of this id, wherever a template wants it. Two statements; nothing for one that is not
    for this viewer."""
    request = context["request"]
    rows = Quiz.objects.visible_to(request.user).public().filter(pk=quiz_id)
    found = rows.first()
    told: dict[str, Any] = {"request": request, "csrf_token": context.get("csrf_token"), "quiz": found}
    if found is not None:
        stands_on(quiz_topic(found.slug))
        told["standing"] = results.standing(Voter.of(request.user), found)
    return told


@register.simple_tag
def question_picture(question: Question) -> SafeString:
    """The picture of a question, with what is to be seen in words. It tells nothing of the answer by its name."""
    if question.picture is None or question.picture.state == "gone":
        return format_html("{}", "")
    seen = picture_of(question.picture)
    return format_html(
        '<img class="quiz-pic" src="{}" srcset="{}" sizes="(min-width: 60rem) 40rem, 100vw" alt="{}" width="{}" '
        'height="{}" decoding="async">',
        seen.src,
        seen.srcset,
        question.alt,
        seen.width,
        seen.height,
    )


@register.filter
def stone(marks: Sequence[str], place: int) -> str:
    """Where the stone of this place stands on the road, in per cent, the same in every language."""
    return f"{(place + 0.5) * 100 / max(1, len(marks)):.1f}"


@register.filter
def road_to(marks: Sequence[str], place: int) -> str:
    """How much of the road is behind."""
    return "100" if place >= len(marks) else stone(marks, place)


@register.filter
def how_long(quiz: Quiz, count: int) -> str:
    n = policy.minutes(quiz.draws or count, quiz.seconds)
    return ngettext("about %(n)d minute", "about %(n)d minutes", n) % {"n": n}


@register.filter
def seconds_left(asked: Asked) -> int:
    if asked.ends_at is None:
        return 0
    return max(0, math.ceil((asked.ends_at - clock.now()).total_seconds()))


@register.filter
def was_typed(place: int, asked: Asked) -> bool:
    return str(place) in asked.typed


@register.filter
def last_letter(asked: Asked) -> str:
    return asked.choices[-1].letter


@register.filter
def per_cent(value: int) -> str:
    return _("%(n)d %%") % {"n": value}


@register.filter
def plain_signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


@register.filter
def field_id(problem: Invalid | None) -> str:
    """The field a refusal belongs to, as the form calls it."""
    return problem.field if problem else ""


@register.filter
def rows_of(question: QuestionSpec) -> list[OptionSpec]:
    return typed.rows_of(question)


@register.filter
def with_own(pictures: Sequence[tuple[str, str, str]], question: QuestionSpec) -> list[tuple[str, str, str]]:
    """The pictures a question offers, the one it has chosen among them also while its sizes are being made."""
    known = {key for key, _small, _words in pictures}
    own = [(question.upload, "", "")] if question.upload and question.upload not in known else []
    return [*own, *pictures]


@register.filter
def weight_of(option: OptionSpec, place: int) -> int | str:
    return option.weights.get(place, "")


@register.filter
def clock_words(n: int) -> str:
    """What the script says of so many seconds, with a place for the number."""
    return ngettext("%(n)s second left", "%(n)s seconds left", n) % {"n": "{n}"}


@register.simple_tag
def run_words() -> str:
    """The phrases of a hosted run, as the script reads them."""
    return json.dumps(wording.run_phrases(), ensure_ascii=False)


@register.filter
def as_json(told: object) -> str:
    """Plain values for a script, in an attribute."""
    return json.dumps(told, separators=(",", ":"))


@register.filter
def picked_here(place: int, mine: Mine | None) -> bool:
    """Whether the player picked the option at this place of the present question."""
    return bool(mine and mine.answer and place in mine.answer.places)


@register.filter
def in_two(code: str) -> str:
    """A code as it is read out: ABC DEF."""
    return f"{code[:3]} {code[3:]}"


@register.filter
def mille(seconds: float) -> int:
    return math.ceil(1000 * seconds)


@register.filter
def ceiled(seconds: float) -> int:
    return math.ceil(seconds)
