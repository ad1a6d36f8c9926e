"""Making quizzes: who may, what is refused, what becomes of questions somebody answered."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from community.core.access import Invalid, Refused
from community.files.actions import discard_unused
from polls.quizzes import actions, typed
from polls.quizzes.actions import OptionSpec, OutcomeSpec, QuestionSpec
from polls.quizzes.models import Item, Question, Quiz
from polls.quizzes.policy import MOST_OPTIONS, MOST_QUESTIONS
from polls.quizzes.queries import statistics as figures
from polls.quizzes.queries.statistics import of_quiz
from polls.quizzes.statistics import ENOUGH
from tests.builders.files import an_upload, photo
from tests.builders.members import a_member, signed_in
from tests.builders.quizzes import a_question, a_quiz, a_spec, an_attempt, an_outcome_quiz

pytestmark = pytest.mark.django_db


def typed_form(spec, **more: str) -> dict[str, str]:
    """What a browser sends of this quiz's form."""
    form = {
        "title": spec.title,
        "about": spec.about,
        "kind": spec.kind,
        "audience": spec.audience,
        "which": spec.which,
        "shuffles": "1",
        "questions": str(len(spec.questions)),
        "outcomes": str(len(spec.outcomes)),
    }
    for at, outcome in enumerate(spec.outcomes):
        form |= {f"o-{at}-title": outcome.title, f"o-{at}-number": str(outcome.number)}
    for at, question in enumerate(spec.questions):
        form |= {f"q-{at}-text": question.text, f"q-{at}-why": question.why, f"q-{at}-pk": str(question.pk)}
        for row, option in enumerate(question.options):
            form |= {f"q-{at}-{row}-text": option.text, f"q-{at}-{row}-note": option.note}
            form |= {f"q-{at}-{row}-right": "1"} if option.is_right else {}
            form |= {f"q-{at}-{row}-w-{place}": str(n) for place, n in option.weights.items()}
    return form | more


def test_members_make_no_quiz():
    with pytest.raises(Refused):
        actions.make_quiz(actor=a_member(), spec=a_spec())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"questions": []}, "questions"),
        ({"questions": [a_question()] * (MOST_QUESTIONS + 1)}, "questions"),
        ({"questions": [a_question(right=9)]}, "q-0-options"),
        ({"questions": [a_question(of=1)]}, "q-0-options"),
        ({"questions": [a_question(of=MOST_OPTIONS + 1)]}, "q-0-options"),
        ({"questions": [a_question("x" * 301)]}, "q-0-text"),
        ({"questions": [a_question(upload="nobodys", alt="A road")]}, "q-0-upload"),
        ({"seconds": 1}, "seconds"),
        ({"seconds": -1}, "seconds"),
        ({"most_attempts": 10**9}, "most_attempts"),
        ({"pass_percent": 101}, "pass_percent"),
        ({"audience": "martians"}, "audience"),
        ({"kind": "other"}, "kind"),
        ({"which": "worst"}, "which"),
        ({"kind": "outcome"}, "outcomes"),
    ],
)
def test_what_is_no_quiz_is_refused_where_it_stands(change, field):
    with pytest.raises(Invalid) as refusal:
        actions.make_quiz(actor=a_member(role="editor"), spec=replace(a_spec(), **change))
    assert refusal.value.field == field
    assert not Question.objects.exists() or field.startswith("q-")


def test_two_answers_that_say_the_same_are_refused():
    options = [OptionSpec("Same", is_right=True), OptionSpec("same ")]
    with pytest.raises(Invalid):
        a_quiz([QuestionSpec("Which?", options)])


def test_an_answered_question_stays_as_it_was_asked():
    quiz = a_quiz(2)
    an_attempt(quiz)
    spec = typed.from_quiz(quiz)
    before = [question.pk for question in spec.questions]
    changed = replace(spec.questions[0], text="In other words?")
    actions.edit_quiz(
        actor=quiz.author, slug=quiz.slug, spec=replace(spec, questions=[changed, spec.questions[1]])
    )
    after = list(Item.objects.filter(quiz=quiz).order_by("place").values_list("question_id", flat=True))
    assert after[0] != before[0]
    assert after[1] == before[1]
    assert Question.objects.get(pk=before[0]).text != "In other words?"
    assert Question.objects.get(pk=after[0]).answered_count == 0


def test_an_unanswered_question_is_altered_in_place():
    quiz = a_quiz(1)
    spec = typed.from_quiz(quiz)
    changed = replace(spec.questions[0], text="In other words?")
    actions.edit_quiz(actor=quiz.author, slug=quiz.slug, spec=replace(spec, questions=[changed]))
    assert Question.objects.get().text == "In other words?"


