"""Results by who answered: nothing under five people is told, and nothing can be worked out."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core import chance, clock
from community.interchange.demo import polls as demo
from polls import actions, splits
from polls.models import Poll, Split
from polls.splits import FEW, Part
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote


def tables(parts, grid, *, adds_up):
    """Every table that agrees with what is told: shown cells, sums of columns, sizes of rows."""
    columns = range(len(parts[0].cells))
    for choice in itertools.product(*(_columns(parts, grid, column) for column in columns)):
        if not adds_up or all(sum(choice[c][r] for c in columns) == part.n for r, part in enumerate(parts)):
            yield [[choice[c][r] for c in columns] for r in range(len(parts))]


def _columns(parts, grid, column):
    total = sum(part.cells[column] for part in parts)
    ranges = [
        range(min(part.n, total) + 1) if grid[row][column] is None else [part.cells[column]]
        for row, part in enumerate(parts)
    ]
    return [cells for cells in itertools.product(*ranges) if sum(cells) == total]


def recovered(parts, grid, *, adds_up):
    """Small cells that somebody could narrow down, by trying every table that could be behind what is told."""
    found = []
    worlds = list(tables(parts, grid, adds_up=adds_up))
    for row, part in enumerate(parts):
        for column, n in enumerate(part.cells):
            small = 0 < n < FEW or (not adds_up and 0 < part.n - n < FEW)
            values = {world[row][column] for world in worlds}
            total = sum(one.cells[column] for one in parts)
            if small and max(values) - min(values) < min(FEW, total):
                found.append((row, column))
    return found


def some_tables(chance, adds_up):
    for _turn in range(100):
        rows, columns = chance.choice([(2, 2), (2, 3), (3, 2), (3, 3)])
        cells = [[chance.choice([0, 1, 2, 4, 5, 6, 9]) for _ in range(columns)] for _ in range(rows)]
        sizes = [sum(row) if adds_up else max(row) + chance.choice([0, 2, 6]) for row in cells]
        if all(n >= FEW for n in sizes) and max(map(sum, zip(*cells, strict=True))) <= 16:
            yield [
                Part("owner", f"Car {r}", n, tuple(row))
                for r, (n, row) in enumerate(zip(sizes, cells, strict=True))
            ]


@pytest.mark.parametrize("adds_up", [True, False])
def test_no_small_cell_can_be_worked_out_from_what_is_told(adds_up):
    chance, told, naive = random.Random(5), 0, 0
    for parts in some_tables(chance, adds_up):
        bare = [[None if 0 < n < FEW else n for n in part.cells] for part in parts]
        naive += bool(recovered(parts, bare, adds_up=adds_up))
        grid = splits.told(parts, adds_up=adds_up)
        if grid is not None:
            told += 1
            assert recovered(parts, grid, adds_up=adds_up) == [], (parts, grid)
    assert told > 5
    assert naive > 5, "the control: hiding the small cells alone gives some of them away"


def test_what_is_large_is_told_and_what_is_lonely_is_not():
    large = [Part("owner", "", 20, (12, 8)), Part("member", "", 15, (5, 10))]
    assert splits.told(large, adds_up=True) == [[12, 8], [5, 10]]
    assert splits.told([large[0], Part("member", "", 4, (2, 2))], adds_up=True) is None
    assert splits.told([large[0]], adds_up=True) is None
    mixed = [Part("owner", "", 33, (12, 8, 3, 10)), Part("member", "", 44, (9, 10, 5, 20))]
    # The three, the five that would tell them, and one more column, that both rows could be otherwise.
    assert splits.told(mixed, adds_up=True) == [[12, None, None, 10], [9, None, None, 20]]


def test_one_small_cell_of_two_columns_hides_two_groups_and_no_more():
    def grid(*rows):
        return splits.told(
            [Part("owner", f"Car {n}", sum(row), row) for n, row in enumerate(rows)], adds_up=True
        )

    hidden = [None, None]
    assert grid((15, 15), (10, 10), (6, 6)) == [[15, 15], [10, 10], [6, 6]]
    assert grid((15, 15), (10, 10), (4, 8)) == [[15, 15], hidden, hidden]
    assert grid((20, 20), (30, 4), (15, 10), (9, 9)) == [[20, 20], hidden, [15, 10], hidden]
    assert grid((15, 15), (4, 8)) is None, "two groups and two columns: each cell would tell the small one"


def is_told_safely(rows, told):
    """Whether no small cell of two columns is narrowed down by these cells, the sums and the sizes: by every table."""
    total = sum(first for first, _second in rows)
    ranges = [
        [first] if {(n, 0), (n, 1)} & told else range(first + second + 1)
        for n, (first, second) in enumerate(rows)
    ]
    worlds = [world for world in itertools.product(*ranges) if sum(world) == total]
    sums = [total, sum(map(sum, rows)) - total]
    return all(
        max(seen) - min(seen) >= min(FEW, sums[column])
        for n, row in enumerate(rows)
        for column, cell in enumerate(row)
        if 0 < cell < FEW and (seen := [world[n] for world in worlds])
    )


ROW = st.tuples(*[st.sampled_from([0, 1, 3, 4, 5, 6, 9])] * 2).filter(lambda row: sum(row) >= FEW)


@settings(max_examples=200, deadline=None, database=None)
@given(st.lists(ROW, min_size=2, max_size=4))
def test_what_can_be_told_is_told_and_what_is_hidden_stays_hidden(rows):
    """Against every table that could be behind it: no hidden small cell is narrowed down, and not one more cell could
    be told without that."""
    grid = splits.told([Part("owner", f"Car {n}", sum(row), row) for n, row in enumerate(rows)], adds_up=True)
    if grid is None and not is_told_safely(rows, set()):
        return  # the sums alone give a small cell away, and they stand on the page
    every = set(itertools.product(range(len(rows)), range(2)))
    told = {at for at in every if grid is not None and grid[at[0]][at[1]] is not None}
    assert is_told_safely(rows, told)
    assert not any(0 < rows[row][column] < FEW for row, column in told)
    for row, column in every - told:
        if not 0 < rows[row][column] < FEW:
            assert not is_told_safely(rows, told | {(row, column)}), (row, column)


def test_owners_of_rare_cars_are_owners_of_other_cars():
    assert splits.car_of("Aurora E · 8 个月 · 沈阳") == splits.car_of(" Aurora  E, 3 years") == "Aurora E"
    told = splits.by_car(
        [
            Part("owner", "Aurora E", 9, (6, 3)),
            Part("owner", "aurora e", 2, (2, 0)),
            Part("owner", "Boreal", 3, (1, 2)),
            Part("owner", "", 1, (0, 1)),
            Part("member", "Aurora E", 6, (1, 5)),
        ]
    )
    # Four other owners are too few: the smallest car joins them, and then none is told apart.
    assert told == [Part("owner", "", 15, (9, 6)), Part("member", "", 6, (1, 5))]
    apart = splits.by_car([Part("owner", "Aurora E", 9, (6, 3)), Part("owner", "", 5, (2, 3))])
    assert [(one.car, one.n) for one in apart] == [("Aurora E", 9), ("", 5)]


def voted(poll: Poll, *, owners: str = "", members: str = "", **fields: object) -> None:
    for number in owners:
        a_vote(poll, int(number), by=a_member(is_verified_owner=True, **fields))
    for number in members:
        a_vote(poll, int(number), by=a_member())


def closed(poll: Poll) -> Poll:
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    Poll.objects.filter(pk=poll.pk).update(closed_at=clock.now() - timedelta(minutes=1))
    return Poll.objects.get(pk=poll.pk)


@pytest.mark.django_db
def test_a_result_is_told_apart_once_after_the_close(facts):
    poll = a_poll("Left", "Right", audience="everyone")
    voted(poll, owners="111111222222", drives="Aurora E, 8 months")
    voted(poll, owners="11111", drives="Boreal", visibility={"drives": "members"})
    voted(poll, members="222222211111")
    a_vote(poll, 1, guest="one")
    a_vote(poll, 2, by=a_member(role="editor"))
    assert not actions.tell_apart(poll_id=poll.pk), "open polls would tell what one more voter chose"
    closed(poll)
    assert actions.untold_polls() == [poll.pk]
    assert actions.tell_apart(poll_id=poll.pk)
    assert not actions.tell_apart(poll_id=poll.pk)
    assert actions.untold_polls() == []
    assert Split.objects.get(poll=poll).content["rows"] == [
        ["owner", "Aurora E", 12, [6, 6]],
        ["owner", "", 5, [5, 0]],
        ["member", "", 12, [5, 7]],
        ["guest", "", 1, [1, 0]],
    ]
    assert facts.only("PollToldApart").poll_id == poll.pk
    page = Client().get(poll.get_absolute_url()).content.decode()
    assert "Verified owners: Aurora E" in page
    assert "Verified owners of other cars" in page
    told = Client().get(f"/polls/{poll.pk}/export/csv/").content.decode("utf-8-sig")
    assert "Verified owners: Aurora E,6,6,12" in told
    actions.reopen_poll(actor=poll.author, poll_id=poll.pk)
    assert Split.objects.get(poll=poll).content == {}
    voted(poll, owners="2")
    closed(poll)
    assert not actions.tell_apart(poll_id=poll.pk), "a second one would tell what the one between them chose"


@pytest.mark.django_db
def test_the_demo_tells_its_closed_poll_apart(frozen_clock):
    cast = {"team": a_member(role="admin")}
    for n in range(45):
        owns = {"is_verified_owner": True, "drives": ("Aurora E · 2025", "Aurora Trek · 2024")[n % 2]}
        cast[f"driver {n}"] = a_member(**(owns if n % 5 else {}))
    with chance.seeded(7):
        demo.make_polls(cast, {"winter-range": 0}, frozen_clock, now=clock.now())
    rows = Split.objects.get().content["rows"]
    assert any(n is not None for kind, _car, _n, cells in rows if kind != "guest" for n in cells)


@pytest.mark.django_db
def test_owners_of_several_cars_are_told_together_where_each_has_too_few():
    poll = a_poll("Left", "Right")
    voted(poll, owners="112", drives="Aurora E")
    voted(poll, owners="12222", drives="Boreal")
    voted(poll, owners="11122", members="1111122222")
    closed(poll)
    actions.tell_apart(poll_id=poll.pk)
    assert Split.objects.get(poll=poll).content["rows"] == [
        ["owner", "", 13, [6, 7]],
        ["member", "", 10, [5, 5]],
    ]


@pytest.mark.django_db
def test_small_groups_and_sealed_polls_are_told_apart_nowhere():
    """Neither on the page nor in the files: also the team sees no more."""
    small, sealed = a_poll("Left", "Right"), a_poll("Left", "Right", secrecy="sealed")
    voted(small, owners="12", members="1111122222")
    voted(sealed, owners="1111111", members="2222222")
    for poll in (small, sealed):
        closed(poll)
        actions.tell_apart(poll_id=poll.pk)
    assert Split.objects.get().content == {}
    team = signed_in(Client(), a_member(role="admin"))
    page = team.get(small.get_absolute_url()).content.decode()
    assert "told-apart" not in page
    assert "Too few answered to tell who chose what." in page
    rows = team.get(f"/polls/{small.pk}/export/csv/").content.decode("utf-8-sig").split()
    assert rows[-3:] == ["Left,,6,0", "Right,,6,0", "ballots,,12,0"]


@pytest.mark.django_db
def test_each_kind_of_poll_is_told_apart():
    owners = [a_member(is_verified_owner=True) for _ in range(10)]
    people = owners + [a_member() for _ in range(10)]
    kinds = [
        ({"kind": "scale", "low": 1, "high": 5}, (2, 5), ["low", "mid", "high"], [5, 0, 5]),
        ({"kind": "ranked"}, (1, 3), ["1", "2", "3"], [5, 0, 5]),
        ({"kind": "multiple", "most": 2}, (1, 3), ["1", "2", "3"], [5, 0, 5]),
    ]
    for fields, numbers, columns, cells in kinds:
        poll = a_poll(**fields)
        for at, person in enumerate(people):
            a_vote(poll, numbers[at % 2], by=person)
        closed(poll)
        actions.tell_apart(poll_id=poll.pk)
        content = Split.objects.get(poll=poll).content
        assert content == {"columns": columns, "rows": [["owner", "", 10, cells], ["member", "", 10, cells]]}
