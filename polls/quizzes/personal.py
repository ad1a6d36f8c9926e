"""What the room of quizzes holds about a member, and how it goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.personal import DERIVED, INNER, NUMBER, YOU, Stays, each, holds, nothing
from polls.quizzes.models import Quiz

if TYPE_CHECKING:
    from forum.roles import Viewer

personal.room("quizzes", _("Quizzes"))

_WORDS = "others have answered these words; who wrote them keeps a number, without a name"
_COUNTED = "what was counted stays counted; whose it was is taken off"

nothing(
    "quizzes.Option", "told with the question", "id question number text note is_right weights picked_count"
)
nothing("quizzes.Item", "which question a quiz asks where", "id quiz question place")
nothing("quizzes.Outcome", "told with the quiz", "id quiz number place title text board")
holds(
    "quizzes.Quiz",
    room="quizzes",
    title=_("Quizzes you made"),
    owner="author",
    told="id title about kind state audience made_at opens_at board",
    untold={"author": YOU}
    | each("slug lang", DERIVED)
    | each("audience_value draws shuffles most_attempts which seconds pass_percent finished_count", INNER),
    erase=Stays(
        kept=each(
            "id author board slug title about lang kind state audience audience_value draws shuffles most_attempts",
            _WORDS,
        )
        | each("which seconds pass_percent made_at opens_at finished_count", _WORDS)
    ),
)
holds(
    "quizzes.Question",
    room="quizzes",
    title=_("Questions you wrote"),
    owner="author",
    told="id text why_title why source made_at picture alt",
    untold={"author": YOU} | each("takes_several answered_count right_count", INNER),
    erase=Stays(
        kept=each("id author text picture alt takes_several why_title why source made_at", _WORDS)
        | each("answered_count right_count", _WORDS)
    ),
)
# Before the attempts: these are found by them.
holds(
    "quizzes.Card",
    room="quizzes",
    title=_("Result cards you shared"),
    owner="attempt__member",
    told="attempt shows_name made_at",
    untold={"id": NUMBER, "token": INNER, "lang": INNER},
)
holds(
    "quizzes.Answer",
    room="quizzes",
    title=_("What you answered"),
    owner="attempt__member",
    told="attempt question picked is_right is_late at",
    untold={"id": NUMBER, "place": INNER},
    erase=Stays(kept=each("id attempt place question picked is_right is_late at", _COUNTED)),
)
holds(
    "quizzes.Attempt",
    room="quizzes",
    title=_("Quizzes you took"),
    owner="member",
    told="id quiz number started_at finished_at right_count outcome is_passed",
    untold={"member": YOU} | each("guest_key plan at shown_at is_unhurried", INNER),
    erase=Stays(
        blank={"member": None, "guest_key": ""},
        kept=each("id quiz number plan at shown_at is_unhurried started_at finished_at", _COUNTED)
        | each("right_count outcome is_passed", _COUNTED),
    ),
)

# Runs: who led them keeps a number as an author does; who played keeps their place among the others, without a name.
holds(
    "quizzes.Run",
    room="quizzes",
    title=_("Quizzes you hosted"),
    owner="host",
    told="id quiz code state started_at ended_at seconds",
    untold={"host": YOU} | each("sheets sequence asked shown_at ends_at host_seen_at paused_at", INNER),
    erase=Stays(
        kept=each("id quiz host code sheets seconds state sequence asked shown_at ends_at", _WORDS)
        | each("host_seen_at paused_at started_at ended_at", _WORDS)
    ),
)
holds(
    "quizzes.RunAnswer",
    room="quizzes",
    title=_("What you answered in hosted quizzes"),
    owner="player__member",
    told="run place picked elapsed is_right points at",
    untold={"id": NUMBER, "player": YOU},
    erase=Stays(kept=each("id run player place picked elapsed is_right points at", _COUNTED)),
)
holds(
    "quizzes.Player",
    room="quizzes",
    title=_("Hosted quizzes you played in"),
    owner="member",
    told="id run name points right_count joined_at",
    untold={"member": YOU} | each("guest_key name_key is_nameless", INNER),
    erase=Stays(
        blank={"member": None, "guest_key": "", "name": "", "name_key": ""},
        kept=each("id run is_nameless points right_count joined_at", _COUNTED),
    ),
)


@personal.names("quizzes.Quiz")
def quiz_names(viewer: Viewer, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = Quiz.objects.visible_to(viewer).filter(pk__in=ids).only("pk", "title", "slug")
    return {row.pk: (row.title, row.get_absolute_url()) for row in rows}
