"""Every way in which the index can come to be wrong is found within a minute, and put right from the source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from structlog import get_logger
from structlog.testing import capture_logs

from community.core import clock
from community.core.tasks import crons
from community.core.tasks.testing import run_due
from community.members.models import Member
from community.search import drift, indexing, queries, sending  # noqa: F401  both have their minute
from community.search.asking import parse
from community.search.drift import Drift, Stretch, stretch_of
from community.search.models import SearchEntry
from forum import actions
from forum.models import Post, PostState, Thread
from tests.builders.editorial import an_article
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()


class Site:
    """A little of everything, indexed."""

    def __init__(self) -> None:
        self.author = a_member(name="Sunbird")
        self.thread = a_thread(author=self.author, title="Sunroof rattles", tags=["noise"])
        self.reply = a_reply(author=a_member(), thread=self.thread, body="Grease the rail.")
        self.elsewhere = a_board()
        self.article = an_article(title="Round the lake")
        run_due()

    def entry(self, **about: Any) -> Any:
        return SearchEntry.objects.filter(**about)

    @property
    def opening(self) -> Post:
        return self.thread.posts.get(number=1)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    """Every minute's turn is all of it, however high the ids that earlier tests left behind on PostgreSQL."""
    monkeypatch.setattr(drift, "A_STRETCH", 10**9)
    monkeypatch.setattr(drift, "A_LONG_STRETCH", 10**9)
    return Site()


def whole() -> set[tuple[Any, ...]]:
    return set(
        SearchEntry.objects.values_list(
            "kind", "post", "member", "article", "title_terms", "body_terms", "marks"
        )
    )


# Each is what a lost, half-done or wrong task leaves behind, on the kind of drift it is.
INJECTED: dict[str, tuple[str, Callable[[Site], Any]]] = {
    "a post without its entry": ("missing", lambda s: s.entry(post=s.reply).delete()),
    "a person without an entry": ("missing", lambda s: s.entry(member=s.author).delete()),
    "an article without an entry": ("missing", lambda s: s.entry(article=s.article.pk).delete()),
    "words of before an edit": ("stale", lambda s: Post.objects.filter(pk=s.reply.pk).update(plain="Oil it.")),
    "a title of before": ("stale", lambda s: Thread.objects.filter(pk=s.thread.pk).update(title="Tailgate")),
    "a name of before": ("stale", lambda s: Member.objects.filter(pk=s.author.pk).update(name="Nightjar")),
    "a hidden post told as visible": (
        "marked", lambda s: Post.objects.filter(pk=s.reply.pk).update(state=PostState.HIDDEN)),
    "a hidden thread told as visible": (
        "marked", lambda s: Thread.objects.filter(pk=s.thread.pk).update(state="hidden")),
    "a thread on the board of before": (
        "marked", lambda s: Thread.objects.filter(pk=s.thread.pk).update(board=s.elsewhere)),
    "an answer told as open": (
        "marked", lambda s: Thread.objects.filter(pk=s.thread.pk).update(accepted_post=s.reply)),
    "the words of a purged post": (
        "surplus", lambda s: Post.objects.filter(pk=s.reply.pk).update(state=PostState.PURGED)),
    "somebody who may not be found": (
        "surplus", lambda s: Member.objects.filter(pk=s.author.pk).update(is_active=False)),
    "an article that was taken back": ("surplus", lambda s: type(s.article).objects.update(live=False)),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_logger(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was used before keeps to the way of logging it was used in, and would not be heard here."""
    monkeypatch.setattr(drift, "log", get_logger("community.search"))


@pytest.mark.parametrize("what", INJECTED)
def test_what_is_wrong_is_right_again_within_the_minute(site: Site, what: str) -> None:
    kind, inject = INJECTED[what]
    inject(site)
    wrong = whole()
    with capture_logs() as told:
        drift.mend_drift.func()
    (line,) = [line for line in told if line["event"] == "search_drift"]
    assert line["log_level"] == "warning"
    number = line["found"].split(", ")[["missing", "stale", "marked", "surplus"].index(kind)]
    assert not number.startswith("0 "), line["found"]
    right = whole()
    assert right != wrong
    SearchEntry.objects.all().delete()
    call_command("reindex", stdout=StringIO())
    assert right == whole(), "as if everything had been written anew"
    with capture_logs() as again:
        drift.mend_drift.func()
    assert not [line for line in again if line["event"] == "search_drift"]


@pytest.mark.parametrize("what", INJECTED)
def test_the_command_finds_the_same_and_changes_nothing_unless_told_to(site: Site, what: str) -> None:
    kind, inject = INJECTED[what]
    inject(site)
    before, out = whole(), StringIO()
    with pytest.raises(CommandError, match="They differ"):
        call_command("reindex", check=True, stdout=out)
    said = {"missing": "missing", "stale": "stale", "marked": "narrowed wrongly", "surplus": "too many"}[kind]
    assert f"0 {said}" not in out.getvalue() and whole() == before
    call_command("reindex", repair=True, stdout=StringIO())
    call_command("reindex", check=True, stdout=StringIO())


def test_each_minute_has_its_look_and_its_sending() -> None:
    for name in ("search.drift", "search.send_again"):
        assert crons.timetable[name].schedule == "* * * * *"


def test_a_right_index_is_left_alone(site: Site) -> None:
    versions = set(SearchEntry.objects.values_list("pk", "version"))
    with capture_logs() as told:
        drift.mend_drift.func()
    assert set(SearchEntry.objects.values_list("pk", "version")) == versions
    assert not [line for line in told if line["event"] == "search_drift"]


def test_what_is_on_its_way_is_no_alarm(site: Site) -> None:
    actions.edit_post(actor=site.author, post_id=site.opening.pk, body="It whistles.")
    with capture_logs() as told:
        drift.mend_drift.func()
    assert not [line for line in told if line["log_level"] == "warning"]
    run_due()
    assert queries.search(GUEST, parse({"q": "whistles"})).total == 1


def test_words_of_long_ago_are_compared_when_something_happened_to_them_lately(site: Site) -> None:
    with clock.frozen(clock.now() + timedelta(days=2)):
        SearchEntry.objects.filter(post=site.reply).update(body_terms="wrong")
        drift.mend_drift.func()
        assert SearchEntry.objects.get(post=site.reply).body_terms == "wrong", "that is for `reindex --check`"
        actions.react(actor=site.author, post_id=site.reply.pk, kind="useful")
        run_due()
        drift.mend_drift.func()
        assert SearchEntry.objects.get(post=site.reply).body_terms == indexing.joined("Grease the rail.")


@pytest.mark.parametrize(("last", "size"), [(0, 5), (1, 5), (5, 5), (6, 5), (23, 5), (25, 5)])
def test_every_id_has_its_minute(last: int, size: int) -> None:
    turns = max(1, -(-last // size))
    stretches = [stretch_of(minute, last, size) for minute in range(turns)]
    seen = [pk for one in stretches for pk in range(one.after + 1, (one.until or last + 3) + 1)]
    assert seen == list(range(1, last + 4)), "each once, and the last stretch takes what lies beyond"
    assert stretch_of(turns, last, size) == stretches[0]


def test_a_stretch_narrows_a_queryset(site: Site) -> None:
    ids = list(Post.objects.order_by("pk").values_list("pk", flat=True))
    some = Post.objects.filter(**Stretch(ids[0], ids[1]).within("pk"))
    assert list(some.values_list("pk", flat=True)) == [ids[1]]
    assert Drift(missing=["a"], stale=["a", "b"]).keys == ["a", "b"]
