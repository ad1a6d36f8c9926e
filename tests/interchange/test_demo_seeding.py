"""`seed_demo` for real, on a small plan: everything through the forum's actions, once, and only where it may."""

import io
import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django_tasks.base import TaskResultStatus

from activity.notices.models import Notification
from activity.notices.occasions import STALE
from community.core import clock
from community.core.models import DemoMark
from community.core.tasks import rows
from community.editorial.models import ArticlePage
from community.interchange.demo import accounts, moving_in
from community.interchange.demo.compose import compose
from community.interchange.demo.knowing import KNOWN, THEMES, Known, know_answers
from community.interchange.demo.people import everyone
from community.interchange.demo.plan import Plan, PlannedThread
from community.interchange.management.commands import seed_demo
from community.members.actions import register_member
from community.members.models import Member
from community.search.models import SearchEntry
from forum.actions import accept_answer, create_group
from forum.counters import rebuild_boards, rebuild_members, rebuild_posts, rebuild_tags, rebuild_threads
from forum.models import Board, Post, Reaction, Thread, ThreadState
from moderation.solutions.models import Link, Solution, Solved
from moderation.topics.models import Topic
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

NOW = datetime(2026, 11, 23, 13, 40, tzinfo=UTC)
# Beginnings of titles that `knowing` looks for.
TITLED = tuple(
    filter(None, [*(t.thread for t in THEMES), *(title for k in KNOWN for title in (k.thread, k.same))])
)


def _worth_testing(thread: PlannedThread) -> bool:
    special = (
        thread.merge_into or thread.hide_reason or thread.lock_reason or thread.opened_on or thread.pin_days
    )
    spoken = any(post.hidden or post.first_body for post in thread.posts)
    return bool(special or spoken or thread.title.startswith(("4.2 把单踏板挪走了", *TITLED)))


def _planned(*, brief: bool) -> Plan:
    """The threads in which something unusual happens, and some of the ordinary ones; `brief`: four of those alone."""
    whole = compose(now=NOW)
    chosen = [t for t in whole.threads if _worth_testing(t)] + list(whole.threads[10:16])
    if brief:
        chosen = [t for t in chosen if not _worth_testing(t)][:4]
    threads = {t.title: t for t in (*chosen, *(t for t in whole.threads if t.board == "owners-council"))}
    return replace(whole, threads=tuple(sorted(threads.values(), key=lambda t: t.posts[0].at)))


