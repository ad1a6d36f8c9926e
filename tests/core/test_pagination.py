"""Signed keyset cursors and numbered pages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import signing
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from community.core.pagination import (
    LONGEST,
    BadCursor,
    KeysetPage,
    keyset,
    number_to_page,
    numbered,
    page_bounds,
    seal,
    unseal,
)
from community.members.models import Member

START = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
MIXED = ("-joined_at", "post_count", "-id")


@pytest.fixture
def people(db: None) -> list[Member]:
    """Twenty-three members whose first two columns tie often."""
    Member.objects.bulk_create(
        [
            Member(
                name=f"Driver {index:02}",
                name_key=f"driver{index:02}",
                password="!",
                joined_at=START + timedelta(microseconds=index // 6),
                post_count=index % 3,
            )
            for index in range(23)
        ]
    )
    return list(
        Member.objects.filter(name_key__startswith="driver").order_by("-joined_at", "post_count", "-id")
    )


def rows() -> QuerySet[Member]:
    return Member.objects.filter(name_key__startswith="driver")


def walk(order: tuple[str, ...], size: int) -> list[KeysetPage[Member]]:
    pages = [keyset(rows(), order=order, cursor=None, size=size)]
    while pages[-1].next:
        pages.append(keyset(rows(), order=order, cursor=pages[-1].next, size=size))
        assert len(pages) < 50
    return pages


# ---- tokens ----


@given(
    st.lists(
        st.one_of(
            st.integers(-(2**60), 2**60),
            st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20),
            st.booleans(),
            st.floats(allow_nan=False, allow_infinity=False),
            st.datetimes(timezones=st.just(UTC)),
            st.dates(),
            st.decimals(allow_nan=False, allow_infinity=False, places=3, max_value=10**9),
        ),
        max_size=4,
    )
)
def test_what_is_sealed_comes_back_with_its_types(values: list[object]) -> None:
    back = unseal(seal(values))
    assert back == tuple(values)
    assert [type(value) for value in back] == [type(value) for value in values]


def test_the_longest_values_fit() -> None:
    values = ["\U00010000" * 20] * 4
    assert list(unseal(seal(values))) == values


def test_a_token_is_short_and_needs_no_escaping_in_an_address() -> None:
    token = seal(["a", 123456, START, 42])
    assert len(token) < 120
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize("value", [None, object(), ["list"], {"a": 1}, b"bytes"])
def test_what_cannot_be_ordered_by_is_no_cursor(value: object) -> None:
    with pytest.raises(TypeError):
        seal([value])


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        ".",
        "a.b.c",
        "中文",
        "\x00",
        "x" * (LONGEST + 1),
        pytest.param(signing.dumps(["a", 1]), id="signed elsewhere"),  # holds the time
        signing.Signer(sep=".", salt="elsewhere").sign_object([1]),
    ],
)
def test_a_token_from_elsewhere_is_refused(token: str) -> None:
    with pytest.raises(BadCursor):
        unseal(token)


def test_a_changed_token_is_refused() -> None:
    token = seal([1, "two", START])
    for at in range(len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(BadCursor):
            unseal(changed)


# ---- keyset ----


@pytest.mark.parametrize("size", [1, 4, 7, 22, 23, 24])
@pytest.mark.parametrize(
    "order", [MIXED, ("id",), ("-id",), ("post_count", "id"), ("-post_count", "-joined_at", "id")]
)
def test_walking_forward_meets_every_row_once_and_in_order(
    people: list[Member], order: tuple[str, ...], size: int
) -> None:
    pages = walk(order, size)
    assert [row.pk for page in pages for row in page.items] == [row.pk for row in rows().order_by(*order)]
    assert all(len(page.items) == size for page in pages[:-1])
    assert pages[0].previous is None
    assert pages[-1].next is None


@pytest.mark.parametrize("order", [MIXED, ("post_count", "id")])
def test_walking_back_shows_the_same_pages(people: list[Member], order: tuple[str, ...]) -> None:
    pages = walk(order, 5)
    shown = pages[-1]
    for expected in reversed(pages[:-1]):
        assert shown.previous
        shown = keyset(rows(), order=order, cursor=shown.previous, size=5)
        assert [row.pk for row in shown.items] == [row.pk for row in expected.items]
        assert shown.next
    assert shown.previous is None


def test_a_page_costs_one_statement_and_no_offset(people: list[Member]) -> None:
    cursor = walk(MIXED, 5)[2].next
    with CaptureQueriesContext(
        connection,
    ) as queries:
        keyset(rows(), order=MIXED, cursor=cursor, size=5)
    assert len(queries) == 1
    assert "OFFSET" not in queries[0]["sql"]
    assert "COUNT(" not in queries[0]["sql"]


def test_rows_written_meanwhile_neither_repeat_nor_hide_others(people: list[Member]) -> None:
    first = keyset(rows(), order=("-id",), cursor=None, size=5)
    Member.objects.create(name="Driver late", name_key="driverlate", password="!")
    second = keyset(rows(), order=("-id",), cursor=first.next, size=5)
    assert [row.pk for row in second.items] == [row.pk for row in rows().order_by("-id")[6:11]]


def test_a_deleted_neighbour_does_not_disturb_the_cursor(people: list[Member]) -> None:
    first = keyset(rows(), order=("id",), cursor=None, size=5)
    expected = [row.pk for row in rows().order_by("id")[5:10]]
    first.items[-1].delete()
    assert [row.pk for row in keyset(rows(), order=("id",), cursor=first.next, size=5).items] == expected


def test_when_everything_behind_the_cursor_is_gone_there_is_a_way_back(people: list[Member]) -> None:
    first = keyset(rows(), order=("id",), cursor=None, size=5)
    rows().exclude(pk__in=[row.pk for row in first.items]).delete()
    empty = keyset(rows(), order=("id",), cursor=first.next, size=5)
    assert (empty.items, empty.next) == ([], None)
    assert empty.previous
    back = keyset(rows(), order=("id",), cursor=empty.previous, size=5)
    assert [row.pk for row in back.items] == [row.pk for row in first.items]


def test_an_empty_list_has_one_page(db: None) -> None:
    page = keyset(rows(), order=("id",), cursor=None, size=5)
    assert (page.items, page.next, page.previous, page.bad_cursor) == ([], None, None, False)


def test_a_spoilt_cursor_shows_the_first_page_and_says_so(people: list[Member]) -> None:
    page = keyset(rows(), order=("id",), cursor="rubbish", size=5)
    assert page.bad_cursor
    assert [row.pk for row in page.items] == [row.pk for row in rows().order_by("id")[:5]]
    assert page.previous is None


@pytest.mark.parametrize("order", [("-id",), ("post_count", "id"), MIXED])
def test_a_cursor_of_another_order_is_not_taken(people: list[Member], order: tuple[str, ...]) -> None:
    other = keyset(rows(), order=("id",), cursor=None, size=5).next
    assert keyset(rows(), order=order, cursor=other, size=5).bad_cursor


def test_a_sealed_value_that_is_no_cursor_is_not_taken(people: list[Member]) -> None:
    for values in ([], ["a"], [1, 2, 3], ["x", 0, 5]):
        assert keyset(rows(), order=("id",), cursor=seal(values), size=5).bad_cursor


def test_moments_keep_their_microseconds(people: list[Member]) -> None:
    pages = walk(("joined_at", "id"), 6)
    assert [len(page.items) for page in pages] == [6, 6, 6, 5]


def test_annotations_can_order(people: list[Member]) -> None:
    busy = rows().annotate(twice=F("post_count") * 2)
    first = keyset(busy, order=("-twice", "id"), cursor=None, size=10)
    second = keyset(busy, order=("-twice", "id"), cursor=first.next, size=10)
    assert [row.pk for row in [*first.items, *second.items]] == [
        row.pk for row in busy.order_by("-twice", "id")[:20]
    ]


def test_dates_and_decimals_survive_a_cursor() -> None:
    assert unseal(seal([date(2026, 11, 23), Decimal("1.50")])) == (date(2026, 11, 23), Decimal("1.50"))


# ---- numbered pages ----


@given(number=st.integers(1, 10**7), size=st.integers(1, 100))
def test_a_number_stands_on_the_page_whose_bounds_hold_it(number: int, size: int) -> None:
    first, last = page_bounds(number_to_page(number, size), size)
    assert first <= number <= last
    assert last - first + 1 == size


def test_page_arithmetic_at_the_edges() -> None:
    assert [number_to_page(number) for number in (0, 1, 20, 21, 40, 41)] == [1, 1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("last", "page", "expected"),
    [
        (0, 1, (1, 1, 1, 0)),
        (1, 1, (1, 1, 1, 1)),
        (20, 1, (1, 1, 1, 20)),
        (21, 2, (2, 2, 21, 21)),
        (45, 2, (2, 3, 21, 40)),
        (45, 99, (3, 3, 41, 45)),
        (45, 0, (1, 3, 1, 20)),
        (45, -7, (1, 3, 1, 20)),
    ],
)
def test_numbered(last: int, page: int, expected: tuple[int, int, int, int]) -> None:
    shown = numbered(last, page, 20)
    assert (shown.page, shown.pages, shown.first, shown.last) == expected


@pytest.mark.parametrize(
    ("pages", "page", "window"),
    [
        (1, 1, [1]),
        (5, 3, [1, 2, 3, 4, 5]),
        (9, 1, [1, 2, 3, None, 9]),
        (9, 4, [1, 2, 3, 4, 5, 6, None, 9]),
        (9, 5, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (20, 10, [1, None, 8, 9, 10, 11, 12, None, 20]),
        (20, 20, [1, None, 18, 19, 20]),
    ],
)
def test_the_window_offers_neighbours_and_ends(pages: int, page: int, window: list[int | None]) -> None:
    assert list(numbered(pages * 20, page, 20).window) == window


def test_neighbours_of_a_numbered_page() -> None:
    assert (numbered(45, 1).previous, numbered(45, 1).next) == (None, 2)
    assert (numbered(45, 3).previous, numbered(45, 3).next) == (2, None)
