"""The composed community: as promised in number, true in time, and the same every time."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from community.interchange.demo import polls
from community.interchange.demo.asking import answers
from community.interchange.demo.boards import planned_groups
from community.interchange.demo.compose import compose
from community.interchange.demo.liking import PRIVATE_BOARDS
from community.interchange.demo.people import by_name
from community.interchange.demo.plan import Plan, PlannedThread
from community.interchange.demo.steps import Verb, steps

MOMENTS = [
    datetime(2026, 11, 23, 13, 40, tzinfo=UTC),
    datetime(2027, 6, 3, 2, 10, tzinfo=UTC),
    datetime(2028, 2, 29, 19, 5, tzinfo=UTC),
]


@pytest.fixture(scope="module", params=MOMENTS, ids=lambda moment: f"{moment:%Y-%m-%d}")
def plan(request: pytest.FixtureRequest) -> Plan:
    return compose(now=request.param)


def words(plan: Plan) -> list[str]:
    return [post.body for thread in plan.threads for post in thread.posts]


def test_it_is_as_large_as_promised(plan: Plan) -> None:
    assert 290 <= len(plan.threads) <= 330
    assert plan.post_count >= 1_400
    replies = [len(thread.posts) - 1 for thread in plan.threads]
    assert min(replies) == 0
    assert 20 <= max(replies) <= 40
    assert sum(n == 0 for n in replies) >= 8


def test_both_languages_have_their_half(plan: Plan) -> None:
    share = Counter(thread.tongue for thread in plan.threads)["zh"] / len(plan.threads)
    assert 0.42 < share < 0.58
    for thread in plan.threads:
        if thread.source != "story":
            assert (thread.tongue == "zh") == bool(re.search(r"[\u4e00-\u9fff]", thread.posts[0].body)), (
                thread.title
            )


def test_all_lanes_and_all_boards_are_lived_in(plan: Plan) -> None:
    assert {thread.lane for thread in plan.threads} == {"ask", "tell", "meet", "chat"}
    per_board = Counter(thread.board for thread in plan.threads)
    assert min(per_board.values()) >= 2
    assert len(per_board) == 19


def test_no_two_threads_read_alike(plan: Plan) -> None:
    titles = [thread.title for thread in plan.threads]
    assert len(set(titles)) == len(titles)
    openings = [thread.posts[0].body for thread in plan.threads]
    assert len(set(openings)) == len(openings)
    repeated = Counter(body for body in words(plan) if len(body) > 30)
    assert max(repeated.values()) <= 2


def test_nothing_is_left_unfilled(plan: Plan) -> None:
    for thread in plan.threads:
        assert thread.title.strip()
        for post in thread.posts:
            assert post.body.strip()
            bare = re.sub(r"```.*?```", "", f"{thread.title}\n{post.body}", flags=re.DOTALL)
            assert not re.search(r"[{}]|\[\[|\]\]|^>> |\*\*\*", bare, re.MULTILINE), post.body


def test_time_runs_forward_and_stops_at_now(plan: Plan) -> None:
    for thread in plan.threads:
        moments = [post.at for post in thread.posts]
        assert moments == sorted(moments), thread.title
        assert moments[-1] < plan.now
        assert plan.now - moments[0] < timedelta(days=431)
        for post in thread.posts:
            assert post.accepted_at is None or post.accepted_at > post.at
            assert all(post.at < liking.at < plan.now for liking in post.likings)
    latest = max(thread.ended_at for thread in plan.threads)
    assert plan.now - latest < timedelta(minutes=10)


def test_nobody_speaks_before_they_joined(plan: Plan) -> None:
    people = by_name()
    for thread in plan.threads:
        for post in thread.posts:
            joined = plan.now - timedelta(days=people[post.author].joined_days)
            assert post.at > joined, (thread.title, post.author)
            assert all(
                liking.at > plan.now - timedelta(days=people[liking.name].joined_days)
                for liking in post.likings
            )


def test_people_mostly_write_when_they_are_awake(plan: Plan) -> None:
    from community.interchange.demo.pacing import is_awake

    posts = [(by_name()[post.author], post.at) for thread in plan.threads for post in thread.posts]
    asleep = [person.name for person, at in posts if not is_awake(person, at)]
    assert len(asleep) < len(posts) * 0.02


def test_reactions_come_from_others_once_each_and_only_from_those_inside(plan: Plan) -> None:
    for thread in plan.threads:
        for post in thread.posts:
            names = [liking.name for liking in post.likings]
            assert len(set(names)) == len(names)
            assert post.author not in names
            assert not (post.hidden and names)
            for name in names:
                person = by_name()[name]
                assert person.standing != "suspended"
                if thread.board in PRIVATE_BOARDS:
                    assert person.key_member or person.role in {"moderator", "admin"}


def test_answers_are_accepted_in_questions_only(plan: Plan) -> None:
    accepted = 0
    for thread in plan.threads:
        marked = [post for post in thread.posts if post.accepted_at]
        assert len(marked) <= 1
        accepted += len(marked)
        assert not marked or thread.lane == "ask"
    assert accepted >= 80


def test_quotations_were_said_by_whoever_is_quoted(plan: Plan) -> None:
    quoted = 0
    for thread in plan.threads:
        for number, post in enumerate(thread.posts):
            if post.quote:
                quoted += 1
                assert post.quote.index < number
                source = thread.posts[post.quote.index].body
                assert re.sub(r"[*_`\s]", "", post.quote.text) in re.sub(r"[*_`\s]", "", source)
    assert quoted >= 60


def test_it_names_a_thread_to_merge_into_that_exists(plan: Plan) -> None:
    wanted = [thread.merge_into for thread in plan.threads if thread.merge_into]
    assert wanted
    for title in wanted:
        (target,) = [t for t in plan.threads if t.title.startswith(title)]
        assert not target.merge_into


def test_moderation_leaves_its_traces(plan: Plan) -> None:
    def count(name: str) -> int:
        return sum(bool(getattr(thread, name)) for thread in plan.threads)

    assert count("lock_reason") >= 2
    assert count("pin_days") >= 2
    assert count("hide_reason") == 1
    assert count("move_reason") == 1
    assert any(post.hidden for thread in plan.threads for post in thread.posts)
    assert sum(bool(post.first_body) for thread in plan.threads for post in thread.posts) >= 2


def test_steps_follow_time_and_open_before_anything_else(plan: Plan) -> None:
    order = steps(plan)
    assert [step.at for step in order] == sorted(step.at for step in order)
    opened: set[int] = set()
    for step in order:
        if step.verb is Verb.OPEN:
            opened.add(step.thread)
        assert step.thread in opened
    assert max(step.at for step in order) < plan.now


def test_the_same_seed_and_moment_tell_the_same_story() -> None:
    def told(plan: Plan) -> list[PlannedThread]:
        return list(plan.threads)

    now = MOMENTS[0]
    assert told(compose(now=now)) == told(compose(now=now))
    assert told(compose(now=now)) != told(compose(now=now, seed="other"))


def test_what_people_answer_to_a_board_follows_from_who_they_are_and_contradicts_nothing_they_say(plan):
    asked = {
        board.slug: {field.en: number for number, field in enumerate(board.asks)}
        for group in planned_groups()
        for board in group.boards
        if board.asks
    }
    assert len(asked) == 3
    seen = 0
    for thread in plan.threads:
        form = asked.get(thread.opened_on or thread.board)
        if form is None:
            continue
        told = answers(thread, form, now=plan.now)
        author = by_name()[thread.posts[0].author]
        seen += len(told) > 1
        assert told[form["Car"]] == ["none"] or author.car.lower() == told[form["Car"]][0].removeprefix(
            "aurora-"
        )
        if "Mileage" in form and form["Mileage"] in told:
            assert int(told[form["Mileage"]][0]) > 0 and "公里" not in thread.posts[0].body
    assert seen > 20


@pytest.mark.parametrize("hour", range(24))
def test_nobody_votes_after_a_poll_closed_whatever_time_it_is(hour: int) -> None:
    now = datetime(2026, 11, 28, hour, 50, tzinfo=UTC)
    for plan in polls._planned(now):
        began, last = now - timedelta(days=plan.days_ago), polls._last_vote(plan, now)
        assert began < last < (plan.spec.closes_at or now), plan.spec.question
