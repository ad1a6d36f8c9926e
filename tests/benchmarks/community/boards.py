"""The boards of the made-up community, through the forum's own actions, and their counts once threads are in."""

from __future__ import annotations

from collections import Counter

from tests.benchmarks.community import plan as plans
from tests.benchmarks.community.plan import LANES, VISIBLE
from tests.benchmarks.community.rows import Community

GROUPS = 5


def lay_out() -> None:
    """Forty boards in five groups, two of them private, and sixty tags. The database must be empty."""
    from forum import actions
    from forum.models import Tag
    from forum.rights import CIRCLE, KEY_MEMBERS

    groups = [
        actions.create_group(
            actor=None, slug=f"group-{n}", title_en=f"Group {n}", title_zh=f"分组 {n}", position=n
        )
        for n in range(GROUPS)
    ]
    rights = {plans.CIRCLE: CIRCLE, plans.KEY_MEMBERS: KEY_MEMBERS}
    for n in range(plans.BOARDS):
        board = actions.create_board(
            actor=None,
            group_id=groups[n * GROUPS // plans.BOARDS].pk,
            slug=slug(n),
            title_en=f"Board {n}: range, charging and winter",
            title_zh=f"版块 {n}：续航、充电与冬天",
            about_en="What it does in the cold, in numbers.",
            about_zh="冷的时候到底怎么样，用数说话。",
            position=n,
            rights=rights.get(n),
        )
        assert board.pk == n + 1, "the database was not empty"
    Tag.objects.bulk_create([Tag(pk=n + 1, slug=f"tag-{n}", name=f"tag {n}") for n in range(plans.TAGS)])


def slug(board: int) -> str:
    return f"board-{board}"


def settle(community: Community) -> None:
    """Counts of boards and tags, each board's latest thread, and who is in the circle."""
    from community.members.models import Member
    from forum import actions
    from forum.counters import rebuild_tag_uses, rebuild_weeks
    from forum.models import Board, BoardMember, Tag

    plan, cols = community.plan, community.plan.threads
    lanes: dict[int, Counter[str]] = {board: Counter() for board in range(plans.BOARDS)}
    posts: Counter[int] = Counter()
    tags: Counter[int] = Counter()
    latest: dict[int, tuple[int, int]] = {}
    for n, board in enumerate(cols.board, start=1):
        if cols.state[n - 1] == VISIBLE:
            lanes[board][LANES[cols.lane[n - 1]]] += 1
            posts[board] += community.replies[n - 1] + 1
            tags.update(cols.tags[n - 1])
            latest[board] = max(latest.get(board, (0, 0)), (community.last[n - 1], n))
    for board, counts in lanes.items():
        at, thread = latest.get(board, (None, None))
        Board.objects.filter(pk=board + 1).update(
            thread_count=counts.total(),
            post_count=posts[board],
            lane_counts=dict(counts),
            last_thread=thread,
            last_posted_at=None if at is None else community.moment(at),
        )
    for tag in range(plans.TAGS):
        Tag.objects.filter(pk=tag + 1).update(thread_count=tags[tag])
    rebuild_tag_uses()
    rebuild_weeks()
    members = Member.objects.in_bulk([plans.IN_CIRCLE])
    actions.enrol(
        actor=None,
        board_id=plans.CIRCLE + 1,
        member=members[plans.IN_CIRCLE],
        kind=BoardMember.Kind.CLUB_MEMBER,
    )
    assert plan.members >= plans.KEY_MEMBER
