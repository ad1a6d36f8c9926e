"""What pages for guests show of quizzes, and which facts change it. How many took part may be a minute old."""

from __future__ import annotations

from community.core.facts import records
from community.core.pagecache import changed
from polls.quizzes import facts

QUIZZES = "quizzes"  # which there are: the list


def quiz_topic(slug: str) -> str:
    return f"quiz:{slug}"


@records(facts.QuizOpened, facts.QuizChanged)
def quiz_changed(fact: facts.QuizOpened | facts.QuizChanged) -> None:
    changed(quiz_topic(fact.slug), QUIZZES)
