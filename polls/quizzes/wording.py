"""The rules of a quiz in whole sentences, and what is said of an answer."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from polls import eligibility
from polls.quizzes.models import Quiz
from polls.quizzes.queries.asked import Asked
from polls.quizzes.queries.runs import Mine, Stage


def rules(quiz: Quiz, count: int) -> list[tuple[str, str]]:
    """(heading, sentences): who, what is asked, how often, the result."""
    return [
        (_("Who"), _("%(audience)s.") % {"audience": eligibility.audience_of(quiz.audience).label}),
        (pgettext("quiz", "Questions"), _both(_questions(quiz, count), _time(quiz))),
        (_("Attempts"), attempts(quiz)),
        (_("Result"), _result(quiz)),
    ]


def _questions(quiz: Quiz, count: int) -> str:
    if 0 < quiz.draws < count:
        return _("%(draws)d questions, drawn from %(n)d.") % {"draws": quiz.draws, "n": count}
    return ngettext("%(n)d question.", "%(n)d questions.", count) % {"n": count}


def _time(quiz: Quiz) -> str:
    if not quiz.seconds:
        return _("Take all the time you like.")
    return ngettext(
        "%(n)d second for each. Slow networks are given a little more.",
        "%(n)d seconds for each. Slow networks are given a little more.",
        quiz.seconds,
    ) % {"n": quiz.seconds}


def attempts(quiz: Quiz) -> str:
    if quiz.most_attempts == 1:
        return _("One attempt.")
    often = (
        ngettext("%(n)d attempt.", "%(n)d attempts.", quiz.most_attempts) % {"n": quiz.most_attempts}
        if quiz.most_attempts
        else _("As often as you like.")
    )
    which = quiz.get_which_display() if quiz.is_knowledge else _("The last attempt counts")
    return _both(often, _("%(said)s.") % {"said": which})


def _both(one: str, other: str) -> str:
    """Two sentences as the language puts them one after the other."""
    return _("%(one)s %(other)s") % {"one": one, "other": other}


def _result(quiz: Quiz) -> str:
    if not quiz.is_knowledge:
        return _("What suits you, and how much of your answers points there. You alone see it.")
    said = _("After each question you read what is right, and why. You alone see your result.")
    if quiz.pass_percent:
        said = _both(said, _("It takes %(percent)d %% to pass.") % {"percent": quiz.pass_percent})
    return said


def verdict(asked: Asked) -> str:
    """How this question went, in a word or two."""
    answer = asked.answer
    if answer is None or not asked.quiz.is_knowledge:
        return ""
    if answer.is_late:
        return _("Time was up. This one does not count.")
    if not answer.picked:
        return _("Passed over.")
    return _("Right.") if answer.is_right else _("Not this time.")


def right_answer(asked: Asked) -> str:
    """The key in one line, for questions without a heading of their own."""
    right = [choice.text for choice in asked.choices if choice.is_right]
    return _("Right: %(answers)s") % {"answers": _(", ").join(right)} if right else _("Thank you.")


def remark(name: str) -> str:
    """What a figure means for the author, and what to do about it."""
    told = {
        "few": _("Too few answers to say much. Look again after thirty."),
        "upside_down": _(
            "Those who know more get this wrong more often. Check the key, and whether the words say what you mean."
        ),
        "misleading": _(
            "A wrong answer draws those who should know. Is it a little bit right? Make it clearly wrong."
        ),
        "too_easy": _("Nearly everybody knows this. Good to begin with; as a test it tells nothing."),
        "too_hard": _(
            "Fewer than one in five know this: no more than guessing. Explain it first, or ask it more simply."
        ),
        "weak": _("Knowing this says little about knowing the rest. It may belong to another quiz."),
        "unsure": _(
            "These answers cannot say yet whether this question tells those who know from those who do not."
        ),
        "unused": _("An answer nobody takes could as well not be there. Find a mistake people really make."),
        "good": _("This question does its work."),
    }
    return told[name]


def run_phrases() -> dict[str, str]:
    """What a player is told in a hosted run, by name; places in braces are filled in here and by the script."""
    return {
        "lobby": _("You are in. It begins when the host says so."),
        "pick": _("The first answer you send counts."),
        "in": _("Your answer is in: {letters}. It took {seconds} s."),
        "right": _("Right: {gain} points."),
        "wrong": _("Not this time."),
        "none": _("No answer from you here."),
        "total": _("{points} points in all, place {place} of {players}."),
        "even": _("Nobody has points yet."),
        "both": _("{one} {two}"),
        "end_even": _("Nobody won a point this time."),
        "end": _("You finished on place {place} of {players}, with {points} points."),
        "left": _("{n} s left"),
        "up": _("Time is up. Answers under way still count for a moment."),
        "paused": _("The host is away just now. Nothing is lost: it goes on when they are back."),
        "away": _("The connection is gone. This page asks again by itself."),
        "failed": _("That did not arrive. Please try again."),
    }


def run_said(told: Stage, mine: Mine) -> str:
    """The same, of how this player stands, as the page is drawn."""
    words, player, given = run_phrases(), mine.player, mine.answer
    values = {"points": player.points, "place": mine.place, "players": told.players}
    total = words["total" if mine.place else "even"].format(**values)
    match told.run.state:
        case "lobby":
            return words["lobby"]
        case "asking":
            if given is None:
                return words["pick"]
            return words["in"].format(letters=mine.letters, seconds=f"{given.elapsed / 1000:.1f}")
        case "closed":
            if given is None:
                return words["both"].format(one=words["none"], two=total)
            how = words["right"].format(gain=given.points) if given.is_right else words["wrong"]
            return words["both"].format(one=how, two=total)
        case "standings":
            return total
    return words["end" if mine.place else "end_even"].format(**values)
