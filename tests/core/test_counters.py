"""Stored counters and their recounting."""

import pytest
from django.core.management import CommandError, call_command

from community.core import counters


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, counters.Rebuild]:
    mine: dict[str, counters.Rebuild] = {}
    monkeypatch.setattr(counters, "_counters", mine)
    return mine


def test_counters_are_rebuilt_in_the_order_they_were_announced(capsys: pytest.CaptureFixture[str]) -> None:
    order: list[str] = []

    def rebuild_posts() -> int:
        order.append("posts")
        return 3

    def rebuild_boards() -> int:
        order.append("boards")
        return 0

    counters.register("tests.posts", rebuild_posts)
    counters.register("tests.boards", rebuild_boards)
    counters.register("tests.boards", rebuild_boards)  # the same module imported twice
    call_command("rebuild_counters")
    told = capsys.readouterr().out.splitlines()
    assert order == ["posts", "boards"]
    assert told[0].startswith("tests.posts: 3 corrected (")
    assert told[1].startswith("tests.boards: right (")
    assert told[2] == "3 rows corrected"
    call_command("rebuild_counters", "--only", "tests.boards")
    assert order == ["posts", "boards", "boards"]
    assert capsys.readouterr().out.splitlines()[-1] == "every counter was right"
    call_command("rebuild_counters", "--list")
    assert capsys.readouterr().out.split() == ["tests.posts", "tests.boards"]


def test_two_counters_may_not_share_a_name() -> None:
    counters.register("tests.posts", lambda: 0)
    with pytest.raises(ValueError, match=r"two counters are called tests\.posts"):
        counters.register("tests.posts", lambda: 0)


def test_an_unknown_counter_is_named_before_anything_runs(registry: dict[str, counters.Rebuild]) -> None:
    ran: list[int] = []
    counters.register("tests.posts", lambda: ran.append(1) or 0)
    with pytest.raises(CommandError, match=r"no such counter: tests\.likes"):
        call_command("rebuild_counters", "--only", "tests.posts", "--only", "tests.likes")
    assert ran == []
