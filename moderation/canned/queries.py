"""Answers as pages show them: what fits a thread, with its blanks filled, and how each went so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext as _

from community.core import display
from community.core.among import among
from community.core.text import read_plainly
from community.members.models import Member
from forum.fields import told_of
from forum.models import BoardField, FieldKind, Post, Thread
from moderation.canned import access, policy
from moderation.canned.models import CannedAnswer, Use
from moderation.canned.policy import Blank, Filled, Outcome
from moderation.promises.models import SetAside

MOST = 300  # answers somebody chooses from
SHOWN = 5
_KINDS: dict[str, Blank] = {
    FieldKind.MODEL: Blank.CAR,
    FieldKind.YEAR: Blank.YEAR,
    FieldKind.MILEAGE: Blank.MILEAGE,
    FieldKind.CITY: Blank.CITY,
    FieldKind.FAULT: Blank.FAULT,
}
_CODES = {"en": "en", "zh": "zh-hans"}
Values = Mapping[Blank, str]


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in one language, for one thread."""

    lang: str
    text: str
    missing: tuple[Blank, ...]

    @property
    def shown(self) -> str:
        """As it reads where it is only looked at: what was escaped for the editor is itself."""
        return read_plainly(self.text)


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer as it is offered for a thread: the thread's own language first."""

    answer: CannedAnswer
    said: list[Said]
    outcome: Outcome
    nearness: float


def offered(viewer: Member, thread: Thread) -> list[CannedAnswer]:
    """Answers that the viewer may use on this thread. One statement."""
    here = Q(board=None) | Q(board=thread.board_id)
    rows = access.seen_by(viewer).filter(here, retired_at=None, lane__in=("", thread.lane))
    return list(rows.order_by("name", "pk")[:MOST])


def offers(viewer: Member, thread: Thread, opening: Post | None, *, most: int | None = None) -> list[Offer]:
    """Answers for a thread, the one that fits best first; see `policy`. At most three statements, one without any.

    `opening`: its first post, where the viewer may read that.
    """
    answers = offered(viewer, thread)
    if not answers:
        return []
    outcomes = outcomes_of([answer.pk for answer in answers])
    words = policy.terms(f"{thread.title} {opening.plain if opening else ''}")
    placed = sorted(
        ((_near(words, answer, outcomes), answer) for answer in answers),
        key=lambda pair: (-pair[0], -outcomes[pair[1].pk].used, pair[1].name, pair[1].pk),
    )[:most]
    values = values_in_both(viewer, thread, opening, [answer for _near, answer in placed])
    own = thread.lang or display.language_of(thread.title)
    return [
        Offer(
            answer=answer,
            said=sorted(
                (_said(lang, policy.fill(text, values[lang])) for lang, text in answer.texts),
                key=lambda said: said.lang != own,
            ),
            outcome=outcomes[answer.pk],
            nearness=near,
        )
        for near, answer in placed
    ]


def _said(lang: str, filled: Filled) -> Said:
    return Said(lang, filled.text, filled.missing)


def _near(words: set[str], answer: CannedAnswer, outcomes: Mapping[int, Outcome]) -> float:
    named = policy.terms(f"{answer.name} {answer.fits}")
    said = policy.terms(f"{answer.text_en} {answer.text_zh}")
    return policy.nearness(words, named=named, said=said, outcome=outcomes[answer.pk])


def offer_of(viewer: Member, thread: Thread, opening: Post | None, answer_id: int, lang: str) -> Said | None:
    """One answer that was chosen for a thread, in the language asked for or the one it has. At most two statements."""
    answer = next((one for one in offered(viewer, thread) if one.pk == answer_id), None)
    if answer is None:
        return None
    texts = dict(answer.texts)
    kept = lang if lang in texts else next(iter(texts))
    values = values_in_both(viewer, thread, opening, [answer])
    return _said(kept, policy.fill(texts[kept], values[kept]))


def values_in_both(
    viewer: Member, thread: Thread, opening: Post | None, answers: Iterable[CannedAnswer]
) -> dict[str, Values]:
    """What blanks are filled with, in each language. One statement where an answer asks what the board's form did."""
    asks = any(policy.asks_form(text) for answer in answers for _lang, text in answer.texts)
    told = told_of(opening.particulars) if asks and opening is not None else []
    kinds = dict(
        BoardField.objects.filter(pk__in=[one.field for one in told]).values_list("pk", "kind")
        if told
        else ()
    )
    both: dict[str, Values] = {}
    for lang, code in _CODES.items():
        with translation.override(code):
            values = {
                Blank.TITLE: thread.title,
                Blank.ASKER: thread.author.name if thread.author else "",
                Blank.BOARD: thread.board.title,
                Blank.ME: viewer.name,
            }
            for one in told:
                blank = _KINDS.get(kinds.get(one.field, ""))
                if blank is not None and blank not in values:
                    values[blank] = _(", ").join(words for words, _key in one.words())
            both[lang] = values
    return both


def outcomes_of(answer_ids: Iterable[int]) -> dict[int, Outcome]:
    """What became of these answers: replies that were begun from them, accepted, or called no answer. One statement.

    Counted from the replies themselves, so that taking something back counts at once.
    """
    ids = list(answer_ids)
    refused = SetAside.objects.filter(post=OuterRef("post"), why=SetAside.Why.NOT_ANSWER)
    rows = (
        Use.objects.filter(answer__in=ids)
        .annotate(is_refused=Exists(refused))
        .values("answer_id")
        .annotate(
            used=Count("pk"),
            bare=Count("pk", filter=Q(is_bare=True)),
            accepted=Count("pk", filter=Q(post__thread__accepted_post=F("post"))),
            rejected=Count("pk", filter=Q(is_refused=True)),
        )
    )
    found = {
        row["answer_id"]: Outcome(row["used"], row["bare"], row["accepted"], row["rejected"]) for row in rows
    }
    return {pk: found.get(pk, Outcome()) for pk in ids}


def for_staff(viewer: Member) -> list[tuple[CannedAnswer, Outcome]]:
    """Every answer the viewer may see, the team's first, those that were retired last. Two statements."""
    rows = access.seen_by(viewer).select_related("board", "changed_by")
    answers = list(
        rows.order_by(F("retired_at").asc(nulls_first=True), F("owner").asc(nulls_first=True), "name", "pk")[
            :MOST
        ]
    )
    outcomes = outcomes_of([answer.pk for answer in answers])
    return [(answer, outcomes[answer.pk]) for answer in answers]


def written_by_the_team(post_ids: Collection[int]) -> list[int]:
    """Those of these replies that a member of the team wrote, the earliest first. One statement."""
    posts = Post.objects.filter(pk__in=among(post_ids), number__gt=1, author__role__in=access.TEAM)
    return list(posts.order_by("pk").values_list("pk", flat=True))


def sent_bare(post_ids: Collection[int]) -> list[int]:
    """Those of these posts that were an answer and hardly a word more, the earliest first. One statement."""
    uses = Use.objects.filter(post__in=among(post_ids), is_bare=True)
    return list(uses.order_by("post_id").values_list("post_id", flat=True))
