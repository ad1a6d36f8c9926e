"""The demo's quizzes: one of knowledge and one of taste, in both languages, with people who took them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from community.core import chance, clock
from community.members.models import Member, Role
from polls.quizzes import actions
from polls.quizzes.actions import OptionSpec, OutcomeSpec, QuestionSpec, Spec
from polls.quizzes.models import Kind, Option, Quiz
from polls.voters import Voter

TAKERS, GUESTS = 24, 8  # people of each quiz


@dataclass(frozen=True, slots=True)
class PlannedQuiz:
    """One quiz: its words, when it was published, and how likely somebody knows an answer."""

    spec: Spec
    days_ago: int
    known: int = 55  # per cent


def _asked(
    text: str, right: str, others: tuple[str, ...], why: tuple[str, str], source: str = ""
) -> QuestionSpec:
    options = [OptionSpec(right, is_right=True), *[OptionSpec(other) for other in others]]
    return QuestionSpec(text, options, why_title=why[0], why=why[1], source=source)


def _leaning(text: str, *options: tuple[str, dict[int, int]]) -> QuestionSpec:
    return QuestionSpec(text, [OptionSpec(said, weights=weights) for said, weights in options])


def _planned() -> list[PlannedQuiz]:
    return [
        PlannedQuiz(
            Spec(
                title="At ten below, where does your charge go?",
                about="Five questions about winter range, measured by members.",
                board="winter",
                pass_percent=60,
                questions=[
                    _asked(
                        "At ten below on the motorway, which one buys the most kilometres?",
                        "110 down to 100 km/h",
                        (
                            "Preheat for half an hour on the plug",
                            "Cabin from 22 to 20 °C",
                            "Tyres from 2.4 to 2.6 bar",
                        ),
                        (
                            "Ten slower, forty-six further",
                            "Preheating saves the first forty kilometres, no more. Slowing down saves all the way.",
                        ),
                        "Three winter trips by members, checked by an engineer of ours",
                    ),
                    _asked(
                        "What uses most of the battery on a short trip in the cold?",
                        "Heating cabin and battery",
                        ("The headlights", "The seat heating", "The radio"),
                        (
                            "Warmth costs more than light",
                            "In the first minutes heating draws several kilowatts, lights and seats a few hundred watts.",
                        ),
                    ),
                    _asked(
                        "You arrive with a cold battery at a fast charger. What happens?",
                        "It charges slowly until the battery is warm",
                        ("It charges as fast as ever", "The charger refuses", "The range display resets"),
                        (
                            "Cold cells take less current",
                            "Set the charger as the destination: the car warms the battery on the way.",
                        ),
                    ),
                    _asked(
                        "Up to what level is a stop at a fast charger quickest?",
                        "About 80 %",
                        ("About 50 %", "100 %", "It makes no difference"),
                        (
                            "The last fifth takes as long as the first half",
                            "From about eighty per cent on current falls steeply. Two short stops beat one long one.",
                        ),
                    ),
                    _asked(
                        "How does tyre pressure change when it gets ten degrees colder?",
                        "It falls by about 0.1 bar",
                        ("It rises by about 0.1 bar", "It stays as it is", "It falls by about 1 bar"),
                        (
                            "Check when it turns cold",
                            "Air shrinks in the cold. Measure on cold tyres, once a month from October on.",
                        ),
                    ),
                ],
            ),
            days_ago=19,
        ),
        PlannedQuiz(
            Spec(
                title="零下十度，你的电都花在哪儿了？",
                about="五道冬季续航题，数据来自车友实测。",
                board="winter",
                pass_percent=60,
                questions=[
                    _asked(
                        "零下 10 ℃ 跑高速，下面哪一件事最能多跑几公里？",
                        "车速从 110 降到 100",
                        ("出发前插着枪预热半小时", "把空调从 22 ℃ 降到 20 ℃", "胎压从 2.4 打到 2.6"),
                        (
                            "慢 10 公里，多跑 46 公里",
                            "预热省下的是头 40 公里的电，之后就平了；降速省的是全程。",
                        ),
                        "数据来自车友的三趟冬季实测，工程师核对过",
                    ),
                    _asked(
                        "冷天跑短途，电主要花在哪儿？",
                        "给座舱和电池加热",
                        ("大灯", "座椅加热", "音响"),
                        ("暖比亮费电", "刚上路几分钟，加热要用几千瓦；大灯和座椅只要几百瓦。"),
                    ),
                    _asked(
                        "电池还冷着就去快充，会怎样？",
                        "先慢充，等电池热起来",
                        ("和平时一样快", "充电桩拒绝充电", "续航显示归零"),
                        ("电芯冷，电流就小", "把充电站设为目的地，车会在路上给电池加热。"),
                    ),
                    _asked(
                        "快充充到多少停，最省时间？",
                        "80% 左右",
                        ("50% 左右", "100%", "都一样"),
                        (
                            "最后五分之一，和前一半一样久",
                            "过了百分之八十电流降得很快，两次短充比一次充满更快。",
                        ),
                    ),
                    _asked(
                        "气温降 10 ℃，胎压会怎样？",
                        "降大约 0.1 bar",
                        ("升大约 0.1 bar", "不变", "降大约 1 bar"),
                        ("天一冷就量一量", "冷了空气会收缩。冷胎时量，入冬后每月一次。"),
                    ),
                ],
            ),
            days_ago=18,
            known=62,
        ),
        PlannedQuiz(
            Spec(
                title="Which Aurora suits your days?",
                about="Three questions about how you drive, not about what you can pay.",
                kind=Kind.OUTCOME,
                outcomes=[
                    OutcomeSpec("Aurora E", "Long roads, quiet, one charge a day.", "aurora-e"),
                    OutcomeSpec(
                        "Aurora Trek",
                        "Loads, trailers, bad roads, and a way home without a plug.",
                        "aurora-trek",
                    ),
                    OutcomeSpec(
                        "Aurora Mini", "Town, narrow places, more room than it looks.", "aurora-mini"
                    ),
                ],
                questions=[
                    _leaning(
                        "Where do you drive most?",
                        ("In town", {2: 2}),
                        ("On motorways", {0: 2}),
                        ("On roads that are none", {1: 2}),
                    ),
                    _leaning(
                        "What comes along?",
                        ("Myself and a bag", {2: 2, 0: 1}),
                        ("A family", {0: 2, 1: 1}),
                        ("A trailer, a boat, a horse", {1: 3}),
                    ),
                    _leaning(
                        "Where would you charge?",
                        ("At home", {0: 1, 2: 1}),
                        ("At work", {0: 1, 2: 1}),
                        ("I do not know yet", {1: 2}),
                    ),
                ],
            ),
            days_ago=12,
        ),
        PlannedQuiz(
            Spec(
                title="哪款 Aurora 适合你的日子？",
                about="三个问题，问的是怎么开，不是预算多少。",
                kind=Kind.OUTCOME,
                outcomes=[
                    OutcomeSpec("Aurora E", "跑长途，安静，一天一充。", "aurora-e"),
                    OutcomeSpec("Aurora Trek", "拉货、拖挂、烂路，没有桩也能回家。", "aurora-trek"),
                    OutcomeSpec("Aurora Mini", "市区、窄车位，比看起来能装。", "aurora-mini"),
                ],
                questions=[
                    _leaning("平时主要在哪儿开？", ("市区", {2: 2}), ("高速", {0: 2}), ("烂路", {1: 2})),
                    _leaning(
                        "车上一般有谁？",
                        ("我和一个包", {2: 2, 0: 1}),
                        ("一家人", {0: 2, 1: 1}),
                        ("拖车、船、马", {1: 3}),
                    ),
                    _leaning(
                        "打算在哪儿充电？",
                        ("家里", {0: 1, 2: 1}),
                        ("公司", {0: 1, 2: 1}),
                        ("还没想好", {1: 2}),
                    ),
                ],
            ),
            days_ago=11,
        ),
    ]


def make_quizzes(cast: dict[str, Member], held: clock.FrozenClock, *, now: datetime) -> int:
    """Publish the quizzes and let people take them, each at their own time; how many. The caller holds the
    transaction."""
    people = list(cast.values())
    team = next(member for member in people if member.role == Role.ADMIN)
    takers = [member for member in people if member.role == Role.MEMBER and not member.is_imported]
    planned = _planned()
    for number, plan in enumerate(planned):
        began = now - timedelta(days=plan.days_ago)
        held.set(began)
        quiz = actions.make_quiz(actor=team, spec=plan.spec)
        crowd = [Voter.of(member) for member in chance.shuffled(takers)[:TAKERS]]
        crowd += [Voter(None, f"demo-quiz-guest-{number}-{n}") for n in range(GUESTS)]
        for place, voter in enumerate(chance.shuffled(crowd)):
            held.set(began + (now - began) * (place + 1) / (len(crowd) + 2))
            _take(quiz, voter, plan.known)
    held.set(now)
    return len(planned)


def _take(quiz: Quiz, voter: Voter, known: int) -> None:
    attempt = actions.start_attempt(voter=voter, slug=quiz.slug)
    right = dict(
        Option.objects.filter(question__items__quiz=quiz, is_right=True).values_list("question_id", "number")
    )
    knows = known + chance.below(41) - 20  # some people know more than others
    for place, (question, order) in enumerate(attempt.plan):
        at = chance.below(len(order))
        if question in right and chance.below(100) < knows:
            at = order.index(right[question])
        actions.answer_question(voter=voter, slug=quiz.slug, place=place, picked=[str(at)])