def test_an_attempt_under_way_goes_on_with_its_questions():
    from polls.voters import Voter

    quiz, voter = a_quiz(2), Voter.of(a_member())
    actions.start_attempt(voter=voter, slug=quiz.slug)
    actions.answer_question(voter=voter, slug=quiz.slug, place=0, picked=["0"])
    spec = typed.from_quiz(quiz)
    actions.edit_quiz(actor=quiz.author, slug=quiz.slug, spec=replace(spec, questions=[a_question()]))
    given = actions.answer_question(voter=voter, slug=quiz.slug, place=1, picked=["0"])
    assert given.attempt.is_finished


def test_a_quiz_moves_only_where_it_can_go(facts):
    quiz = a_quiz(1, is_draft=True)
    assert not facts.of("QuizOpened")
    actions.move_quiz(actor=quiz.author, slug=quiz.slug, to="open")
    actions.move_quiz(actor=quiz.author, slug=quiz.slug, to="open")
    facts.only("QuizOpened")
    with pytest.raises(Refused):
        actions.move_quiz(actor=quiz.author, slug=quiz.slug, to="draft")
    with pytest.raises(Refused):
        actions.move_quiz(actor=a_member(role="editor"), slug=quiz.slug, to="removed")


def test_a_copy_asks_the_same_and_is_a_draft():
    quiz = an_outcome_quiz()
    copy = actions.duplicate_quiz(actor=quiz.author, slug=quiz.slug)
    assert (copy.state, copy.finished_count) == ("draft", 0)
    assert copy.slug != quiz.slug
    assert [one.pk for one in typed.from_quiz(copy).questions] == [
        one.pk for one in typed.from_quiz(quiz).questions
    ]
    assert [one.title for one in copy.outcomes.all()] == [one.title for one in quiz.outcomes.all()]
    actions.move_quiz(actor=quiz.author, slug=copy.slug, to="open")
    assert an_attempt(Quiz.objects.get(pk=copy.pk)).outcome.quiz_id == copy.pk


def test_a_quiz_is_made_through_its_form_and_read_back():
    client = signed_in(Client(), a_member(role="editor"))
    spec = a_spec(2, about="Three minutes")
    answer = client.post("/quizzes/new/", typed_form(spec, do="publish", pass_percent="50", seconds="30"))
    quiz = Quiz.objects.get()
    assert answer["Location"] == quiz.get_absolute_url()
    assert (quiz.state, quiz.pass_percent, quiz.seconds) == ("open", 50, 30)
    back = typed.from_quiz(quiz)
    assert [one.text for one in back.questions] == [one.text for one in spec.questions]
    assert [one.options for one in back.questions] == [one.options for one in spec.questions]


def test_what_was_typed_stays_when_it_is_refused():
    client = signed_in(Client(), a_member(role="editor"))
    spec = a_spec(1)
    answer = client.post("/quizzes/new/", typed_form(spec, do="publish", seconds="1"))
    told = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in told
    assert spec.questions[0].text in told
    assert 'href="#seconds"' in told


def test_another_row_saves_nothing():
    client = signed_in(Client(), a_member(role="editor"))
    answer = client.post("/quizzes/new/", typed_form(a_spec(1), do="question"))
    assert 'id="q-1-text"' in answer.content.decode()
    assert not Quiz.objects.exists()


def test_questions_come_from_ones_own_bank_alone():
    author = a_member(role="editor")
    mine, others = a_quiz(1, author=author), a_quiz(1)
    known = Question.objects.get(items__quiz=mine)
    foreign = Question.objects.get(items__quiz=others)
    form = typed_form(a_spec(1), do="bank") | {
        "bank": [str(known.pk), str(foreign.pk), "x", "9" * 30, "9" * 5000]
    }
    told = signed_in(Client(), author).post("/quizzes/new/", form).content.decode()
    assert f'name="q-1-pk" value="{known.pk}"' in told
    assert foreign.text not in told


