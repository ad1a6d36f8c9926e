"""The command: what it says, how it ends, and the whole of a real dump."""

from __future__ import annotations

import os
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from community.core import schema
from community.interchange.models import ImportedItem
from community.interchange.stackexchange import running
from community.interchange.stackexchange.running import _group
from community.search import indexing
from community.search.models import Kind, SearchEntry
from forum.models import Board, Post, Thread
from tests.interchange.dumps import answer, comment, question, user, write, xml

pytestmark = pytest.mark.django_db

SHARED = Path(os.environ.get("CONVOY_SHARED", Path(__file__).resolve().parents[3] / "shared" / "data"))
BEER = SHARED / "beer.stackexchange.Posts.xml"


def command(*args: Any, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("import_stackexchange", *map(str, args), stdout=out, stderr=err, **options)
    except CommandError as error:
        error.said = out.getvalue()  # type: ignore[attr-defined]
        raise
    return out.getvalue(), err.getvalue()


@pytest.fixture
def folder(tmp_path: Path, var: Path) -> Path:
    return write(
        tmp_path / "beer.stackexchange.com",
        Posts=[question(1), answer(2, 1), question(3, Id="x"), question(4, PostTypeId=5)],
        Comments=[comment(1, 2)],
        Users=[user(7, "Anna Brewster"), user(70, "Silent")],
    )


def test_it_tells_what_became_of_every_row(folder) -> None:
    out, err = command(folder)
    assert "Posts.xml: 4 rows = 1 thread + 1 reply + 2 left out" in out
    assert "    left out: 1 tag wikis" in out and "    left out: 1 Id is not a number" in out
    assert "Comments.xml: 1 row = 1 reply" in out
    assert "Users.xml: 2 rows = 1 author + 1 left out" in out
    assert re.search(r"Added 1 thread, 2 replies and 3 members in [\d.]+ s \([\d,]+ posts/s\)\.", out)
    assert "Read them at /boards/beer/" in out
    assert err.splitlines()[0] == "Posts.xml line 5 (Id x): Id is not a number; left out"
    assert "beer-left-out.txt" in err


def test_a_second_run_says_that_everything_is_here(folder) -> None:
    command(folder)
    out, _err = command(folder)
    assert "Posts.xml: 4 rows = 2 already here + 2 left out" in out
    assert "Added 0 threads, 0 replies and 0 members" in out and "Everything was here already." in out


def test_what_moved_in_is_found_at_once(folder) -> None:
    command(folder)
    assert SearchEntry.objects.filter(kind=Kind.POST).count() == Post.objects.count() == 3
    page = Client().get("/search/", {"q": "barrel"})
    assert "What is brewed in barrel 1?" in re.sub("</?mark>|<wbr>", "", page.content.decode())
    people = SearchEntry.objects.filter(kind=Kind.MEMBER)
    assert people.count() == 3 and people.filter(title_terms__contains="brewster").exists()


def test_indexing_can_be_left_to_the_worker(folder, monkeypatch) -> None:
    monkeypatch.setattr(indexing, "index_posts", None)
    command(folder, "--no-index")
    assert SearchEntry.objects.count() == 0


def test_a_dump_without_posts_is_told_apart_from_one_that_is_here(tmp_path: Path, var: Path) -> None:
    out, _err = command(write(tmp_path / "tea.stackexchange.com", Posts=[], Users=[user(7, "Anna Brewster")]))
    assert "Nothing in it moves in." in out and "here already" not in out and not Board.objects.exists()


def test_a_group_is_known_by_its_whole_name() -> None:
    made = [_group(name) for name in ("咖啡", "茶", "茶 shop", "  ", "Shop", "SHOP", "shop!")]
    titles = [group.title_en for group in made]
    assert titles == ["咖啡", "茶", "茶 shop", "Moved here", "Shop", "Shop", "Shop"]
    assert len({group.slug for group in made}) == len(set(titles)) and _group("咖啡") == made[0]


def test_site_and_group_can_be_named(folder) -> None:
    command(folder, "--site", "Old Beer", "--board-group", "Friends")
    board = Board.objects.get()
    assert (board.slug, board.title_en, board.group.title_en) == ("old-beer", "Old beer", "Friends")


def ending(*args: Any) -> CommandError:
    with pytest.raises(CommandError) as caught:
        command(*args)
    return caught.value


def test_codes_tell_how_it_ended(folder, tmp_path, monkeypatch) -> None:
    assert ending(tmp_path / "nowhere").returncode == 2
    assert ending(write(tmp_path / "empty")).returncode == 2
    posts = folder / "Posts.xml"
    posts.write_text(posts.read_text()[:-30])
    cut = ending(folder)
    assert cut.returncode == 1 and "Posts.xml, line 6: " in str(cut)
    assert "What stood before that line has moved in" in str(cut)
    assert "1 thread + 1 reply" in cut.said
    posts.write_text(xml("Posts", [question(1)]))
    users = folder / "Users.xml"
    users.write_text('<!DOCTYPE users [<!ENTITY a "a">]><users><row Id="&a;"/></users>')
    bomb = ending(folder)
    assert bomb.returncode == 1 and "Nothing was moved in by this run" in str(bomb)
    users.unlink()
    monkeypatch.setattr(running.Moving, "run", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
    assert ending(folder).returncode == 130
    with running._alone(running.Path(running.settings.VAR_DIR) / "imports" / "beer.lock"):
        assert ending(folder).returncode == 2


def test_tables_that_are_behind_the_code_are_named(folder, monkeypatch) -> None:
    monkeypatch.setattr(schema, "pending", lambda: ["forum.0099_more"])
    behind = ending(folder)
    assert behind.returncode == 2 and "1 steps behind" in str(behind) and "migrate" in str(behind)
    assert not ImportedItem.objects.exists()


def test_a_file_that_cannot_be_opened_is_no_traceback(folder, monkeypatch) -> None:
    def refused(*_args: Any, **_options: Any) -> None:
        raise PermissionError(13, "Permission denied", str(folder / "Posts.xml"))

    monkeypatch.setattr(running, "load", refused)
    assert "Permission denied" in str(ending(folder))


def test_only_the_first_odd_rows_are_shown(tmp_path, var) -> None:
    folder = write(tmp_path / "beer", Posts=[question(n, CreationDate="never") for n in range(1, 41)])
    out, err = command(folder)
    assert "left out: 40 no usable CreationDate" in out
    assert len(err.splitlines()) == 22 and "… and 20 more lines" in err
    assert len((var / "imports" / "beer-left-out.txt").read_text().splitlines()) == 40


def test_help_has_an_example(capsys) -> None:
    with pytest.raises(SystemExit):
        call_command("import_stackexchange", "--help")
    said = capsys.readouterr().out
    assert "manage.py import_stackexchange dumps/" in said and "Exit codes" in said


@pytest.mark.skipif(not BEER.exists(), reason=f"{BEER.name} is not here: set CONVOY_SHARED to its folder")
def test_the_whole_of_a_real_community_twice(importing) -> None:
    first = importing(BEER, site="", index=True).report.files["Posts"]
    assert (first.read, first.here["threads"], first.here["replies"]) == (2354, 663, 1572)
    assert first.left_out == {"tag wikis": 58, "tag wiki excerpts": 58, "wiki placeholders": 3}
    assert (Thread.objects.count(), Post.objects.count()) == (663, 663 + 1572)
    assert Thread.objects.exclude(accepted_post=None).count() == 410
    assert ImportedItem.objects.count() == 2235

    second = importing(BEER, site="", index=True).report.files["Posts"]
    assert (second.already, second.here.total()) == (2235, 0)
    assert Post.objects.count() == 2235

    for words, title in [("citra hop", "What is a citra hop"), ("lagers ales", "lager")]:
        page = Client().get("/search/", {"q": words}).content.decode()
        assert title in re.sub("</?mark>|<wbr>", "", page), words
    assert not Post.objects.filter(html__contains="&lt;p&gt;").exists()
    assert not Post.objects.filter(plain="").exists()
