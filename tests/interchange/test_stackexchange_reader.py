"""Reading the files: nothing in them is trusted, and what is wrong is said with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from community.interchange.stackexchange import reader
from community.interchange.stackexchange.reader import BrokenFile, NotADump, Row, find_dump, rows, site_name
from tests.interchange.dumps import question, write, xml

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def saved(tmp_path: Path, data: str | bytes) -> Path:
    path = tmp_path / "Posts.xml"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def read(path: Path) -> tuple[list[Row], BrokenFile | None]:
    found: list[Row] = []
    try:
        for row in rows(path, "Posts"):
            found.append(row)
    except BrokenFile as error:
        return found, error
    return found, None


def test_rows_come_with_their_line_and_their_values(tmp_path: Path) -> None:
    path = saved(tmp_path, xml("Posts", [question(1, Title="A & B <i>"), question(2, Body="a\nb")]))
    first, second = rows(path, "Posts")
    assert (first.line, first.values["Title"]) == (3, "A & B <i>")
    assert (second.line, second.values["Id"]) == (4, "2")


def test_a_byte_order_mark_and_other_declared_encodings_are_read(tmp_path: Path) -> None:
    text = xml("Posts", [question(1, Title="Größe 啤酒")])
    for data in (b"\xef\xbb\xbf" + text.encode(), text.replace("utf-8", "utf-16").encode("utf-16")):
        (row,) = rows(saved(tmp_path, data), "Posts")
        assert row.values["Title"] == "Größe 啤酒"
    latin = xml("Posts", [question(1, Title="Größe")]).replace("utf-8", "iso-8859-1").encode("latin-1")
    (row,) = rows(saved(tmp_path, latin), "Posts")
    assert row.values["Title"] == "Größe"


def test_an_element_that_is_no_row_is_handed_on_without_values(tmp_path: Path) -> None:
    found, error = read(
        saved(tmp_path, f'{HEAD}<posts>\n<x Id="1"/><row Id="2"><deep Id="3"/></row></posts>')
    )
    assert ([row.values for row in found], error) == ([{}, {"Id": "2"}], None)


def test_what_stood_before_a_break_is_handed_on(tmp_path: Path) -> None:
    whole = xml("Posts", [question(n) for n in range(1, 500)])
    found, error = read(saved(tmp_path, whole[: len(whole) // 2]))
    assert 200 < len(found) < 300
    assert error is not None and error.line == found[-1].line + 1
    assert "cut off" in str(error) and str(error).startswith(f"Posts.xml, line {error.line}: ")


def test_bytes_of_another_encoding_are_named_with_line_and_offset(tmp_path: Path) -> None:
    good, bad = xml("Posts", [question(1), question(2, Title="Größe")]).split("Gr", 1)
    data = good.encode() + b"Gr" + bad.encode("latin-1")
    found, error = read(saved(tmp_path, data))
    assert [row.values["Id"] for row in found] == ["1"]
    assert error is not None and error.line == 4
    assert f"byte {data.index(0xF6):,}" in error.why and "encoding" in error.why


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "ends in the middle"),
        (f"{HEAD}<posts>", "ends in the middle"),
        (f"{HEAD}<posts><row Id='1' Id='2'/></posts>", "duplicate attribute"),
        (f"{HEAD}<posts><row Id=1/></posts>", "not well-formed"),
        (f"{HEAD}<posts><row Body='&nbsp;'/></posts>", "undefined entity"),
        (f"{HEAD}<html><body/></html>", "begins with <html>"),
        (f"{HEAD}<users><row Id='1'/></users>", "this is no Posts.xml"),
        ("<!DOCTYPE html><html></html>", "document type"),
        ("{'posts': []}", "not well-formed"),
        (HEAD.replace("utf-8", "gb18030") + "<posts/>", "encoding"),
        (HEAD.replace("utf-8", "klingon") + "<posts/>", "encoding"),
        (f"{HEAD}<posts>{'<a>' * 20}", "nested too deeply"),
    ],
)
def test_what_is_no_dump_is_refused_with_the_reason(tmp_path: Path, text: str, says: str) -> None:
    found, error = read(saved(tmp_path, text))
    assert found == []
    assert error is not None and says in error.why


ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "billion laughs": f'<!DOCTYPE posts [<!ENTITY l0 "ha">{ENTITIES}]><posts><row Body="&l9;"/></posts>',
    "quadratic": f'<!DOCTYPE posts [<!ENTITY a "{"a" * 50_000}">]><posts><row Body="{"&a;" * 50_000}"/></posts>',
    "file": '<!DOCTYPE posts [<!ENTITY f SYSTEM "file:///etc/passwd">]><posts><row Body="&f;"/></posts>',
    "network": '<!DOCTYPE posts SYSTEM "http://127.0.0.1:9/x.dtd"><posts/>',
    "parameter": '<!DOCTYPE posts [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><posts/>',
}


@pytest.mark.parametrize("name", BOMBS)
def test_entities_are_refused_before_they_grow(tmp_path: Path, name: str) -> None:
    found, error = read(saved(tmp_path, HEAD + BOMBS[name]))
    assert found == []
    assert error is not None and "refused" in error.why and error.line == 2


def test_a_row_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_ROW", 1024 * 1024)
    path = saved(tmp_path, xml("Posts", [question(1), question(2, Body="x" * 3_000_000)]))
    found, error = read(path)
    assert [row.values["Id"] for row in found] == ["1"]
    assert error is not None and "longer than" in error.why and path.name in str(error)


def test_large_rows_below_the_limit_are_read(tmp_path: Path) -> None:
    path = saved(tmp_path, xml("Posts", [question(1, Body="x" * 5_000_000), question(2)]))
    found, error = read(path)
    assert [row.values["Id"] for row in found] == ["1", "2"]
    assert len(found[0].values["Body"]) == 5_000_000 and error is None


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    path = saved(tmp_path, xml("Posts", [question(n) for n in range(1, 1000)]))
    told: list[int] = []
    list(rows(path, "Posts", advance=told.append))
    assert sum(told) == path.stat().st_size and len(told) > 2


def test_a_dump_is_found_in_a_folder_or_by_its_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "beer.stackexchange.com", Posts=[], Users=[])
    (folder / "readme.xml").write_text("<x/>")
    dump = find_dump(folder)
    assert (dump.site, dump.host, set(dump.files)) == ("beer", "beer.stackexchange.com", {"Posts", "Users"})
    assert find_dump(folder / "Posts.xml").files == dump.files
    assert find_dump(folder, "Old Beer").site == "old-beer"


def test_a_prefix_names_the_site(tmp_path: Path) -> None:
    folder = write(tmp_path / "data", prefix="beer.stackexchange.", Posts=[], Comments=[])
    assert find_dump(folder).site == "beer"
    assert set(find_dump(folder / "beer.stackexchange.Posts.xml").files) == {"Posts", "Comments"}


def test_of_several_dumps_one_must_be_chosen(tmp_path: Path) -> None:
    folder = write(tmp_path / "data", prefix="beer.", Posts=[])
    write(folder, prefix="wine.", Posts=[], Users=[])
    with pytest.raises(NotADump, match="beer, wine"):
        find_dump(folder)
    assert set(find_dump(folder, "wine").files) == {"Posts", "Users"}
    assert find_dump(folder / "beer.Posts.xml").site == "beer"


def test_where_nothing_is_the_advice_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotADump, match="does not exist"):
        find_dump(tmp_path / "nowhere")
    with pytest.raises(NotADump, match=r"no Posts\.xml"):
        find_dump(write(tmp_path / "half", Users=[]))
    packed = tmp_path / "beer.7z"
    packed.touch()
    with pytest.raises(NotADump, match="Unpack"):
        find_dump(packed)
    with pytest.raises(NotADump, match="not called"):
        find_dump(write(tmp_path / "other", Posts=[], Users=[]) / "Users.xml")
    with pytest.raises(NotADump, match="--site"):
        find_dump(write(tmp_path / "啤酒", Posts=[]))


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("beer.stackexchange.com", "beer"),
        ("stackoverflow.com", "stackoverflow"),
        ("mathoverflow.net", "mathoverflow"),
        ("Home Brew!", "home-brew"),
        ("../../etc", "etc"),
        ("啤酒", ""),
        ("x" * 90, "x" * 40),
    ],
)
def test_site_names_are_fit_for_addresses(raw: str, name: str) -> None:
    assert site_name(raw) == name
