"""Keeping the rows of the desk: which threads are open, and how each is ranked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from community.core import clock
from community.core.among import among
from community.core.retrying import action
from forum.models import Post, PostState
from moderation.desk import scoring
from moderation.desk.actions.learning import learnt
from moderation.desk.hazard import Hazard
from moderation.desk.knowing import known_now, open_threads
from moderation.desk.models import BoardRhythm, DeskThread, Place, Rescore
from moderation.desk.past import FRESH, Known, hours
from moderation.desk.rhythm import Rhythm

BATCH = 500
STALE = timedelta(minutes=5)  # after which time may have changed a score
UNANSWERED_FOR = timedelta(days=14)  # so long a question without any answer stays a matter of today
_SCORED = ["board", "lane", "score", "reasons", "is_fresh", "is_key", "scored_at", "is_learnt"]


@action
def rescore(*, thread_ids: Collection[int]) -> int:
    """Rank these threads as they stand now; those that are not open leave the desk. How many are open.

    Six statements at most, however many, and one more once in ten minutes. Repeat-safe: what was done with a row stays.
    """
    now = clock.now()
    known = known_now(thread_ids, now)
    model = learnt().model
    rows = [_scored(one, now, model) for one in known]
    if rows:
        DeskThread.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["thread"], update_fields=_SCORED
        )
    gone = set(thread_ids) - {one.thread_id for one in known}
    if gone:
        DeskThread.objects.filter(pk__in=among(gone)).delete()
    return len(rows)


def _scored(known: Known, now: datetime, model: Hazard | None) -> DeskThread:
    score = model.score(known) if model else scoring.score(known)
    return DeskThread(
        thread_id=known.thread_id,
        board_id=known.board_id,
        lane=known.lane,
        score=score.total,
        reasons=[[reason.why.value, reason.points] for reason in score.reasons],
        is_fresh=is_fresh(known),
        is_key=known.is_key and (known.is_unanswered or known.follow_up),
        scored_at=now,
        is_learnt=model is not None,
    )


def is_fresh(known: Known) -> bool:
    """Whether a thread is a matter of hours: talked in lately, or asked and without any answer for not too long."""
    if known.quiet <= hours(FRESH):
        return True
    return known.asks and known.is_unanswered and known.age <= hours(UNANSWERED_FOR)


def stale(*, limit: int) -> list[int]:
    """Threads that time alone may rank otherwise by now, the longest ago first. One statement.

    Those ranked at a moment that is still to come are among them: the clock was set back.
    """
    now = clock.now()
    long_ago = Q(scored_at__lt=now - STALE) | Q(scored_at__gt=now)
    rows = DeskThread.objects.filter(long_ago, is_fresh=True)
    return list(rows.order_by("scored_at").values_list("pk", flat=True)[:limit])


def late() -> list[DeskThread]:
    """What was due within the last day and is in somebody's hands still. One statement."""
    now = clock.now()
    rows = DeskThread.objects.filter(place=Place.DUE, due_at__lte=now, due_at__gt=now - timedelta(days=1))
    return list(rows.exclude(assignee=None).only("pk", "due_at", "assignee_id", "assigned_by_id"))


@action
def wake_due() -> int:
    """Put back on the desk what was set aside until now. One statement; how many."""
    due = DeskThread.objects.filter(place=Place.SNOOZED, snoozed_until__lte=clock.now())
    return due.update(place=Place.DUE, snoozed_until=None, wakes_on_reply=False)


@action
def note_words(*, board_id: int, moments: Iterable[datetime]) -> None:
    """Somebody wrote on a board, at each of these moments. Two statements, however many."""
    row, _is_new = BoardRhythm.objects.select_for_update().get_or_create(
        board_id=board_id, defaults={"by_hour": Rhythm().by_hour, "total": 0, "pace": 0.0}
    )
    rhythm = row.rhythm
    for at in moments:
        rhythm.note(at)
    row.take(rhythm)
    row.save()


def rebuild_rhythms() -> int:
    """Count every board's rhythm again from its posts, read as a stream; how many rows were wrong."""
    told: dict[int, Rhythm] = {}
    posts = (
        Post.objects.exclude(state=PostState.MOVED).order_by().values_list("thread__board_id", "posted_at")
    )
    for board_id, at in posts.iterator(chunk_size=2000):
        told.setdefault(board_id, Rhythm()).note(at)
    stored = BoardRhythm.objects.in_bulk()
    wrong = [pk for pk in stored.keys() | told.keys() if not _agrees(stored.get(pk), told.get(pk, Rhythm()))]
    for pk in sorted(wrong):
        row = stored.get(pk) or BoardRhythm(board_id=pk)
        row.take(told.get(pk, Rhythm()))
        row.save()
    return len(wrong)


def _agrees(row: BoardRhythm | None, rhythm: Rhythm) -> bool:
    if row is None or row.by_hour != rhythm.by_hour or row.paced_at != rhythm.paced_at:
        return False
    return abs(row.pace - rhythm.pace) < 1e-6 * max(1.0, rhythm.pace)


def begin_rescore(*, afresh: bool = False) -> Rescore:
    """The run to go on with: one that was cut off, or a new one."""
    cut_off = Rescore.objects.filter(finished_at=None).order_by("-pk").first()
    if cut_off is not None and not afresh:
        return cut_off
    Rescore.objects.filter(finished_at=None).delete()
    return Rescore.objects.create(began_at=clock.now())


@action
def rescore_batch(*, run_id: int, size: int = BATCH) -> int:
    """Rank the next threads of a run and note how far it has come, in one transaction; 0 when it is through."""
    run = Rescore.objects.select_for_update().get(pk=run_id)
    ids = list(open_threads().filter(pk__gt=run.after_id).order_by("pk").values_list("pk", flat=True)[:size])
    if ids:
        rescore(thread_ids=ids)
        run.after_id, run.scored = ids[-1], run.scored + len(ids)
    else:
        let_go()
        run.finished_at = clock.now()
    run.save()
    return len(ids)


def let_go() -> int:
    """Take off the desk whatever is not open any more; how many."""
    # Asked the other way about ("not in"), each is compared with all once they are too many for the server's memory.
    is_open = Exists(open_threads().filter(pk=OuterRef("pk")))
    return DeskThread.objects.filter(~is_open).delete()[0]


def threads_by(member_ids: Iterable[int]) -> list[int]:
    """Threads on the desk that these members opened. One statement."""
    rows = DeskThread.objects.filter(Q(thread__author__in=list(member_ids)))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def rescore_board(*, board_id: int) -> None:
    """Rank a whole board anew: it was closed or opened. A batch at a time."""
    if not open_threads().filter(board_id=board_id).exists():
        DeskThread.objects.filter(board_id=board_id).delete()
        return
    after = 0
    while ids := list(
        open_threads()
        .filter(board_id=board_id, pk__gt=after)
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    ):
        rescore(thread_ids=ids)
        after = ids[-1]