@pytest.mark.parametrize("name", ["", "knowledge", "outcome", "nonsense"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_templates_open_in_both_languages(name, language):
    client = signed_in(Client(), a_member(role="editor", language=language))
    assert client.get(f"/quizzes/new/?template={name}").status_code == 200


def test_hostile_forms_are_refused_without_a_fault():
    client = signed_in(Client(), a_member(role="editor"))
    for form in (
        {},
        {"questions": "9" * 400, "outcomes": "-1", "title": "A"},
        {"questions": "1", "q-0-text": "A" * 10_000, "title": "A", "do": "publish"},
        {"title": "A", "kind": "outcome", "outcomes": "99", "o-0-title": "B", "o-0-number": "99999999"},
        {"title": "A", "board": "nowhere' OR 1=1"},
        {"title": "A", "questions": "1", "q-0-pk": "999999999", "q-0-text": "B", "q-0-0-text": "C"},
    ):
        assert client.post("/quizzes/new/", form).status_code in (404, 422, 302)


# Figures ---------------------------------------------------------------------------------------------------------


def test_figures_are_hidden_below_five_and_told_from_then_on():
    quiz = a_quiz(1)
    for _ in range(4):
        an_attempt(quiz)
    (one,) = figures.of_quiz(quiz)
    assert (one.n, one.percent, {row.n for row in one.options}) == (None, None, {None})
    an_attempt(quiz, right=0)
    (one,) = figures.of_quiz(quiz)
    assert (one.n, one.percent) == (5, 80)
    assert one.discrimination is None


def test_sums_from_groups_are_those_of_single_answers():
    quiz = a_quiz(3)
    for n in range(ENOUGH + 3):
        an_attempt(quiz, right=n % 4, seed=str(n % 3))
    from polls.quizzes import statistics
    from polls.quizzes.models import Answer
    from tests.quizzes.test_statistics import sums_of

    for one in of_quiz(quiz):
        answers = Answer.objects.filter(question=one.question).select_related("attempt")
        pairs = [(int(a.is_right), a.attempt.right_count - int(a.is_right)) for a in answers]
        expected = statistics.discrimination(sums_of(pairs))
        assert one.discrimination == (None if expected is None else round(expected, 2))
        assert one.n == ENOUGH + 3


def test_the_page_of_figures_is_for_the_author_and_the_team():
    quiz = a_quiz(1)
    an_attempt(quiz)
    address = f"/quizzes/{quiz.slug}/statistics/"
    assert signed_in(Client(), a_member()).get(address).status_code == 403
    assert signed_in(Client(), a_member(role="editor")).get(address).status_code == 403
    told = signed_in(Client(), quiz.author).get(address).content.decode()
    assert "fewer than five answers" in told
    assert signed_in(Client(), quiz.author).get(f"/quizzes/{quiz.slug}/preview/").status_code == 200


def test_an_outcome_without_a_title_is_refused():
    with pytest.raises(Invalid):
        an_outcome_quiz(outcomes=[OutcomeSpec("One"), OutcomeSpec(" ")])


def _typed(**fields: object) -> dict[str, object]:
    """The form of a quiz of one question, as a browser sends it."""
    told = {
        "title": "Roads of the north",
        "kind": "knowledge",
        "questions": "1",
        "outcomes": "0",
        "do": "publish",
    }
    asked = {
        "text": "Where is this?",
        "0-text": "Norway",
        "0-right": "1",
        "1-text": "Gobi",
        "alt": "A road by the sea",
    }
    return told | {f"q-0-{name}": value for name, value in asked.items()} | fields


def test_a_question_shows_one_of_my_pictures_or_a_new_one():
    editor = a_member(role="editor")
    client = signed_in(Client(), editor, strongly=True)
    small = photo(64, 48)
    mine, other = an_upload(owner=editor, data=small), an_upload(owner=a_member(), data=small)
    form = client.get("/quizzes/new/").content.decode()
    assert f'name="q-0-upload" value="{mine.key}"' in form
    assert other.key not in form
    assert client.post("/quizzes/new/", _typed(**{"q-0-upload": mine.key})).status_code == 302
    assert Question.objects.get().picture == mine
    sent = client.post("/quizzes/new/", _typed(**{"q-0-upload": other.key}))
    assert sent.status_code == 422
    file = SimpleUploadedFile("road.jpg", small, "image/jpeg")
    more = client.post("/quizzes/new/", _typed(do="question", **{"q-0-file": file})).content.decode()
    (key,) = re.findall(r'name="q-0-upload" value="(\w+)" checked', more)
    assert client.post("/quizzes/new/", _typed(**{"q-0-upload": key})).status_code == 302
    assert Question.objects.last().picture.key == key
    broken = SimpleUploadedFile("road.jpg", b"no picture", "image/jpeg")
    assert client.post("/quizzes/new/", _typed(**{"q-0-file": broken})).status_code == 422


def test_a_picture_that_a_question_shows_is_not_swept_away():
    editor = a_member(role="editor")
    shown, unused = [an_upload(owner=editor, data=photo(64, 48), is_ready=False) for _ in range(2)]
    a_quiz([a_question(upload=shown.key, alt="A road")], author=editor)
    assert discard_unused(upload_ids=[shown.pk, unused.pk]) == 1
    assert Question.objects.get().picture == shown
