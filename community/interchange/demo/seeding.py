"""Carries a plan out, through the forum's own actions, each at its own time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from community.core import clock
from community.core.text.quotes import quote_source
from community.interchange.demo.asking import answers, fields_of, make_field
from community.interchange.demo.boards import PlannedBoard, planned_groups
from community.interchange.demo.plan import Plan, PlannedPost, PlannedThread
from community.interchange.demo.steps import LONGEST_PIN, Step, Verb, moderator_of, steps
from community.members.models import Member
from forum import actions, counters
from forum.models import Reaction
from forum.rights import ANNOUNCEMENTS, KEY_MEMBERS

Advance = Callable[[], None]
RIGHTS = {"announcements": ANNOUNCEMENTS, "key members": KEY_MEMBERS}
BOARD_MODERATORS = {"tours": "高原红"}


def make_boards(cast: dict[str, Member]) -> dict[str, int]:
    """Lay out the groups and boards; slug → id."""
    made: dict[str, int] = {}
    for place, group in enumerate(planned_groups(), start=1):
        row = actions.create_group(
            actor=None, slug=group.slug, title_en=group.title_en, title_zh=group.title_zh, position=place
        )
        for number, board in enumerate(group.boards, start=1):
            made[board.slug] = _make_board(board, row.pk, number, made)
    for slug, name in BOARD_MODERATORS.items():
        actions.enrol(actor=None, board_id=made[slug], member=cast[name], kind="moderator")
    return made


def _make_board(board: PlannedBoard, group_id: int, position: int, made: dict[str, int]) -> int:
    made_id = actions.create_board(
        actor=None,
        group_id=group_id,
        parent_id=made[board.parent] if board.parent else None,
        slug=board.slug,
        title_en=board.title_en,
        title_zh=board.title_zh,
        about_en=board.about_en,
        about_zh=board.about_zh,
        lanes=board.lanes,
        position=position,
        rights=RIGHTS.get(board.rights),
    ).pk
    for field in board.asks:
        make_field(made_id, field)
    return made_id


class Telling:
    """Tells a plan to the forum, step by step. The caller holds the transaction and the clock."""

    def __init__(self, plan: Plan, cast: dict[str, Member], boards: dict[str, int]) -> None:
        self.plan, self.cast, self.boards = plan, cast, boards
        self.asked = fields_of(boards)
        self.threads: dict[int, int] = {}
        self.posts: dict[tuple[int, int], int] = {}
        self.steps = steps(plan)

    def run(self, held: clock.FrozenClock, advance: Advance) -> None:
        for step in self.steps:
            held.set(step.at)
            self._take(step)
            advance()

    def add_likings(self) -> None:
        """Everybody's reactions at once: one action each would take longer than all the rest.

        What follows from them is left to the forum's own recounts.
        """
        Reaction.objects.bulk_create(
            [
                Reaction(post_id=post_id, member=self.cast[liking.name], kind=liking.kind, at=liking.at)
                for (thread, post), post_id in self.posts.items()
                for liking in self.plan.threads[thread].posts[post].likings
            ],
            batch_size=500,
        )
        counters.rebuild_posts()
        counters.rebuild_threads()

    def _take(self, step: Step) -> None:
        thread = self.plan.threads[step.thread]
        post = thread.posts[step.post]
        match step.verb:
            case Verb.OPEN:
                self._open(step, thread, post)
            case Verb.REPLY:
                self._reply(step, post)
            case Verb.ACCEPT:
                actions.accept_answer(actor=self.cast[thread.posts[0].author], post_id=self._post(step))
            case Verb.EDIT:
                body = self._source(step, post, post.body)
                actions.edit_post(actor=self.cast[post.author], post_id=self._post(step), body=body)
            case _:
                self._moderate(step, thread, post)

    def _open(self, step: Step, thread: PlannedThread, post: PlannedPost) -> None:
        board = thread.opened_on or thread.board
        row = actions.open_thread(
            author=self.cast[post.author],
            board_id=self.boards[board],
            title=thread.title,
            body=post.first_body or post.body,
            lane=thread.lane,
            tags=thread.tags,
            values=answers(thread, self.asked.get(board, {}), now=self.plan.now),
        )
        self.threads[step.thread] = row.pk
        self.posts[step.thread, 0] = row.posts.values_list("pk", flat=True).get(number=1)

    def _reply(self, step: Step, post: PlannedPost) -> None:
        # A quote names its post by itself.
        answered = None if post.quote else post.reply_to
        self.posts[step.thread, step.post] = actions.post_reply(
            author=self.cast[post.author],
            thread_id=self.threads[step.thread],
            body=self._source(step, post, post.first_body or post.body),
            reply_to_id=None if answered is None else self.posts[step.thread, answered],
        ).pk

    def _source(self, step: Step, post: PlannedPost, body: str) -> str:
        """The words as typed: what is quoted stands above the answer."""
        if post.quote is None:
            return body
        quoted = self.plan.threads[step.thread].posts[post.quote.index]
        return quote_source(self.posts[step.thread, post.quote.index], quoted.author, post.quote.text) + body

    def _moderate(self, step: Step, thread: PlannedThread, post: PlannedPost) -> None:
        actor, thread_id = self.cast[moderator_of(thread)], self.threads[step.thread]
        match step.verb:
            case Verb.PIN:
                until = self.plan.now + timedelta(days=min(thread.pin_days, LONGEST_PIN))
                actions.pin_thread(actor=actor, thread_id=thread_id, until=until, reason=thread.pin_reason)
            case Verb.LOCK:
                actions.lock_thread(actor=actor, thread_id=thread_id, reason=thread.lock_reason)
            case Verb.MOVE:
                board_id = self.boards[thread.board]
                actions.move_thread(
                    actor=actor, thread_id=thread_id, board_id=board_id, reason=thread.move_reason
                )
            case Verb.HIDE_POST:
                actions.hide_post(actor=actor, post_id=self._post(step), reason=post.hidden)
            case Verb.HIDE_THREAD:
                actions.hide_thread(actor=actor, thread_id=thread_id, reason=thread.hide_reason)
            case Verb.MERGE:
                target = self.threads[self._titled(thread.merge_into)]
                reason = "同一件事" if thread.tongue == "zh" else "The same subject"
                actions.merge_threads(actor=actor, source_id=thread_id, target_id=target, reason=reason)

    def _post(self, step: Step) -> int:
        return self.posts[step.thread, step.post]

    def _titled(self, beginning: str) -> int:
        titles = (thread.title for thread in self.plan.threads)
        return next(number for number, title in enumerate(titles) if title.startswith(beginning))


def leave_traces(telling: Telling, held: clock.FrozenClock, now: datetime) -> None:
    """What the four accounts have read and watch, so that their lists show something new."""
    cast, boards = telling.cast, telling.boards
    for name, hours in (("Nora Falk", 40), ("顾南溪", 20), ("沈知夏", 70), ("Ben Achterberg", 30)):
        held.set(now - timedelta(hours=hours))
        actions.mark_board_read(member=cast[name], board_id=None)
    held.set(now - timedelta(hours=12))
    for slug in ("winter", "aurora-e", "charging-road"):
        actions.set_watch(member=cast["Nora Falk"], board_id=boards[slug], level="mentions")
    actions.set_watch(member=cast["Ben Achterberg"], board_id=boards["aurora-e"], level="all")
