"""The shared set of questions, on the database this run stands on."""

from __future__ import annotations

import pytest

from tests.search import corpus, questions


def test_there_are_enough_questions_in_both_languages():
    languages = [asking.language for asking in questions.every()]
    assert languages.count("zh") >= 200 and languages.count("en") >= 100
    texts = [asking.text for asking in questions.every()]
    assert len(texts) == len(set(texts))


@pytest.mark.django_db
def test_every_question_finds_what_it_must_in_the_right_order():
    assert questions.wrong(corpus.write()) == []
