"""The made-up dump is the same every time, and says truly what it holds."""

from pathlib import Path
from xml.etree import ElementTree

from tests.benchmarks.dump import canary, write_dump


def test_what_was_written_is_what_is_there(tmp_path: Path) -> None:
    written = write_dump(tmp_path / "a", questions=200)
    rows = ElementTree.parse(written.path).getroot()
    kinds = [row.get("PostTypeId") for row in rows]
    assert (kinds.count("1"), kinds.count("2")) == (written.questions, written.answers)
    assert len({row.get("Id") for row in rows}) == written.posts
    answers = {row.get("Id"): row.get("ParentId") for row in rows if row.get("PostTypeId") == "2"}
    accepting = [row for row in rows if row.get("AcceptedAnswerId")]
    assert len(accepting) == written.accepted > 0
    assert all(answers[row.get("AcceptedAnswerId")] == row.get("Id") for row in accepting)
    titles = [row.get("Title", "") for row in rows if row.get("PostTypeId") == "1"]
    assert all(title.split()[-1] == canary(number) for number, title in enumerate(titles, start=1))


def test_a_dump_is_the_same_every_time(tmp_path: Path) -> None:
    first, second = (write_dump(tmp_path / name, questions=50) for name in ("a", "b"))
    assert first.path.read_bytes() == second.path.read_bytes()
