"""The questions of a wave, as rows and as the rules see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from polls.surveys import policy
from polls.surveys.models import Option, Question, Wave


@dataclass
class Paper:
    """What a wave asks. `options`: id of a question → its options in order."""

    wave: Wave
    questions: list[Question]
    options: dict[int, list[Option]] = field(default_factory=dict)

    @cached_property
    def pages(self) -> list[list[policy.Asked]]:
        return policy.pages_of(
            asked_of(question, self.options.get(question.pk, [])) for question in self.questions
        )

    @cached_property
    def by_number(self) -> dict[int, Question]:
        return {question.number: question for question in self.questions}

    def rows_at(self, page: int) -> list[Question]:
        """The questions of one page."""
        return [self.by_number[asked.number] for asked in self.pages[page]]

    def page_of(self, first: int) -> int:
        """The page that begins with the question of this number; -1 when none does."""
        return next((place for place, page in enumerate(self.pages) if page[0].number == first), -1)


def paper_of(wave: Wave) -> Paper:
    """Two statements."""
    options: dict[int, list[Option]] = {}
    for option in Option.objects.filter(question__wave=wave).order_by("question_id", "number"):
        options.setdefault(option.question_id, []).append(option)
    return Paper(wave, list(wave.questions.all()), options)


def asked_of(question: Question, options: Sequence[Option]) -> policy.Asked:
    """A question as the rules see it."""
    values = tuple(question.steps) if question.is_scale else tuple(option.number for option in options)
    return policy.Asked(
        question.number,
        question.kind,
        values,
        question.is_required,
        question.starts_page,
        question.most,
        {int(value): int(to) for value, to in question.jumps.items()},
    )