@pytest.fixture
def brief_plan(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Few threads and no votes: enough for those who look at how a seeding goes on, not at what it makes."""
    plan = _planned(brief=True)
    monkeypatch.setattr(seed_demo, "compose", lambda *, now: plan)
    monkeypatch.setattr(seed_demo.polls, "make_polls", lambda *_args, **_options: None)
    monkeypatch.setattr(seed_demo.quizzes, "make_quizzes", lambda *_args, **_options: None)
    monkeypatch.setattr(seed_demo.surveys, "make_surveys", lambda *_args, **_options: None)
    return plan


def _leave_out_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures take a process each; one test draws one."""
    monkeypatch.setattr(moving_in, "missing_pictures", list)
    monkeypatch.setattr(seed_demo.magazine, "planned_articles", tuple)


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    _leave_out_pictures(monkeypatch)


@dataclass(frozen=True)
class Demo:
    """A seeded site: what was planned, what the command said, the folder it kept the accounts in."""

    plan: Plan
    told: str
    folder: Path


@pytest.fixture(scope="class")
def demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """Seeded once for all who only look at it; undone after the last of them."""
    plan, folder = _planned(brief=False), tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic():
        with pytest.MonkeyPatch.context() as patch, override_settings(VAR_DIR=folder):
            patch.setattr(seed_demo, "compose", lambda *, now: plan)
            _leave_out_pictures(patch)
            told = seeded()
        yield Demo(plan, told, folder)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def own_folder(request: pytest.FixtureRequest, tmp_path: Path, settings: object) -> Path:
    """Where the accounts are kept: a test's own folder, or that of the demo it looks at."""
    folder: Path = request.getfixturevalue("demo").folder if "demo" in request.fixturenames else tmp_path
    settings.VAR_DIR = folder  # type: ignore[attr-defined]
    return folder


def seeded() -> str:
    out = io.StringIO()
    with clock.frozen(NOW):
        call_command("seed_demo", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
class TestTheDemo:
    """Looks at one demo, seeded once."""

    def test_it_seeds_what_was_planned_and_a_second_run_adds_nothing(
        self, demo: Demo, without_pictures: None
    ) -> None:
        counts = [model.objects.count() for model in (Member, Board, Thread, Post, Reaction, SearchEntry)]
        assert counts[0] == len(everyone())
        assert counts[2:5] == [len(demo.plan.threads), demo.plan.post_count, demo.plan.liking_count]
        assert DemoMark.objects.finished()
        assert "Conversations: " in demo.told
        kept = demo.folder / "demo_accounts.json"
        before = kept.read_text()

        again = seeded()
        assert [
            model.objects.count() for model in (Member, Board, Thread, Post, Reaction, SearchEntry)
        ] == counts
        assert kept.read_text() == before
        assert "Conversations" not in again

    def test_everything_is_dated_counted_and_findable(self, demo: Demo) -> None:
        rebuilds = (rebuild_posts, rebuild_threads, rebuild_boards, rebuild_members, rebuild_tags)
        assert [rebuild() for rebuild in rebuilds] == [0, 0, 0, 0, 0]
        planned = {thread.title: thread for thread in demo.plan.threads}
        for row in Thread.objects.select_related("board", "author"):
            thread = planned[row.title]
            assert (row.board.slug, row.author.name, row.lane) == (
                thread.board,
                thread.posts[0].author,
                thread.lane,
            )
            assert row.opened_at == thread.posts[0].at
        assert set(Post.objects.values_list("posted_at", flat=True)) == {
            post.at for thread in demo.plan.threads for post in thread.posts
        }
        assert not Member.objects.filter(is_demo=False).exists()
        assert SearchEntry.objects.exclude(post=None).count() >= demo.plan.post_count - 5

    def test_no_work_waits_for_the_first_visitor_but_the_letters(self, demo: Demo) -> None:
        left = rows.rows().exclude(status=TaskResultStatus.SUCCESSFUL)
        assert {rows.name_of(row) for row in left} <= {"notices.send"}
        told = Notification.objects.exclude(post_id=None)
        posted = dict(Post.objects.filter(pk__in=told.values("post_id")).values_list("pk", "posted_at"))
        assert told.exists()
        assert all(posted[notice.post_id] <= notice.at <= NOW for notice in told)
        assert min(notice.at for notice in told) >= NOW - STALE

    def test_moderation_happened_as_written(self, demo: Demo) -> None:
        assert Thread.objects.filter(state=ThreadState.MERGED).count() == 1
        hidden = Thread.objects.get(state=ThreadState.HIDDEN)
        assert hidden.author is not None
        assert hidden.author.standing == "suspended"
        assert Thread.objects.exclude(locked_at=None).count() == 2
        assert Thread.objects.filter(is_pinned=True, pinned_until__gt=NOW).count() == 2
        assert Post.objects.filter(state="hidden").count() == 1
        assert Post.objects.filter(edit_count=1).count() == 2
        assert Member.objects.get(name="温酒").standing == "warned"

    def test_themes_and_known_answers_are_shown_in_every_stage(self, demo: Demo) -> None:
        themes = Topic.objects.order_by("opens_on")
        stages = [(t.state, t.thread_id is not None, t.summary_id is not None) for t in themes]
        assert stages == [("closed", True, True), ("scheduled", True, False), ("scheduled", False, False)]
        assert Link.objects.filter(ended_at=None).count() == len(KNOWN)
        assert [row.solved_count for row in Solution.objects.order_by("pk")] == [len(k.helped) for k in KNOWN]

    def test_quotations_and_mentions_lead_to_whoever_is_meant(self, demo: Demo) -> None:
        quoting = Post.objects.filter(source__contains="[!quote ")
        assert quoting.exists()
        for post in quoting:
            number = int(post.source.split("[!quote ")[1].split()[0])
            quoted = Post.objects.get(pk=number)
            assert quoted.thread_id == post.thread_id
            assert f"/posts/{number}/" in post.html
        mentioning = Post.objects.filter(source__contains="@苏青禾").first()
        assert mentioning is not None
        assert 'class="mention"' in mentioning.html

    def test_the_accounts_open_with_the_kept_passwords(self, demo: Demo) -> None:
        path = demo.folder / "demo_accounts.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        rows = json.loads(path.read_text())
        assert [row["who"] for row in rows] == ["owner", "moderator", "prospect", "editor", "admin"]
        assert len({row["password"] for row in rows}) == 5
        for row in rows:
            member = Member.objects.get(email=row["email"])
            assert member.check_password(row["password"])
            assert row["password"] in demo.told
            assert member.emailaddress_set.filter(verified=True, primary=True).exists()
        assert not Member.objects.get(name="郝大江").has_usable_password()
        assert Member.objects.get(name="顾南溪").authenticator_set.filter(type="totp").exists()


@pytest.mark.django_db
def test_lost_passwords_are_replaced(brief_plan: Plan, without_pictures: None, own_folder: Path) -> None:
    seeded()
    path = own_folder / "demo_accounts.json"
    old = json.loads(path.read_text())[0]
    path.unlink()
    seeded()
    new = json.loads(path.read_text())[0]
    assert new["password"] != old["password"]
    assert Member.objects.get(email=new["email"]).check_password(new["password"])


@pytest.mark.django_db
def test_accounts_can_be_printed_before_there_are_any() -> None:
    out = io.StringIO()
    call_command("seed_demo", "--print-accounts", stdout=out)
    assert "no demo here yet" in out.getvalue()
    assert not Member.objects.exists()
    assert accounts.kept() == ()


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["a member", "a board"])
def test_it_refuses_a_database_in_use(what: str) -> None:
    if what == "a member":
        register_member(name="Somebody Real", email="real@somewhere.example", verified=True)
    else:
        create_group(actor=None, slug="ours", title_en="Ours")
    with pytest.raises(CommandError, match="in use"):
        call_command("seed_demo")
    assert not Member.objects.filter(is_demo=True).exists()
    assert not DemoMark.objects.marked()


@pytest.mark.django_db
@override_settings(REFUSES_DEMO=True)
def test_it_refuses_production() -> None:
    with pytest.raises(CommandError, match="production"):
        call_command("seed_demo")
    assert not Member.objects.exists()
    assert not DemoMark.objects.marked()


@pytest.mark.django_db
def test_it_does_not_go_on_where_demo_people_stand_unmarked(brief_plan: Plan, without_pictures: None) -> None:
    seeded()
    DemoMark.objects.all().delete()
    with pytest.raises(CommandError, match="not marked"):
        call_command("seed_demo")


@pytest.mark.django_db
def test_an_interrupted_run_leaves_nothing_and_the_next_one_does_it_all(
    brief_plan: Plan, without_pictures: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(seed_demo, "leave_traces", _break_off)
        with pytest.raises(KeyboardInterrupt):
            seeded()
    assert not Member.objects.exists()
    assert not Post.objects.exists()
    assert not DemoMark.objects.marked()
    seeded()
    assert Post.objects.count() == brief_plan.post_count


def _break_off(*_args: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.django_db
def test_pictures_and_articles_come_once(
    brief_plan: Plan, monkeypatch: pytest.MonkeyPatch, media_root: Path
) -> None:
    articles = seed_demo.magazine.planned_articles()[:1]
    monkeypatch.setattr(seed_demo.magazine, "planned_articles", lambda: articles)
    wearing = [person for person in everyone() if person.picture][:1]
    real = moving_in.missing_pictures
    monkeypatch.setattr(moving_in, "missing_pictures", lambda: [p for p in real() if p in wearing])
    seeded()
    assert Member.objects.exclude(avatar="").count() == 1
    page = ArticlePage.objects.get(slug=articles[0].slug)
    assert page.live
    assert page.hero is not None
    assert page.hero.file.name.endswith(".webp")
    assert page.byline == articles[0].author
    assert page.date == (NOW - timedelta(days=articles[0].days_ago)).date()
    files = sorted(path.name for path in media_root.rglob("*.webp"))
    seeded()
    assert sorted(path.name for path in media_root.rglob("*.webp")) == files
    assert ArticlePage.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("known", KNOWN, ids=[known.by for known in KNOWN])
def test_whoever_happens_to_have_answered_is_not_helped_by_their_own_words(known: Known) -> None:
    """Who answers depends on the moment of seeding: in one hour of five it was one of those it helped."""
    team = {one.by for one in KNOWN}
    cast = {name: a_member(name=name, role="moderator") for name in team}
    cast |= {name: a_member(name=name) for name in known.helped}
    asker, board = a_member(), a_board()
    thread = a_thread(author=asker, board=board, title=f"{known.thread}, a demo thread")
    a_thread(author=asker, board=board, title=f"{known.same}, the same problem")
    answer = a_reply(author=cast[known.helped[0]], thread=thread)
    accept_answer(actor=asker, post_id=answer.pk)
    now = clock.now() + timedelta(hours=2)
    with clock.frozen(now) as held:
        know_answers(cast, held, now=now)
    row = Solution.objects.get(post=answer)
    assert {said.member.name for said in Solved.objects.filter(solution=row)} == set(known.helped[1:])
