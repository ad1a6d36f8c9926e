"""What the room of polls holds about a member, and how it goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.personal import (
    DERIVED,
    GOES,
    INNER,
    NUMBER,
    SOMEONE_ELSE,
    YOU,
    Stays,
    each,
    holds,
    nothing,
)
from polls.models import Poll

if TYPE_CHECKING:
    from forum.roles import Viewer

personal.room("polls", _("What you voted on"))

_WORDS = "others have voted on these words; who wrote them keeps a number, without a name"
_DRAWN = "a draw stays as it was announced, frozen and held, so that anyone can recompute it"
_COUNTED = "a vote that was counted stays counted; whose it was is taken off"

nothing(
    "polls.Choice", "told with the poll", "id poll number place text about picture alt takes_words added_at"
)
nothing("polls.Tally", "how many, never who", "id poll key group shard count")
holds(
    "polls.Recount",
    room="polls",
    title=_("Recounts of polls that you decided on"),
    owner="by",
    told="poll ballots reason before after at",
    untold={"id": NUMBER, "by": YOU} | each("undoes mark evidence", INNER),
    erase=Stays(
        blank={"by": None},
        kept=each(
            "id poll undoes mark ballots reason evidence before after at",
            "why a result was counted anew stays readable, without a name",
        ),
    ),
)
holds(
    "polls.Trial",
    room="polls",
    title=_("Trials you began"),
    owner="made_by",
    told="id name started_at ends_at ended_at",
    untold={"made_by": YOU} | each("place is_cut", INNER),
    erase=Stays(
        blank={"made_by": None},
        kept=each(
            "id name place started_at ends_at ended_at is_cut",
            "what was tried stays on record, without a name",
        ),
    ),
)
nothing("polls.Arm", "what a share of the guests sees", "id trial number poll share")
holds(
    "polls.Enrolment",
    room="polls",
    title=_("Trials of the first page that you were in as a guest"),
    about=_(
        "Which poll you were shown there, or none. What you chose does not stand here and cannot be found from here."
    ),
    owner="member",
    told="arm at",
    untold={"id": NUMBER, "member": YOU} | each("trial key", INNER),
    erase=GOES,
)
nothing("polls.Split", "how many, five people together at least", "poll made_at content dropped_at")
nothing("polls.Participation", "cannot be told to be yours: that is its point", "mark poll")
nothing("polls.SealedBox", "cannot be told to hold yours: that is its point", "id poll slot content")
holds(
    "polls.Poll",
    room="polls",
    title=_("Polls you made"),
    owner="author",
    told="id question about kind results changes secrecy audience state made_at opens_at closes_at closed_at thread "
    "board post",
    untold={"author": YOU}
    | each("slug lang", DERIVED)
    | each("least most low_label high_label takes_other method audience_value is_decision", INNER)
    | each("closes_after reminded_at home_on last_number correction_count recount_count", INNER)
    | each("answer_by first_answer_by answered_at reopened_at end_moved_at draw", INNER),
    erase=Stays(
        kept=each(
            "id author thread post board question slug about lang kind least most low_label high_label takes_other",
            _WORDS,
        )
        | each(
            "method results changes secrecy audience audience_value is_decision state made_at opens_at",
            _WORDS,
        )
        | each("closes_at closes_after closed_at reminded_at home_on last_number correction_count", _WORDS)
        | each("recount_count", _WORDS)
        | each("answer_by first_answer_by answered_at reopened_at end_moved_at draw", _WORDS)
    ),
)
holds(
    "polls.Correction",
    room="polls",
    title=_("Corrections you made to polls"),
    owner="by",
    told="poll field before after reason at",
    untold={"id": NUMBER, "by": YOU, "number": INNER, "ballots": INNER},
    erase=Stays(kept=each("id poll number field before after reason ballots by at", _WORDS)),
)
holds(
    "polls.BrandAnswer",
    room="polls",
    title=_("Answers you gave for the brand"),
    owner="by",
    told="poll outcome text at",
    untold={"id": NUMBER, "by": YOU},
    erase=Stays(
        blank={"by": None},
        kept=each("id poll outcome text at", "it is the brand's word to its members, not yours"),
    ),
)
holds(
    "polls.Draw",
    room="polls",
    title=_("Draws you announced"),
    owner="made_by",
    told="id prize terms value_kind closes_at value_at made_at",
    untold={"made_by": YOU}
    | each("source source_id winners_wanted frozen_at list_hash entry_count left_out", INNER)
    | each("value value_source drawn_at", INNER)
    | {"value_by": SOMEONE_ELSE},
    points={"value_by": "who entered a public value answers for it; the number stays without a name"},
    erase=Stays(
        blank={"made_by": None},
        kept=each(
            "id source source_id prize winners_wanted terms value_kind closes_at value_at made_at frozen_at",
            _DRAWN,
        )
        | each("list_hash entry_count left_out value value_source value_by drawn_at", _DRAWN),
    ),
)
holds(
    "polls.Entry",
    room="polls",
    title=_("Draws you entered"),
    about=_("The code stands in a list that anyone can recompute; your name never stands beside it."),
    owner="member",
    told="draw code place claimed_at",
    untold={"id": NUMBER, "member": YOU},
    erase=Stays(blank={"member": None}, kept=each("id draw code place claimed_at", _DRAWN)),
)
holds(
    "polls.GuestPledge",
    room="polls",
    title=_("Votes you cast before you had an account"),
    about=_("They become yours as soon as your address is proved; then this note goes."),
    owner="member",
    told="at",
    untold={"id": NUMBER, "member": YOU, "guest_key": INNER},
    erase=GOES,
)
holds(
    "polls.Reason",
    room="polls",
    title=_("Polls you began to give a reason for"),
    about=_("When, not the words: those are a draft or a post of yours."),
    owner="member",
    told="poll at",
    untold={"id": NUMBER, "member": YOU, "guest_key": INNER},
    erase=GOES,
)
# Before the ballots: these are found by them.
holds(
    "polls.BallotChoice",
    room="polls",
    title=_("What you chose"),
    owner="ballot__member",
    told="ballot choice rank words",
    untold={"id": NUMBER},
    erase=Stays(blank={"words": ""}, kept=each("id ballot choice rank", _COUNTED)),
)
holds(
    "polls.Ballot",
    room="polls",
    title=_("Your votes"),
    about=_("Not those in sealed polls: nobody can find them. What you chose is told with each vote."),
    owner="member",
    told="poll cast_at changed_at state",
    untold={"id": NUMBER, "member": YOU, "guest_key": INNER, "group": DERIVED, "change_count": INNER}
    | each("network device left_out_by", INNER),
    erase=Stays(
        blank={"member": None, "guest_key": "", "network": "", "device": ""},
        kept=each("id poll group state cast_at changed_at change_count left_out_by", _COUNTED),
    ),
)


@personal.names("polls.Poll")
def poll_names(viewer: Viewer, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = Poll.objects.visible_to(viewer).filter(pk__in=ids).only("pk", "question", "slug")
    return {row.pk: (row.question, row.get_absolute_url()) for row in rows}
