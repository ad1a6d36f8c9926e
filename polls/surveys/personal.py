"""What the room of surveys holds about a member, and how it goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.personal import DERIVED, INNER, NUMBER, YOU, Stays, each, holds, nothing
from polls.surveys.models import Survey

if TYPE_CHECKING:
    from forum.roles import Viewer

personal.room("surveys", _("Surveys"))

_WORDS = "others have answered these words; who wrote them keeps a number, without a name"
_COUNTED = "what was counted stays counted; whose it was is taken off"
_SEALED = "cannot be told to be yours: that is its point"

nothing(
    "surveys.Wave",
    "told with the survey",
    "id survey number opens_at closes_at closed_at published_at note",
)
nothing(
    "surveys.Question",
    "told with the survey",
    "id wave number kind text about section starts_page is_required most low high low_label high_label jumps wording",
)
nothing("surveys.Option", "told with the question", "id question number text")
nothing("surveys.Sheet", _SEALED, "mark wave content")
nothing("surveys.Handed", _SEALED, "mark wave")
nothing("surveys.Box", _SEALED, "id wave slot content")
nothing("surveys.Counted", "how many, never who", "id question value count")
nothing("surveys.Words", _SEALED, "id question text")
holds(
    "surveys.Survey",
    room="surveys",
    title=_("Surveys you made"),
    owner="author",
    told="id title about thanks secrecy audience state made_at opens_at board",
    untold={"author": YOU, "draw": INNER} | each("slug lang", DERIVED),
    erase=Stays(
        kept=each(
            "id author board slug title about thanks lang secrecy audience state made_at opens_at draw",
            _WORDS,
        )
    ),
)
# Before the responses: these are found by them.
holds(
    "surveys.Answer",
    room="surveys",
    title=_("What you answered in surveys"),
    owner="response__member",
    told="response question value words",
    untold={"id": NUMBER},
    erase=Stays(blank={"words": ""}, kept=each("id response question value", _COUNTED)),
)
holds(
    "surveys.Response",
    room="surveys",
    title=_("Surveys you answered"),
    about=_(
        "Not the anonymous ones: nobody can find your answers there. What you answered is told with each."
    ),
    owner="member",
    told="id wave state progress started_at sent_at",
    untold={"member": YOU, "guest_key": INNER, "group": DERIVED},
    erase=Stays(
        blank={"member": None, "guest_key": "", "progress": {}},
        kept=each("id wave group state started_at sent_at", _COUNTED),
    ),
)


@personal.names("surveys.Survey")
def survey_names(viewer: Viewer, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = Survey.objects.visible_to(viewer).filter(pk__in=ids).only("pk", "title", "slug")
    return {row.pk: (row.title, row.get_absolute_url()) for row in rows}
