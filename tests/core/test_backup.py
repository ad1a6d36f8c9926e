"""A backup comes back whole or not at all, damage is named, and the restored site keeps quiet until confirmed."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from community.core import clock, doctor, hold, mail
from community.core.backup import databases, restoring, stores
from community.core.models import CronMark, RestoreHold
from tests.builders.forum import a_thread
from tests.builders.members import a_member

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(transaction=True)
only_sqlite = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="tests/services has PostgreSQL's drill"
)


@pytest.fixture
def site(media_root: Path) -> Path:
    """A site with words and uploads; its media folder."""
    a_thread(author=a_member(), title="发动机异响", body="Words worth keeping 🚗")
    (media_root / "pictures").mkdir()
    (media_root / "pictures" / "a.webp").write_bytes(os.urandom(3000))
    (media_root / "pictures" / "空 格.webp").write_bytes(b"")
    (media_root / ".doctor-x").write_bytes(b"not an upload")
    return media_root


def backed_up(target: Path) -> dict[str, Any]:
    call_command("backup", target, stdout=StringIO())
    return stores.read_manifest(stores.store_at(target))


def elsewhere(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` on an embedded site of its own, which does not exist yet."""
    environment = {"PATH": os.environ["PATH"], "CONVOY_VAR": str(folder), "CONVOY_DEMO": "0"}
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# -- there and back


@only_sqlite
@pytest.mark.parametrize("name", ["site.tar", "site"])
def test_a_site_comes_back_whole_and_holds_its_mail(site: Path, tmp_path: Path, name: str) -> None:
    manifest = backed_up(tmp_path / name)
    assert not list(tmp_path.glob("*.part")) and not list(tmp_path.glob(".convoy-backup*"))
    assert set(manifest["files"]) == {
        "database.sqlite3",
        "media/pictures/a.webp",
        "media/pictures/空 格.webp",
    }
    there = tmp_path / "there"
    done = elsewhere(there, "restore", str(tmp_path / name), "--no-index")
    assert done.returncode == 0, done.stderr
    assert "2 uploads are what they were" in done.stdout
    with sqlite3.connect(there / "convoy.sqlite3") as own:
        found = databases._sums_sqlite(own, lambda: None)
        titles = own.execute("SELECT title FROM forum_thread").fetchall()
        assert own.execute("SELECT files_done FROM core_restorehold").fetchall() == [(1,)]
    assert ("发动机异响",) in titles
    held = RestoreHold._meta.db_table
    assert {t: v for t, v in found.items() if t != held} == {
        t: v for t, v in manifest["tables"].items() if t != held
    }
    for file in ("a.webp", "空 格.webp"):
        assert (there / "media/pictures" / file).read_bytes() == (site / "pictures" / file).read_bytes()

    # once more: it is finished, and that is said; another backup does not go over it
    (there / "media/pictures/a.webp").unlink()
    again = elsewhere(there, "restore", str(tmp_path / name), "--no-index")
    assert (again.returncode, "an earlier try was finished" in again.stdout) == (0, True), again.stderr
    assert (there / "media/pictures/a.webp").exists()
    backed_up(tmp_path / "other.tar")
    other = elsewhere(there, "restore", str(tmp_path / "other.tar"))
    assert other.returncode == 2 and "The database is not empty" in other.stderr

    confirmed = elsewhere(there, "restore", "--confirm-mail")
    assert "sends again" in confirmed.stdout
    with sqlite3.connect(there / "convoy.sqlite3") as own:
        assert own.execute("SELECT count(*) FROM core_restorehold").fetchone() == (0,)


def test_the_dump_is_unpacked_beside_the_sites_own_data(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Not in the system's folder: in our containers that is 256 MB of memory."""
    manifest = backed_up(tmp_path / "site.tar")
    settings.VAR_DIR = tmp_path / "new" / "var"
    places: list[Path] = []
    monkeypatch.setattr(databases, "load", lambda place, *_told: places.append(place))
    restoring._bring_database(stores.store_at(tmp_path / "site.tar"), manifest)
    (place,) = places
    assert place.parent.parent == settings.VAR_DIR
    assert not list(settings.VAR_DIR.iterdir())


def test_the_sums_see_every_change(site: Path) -> None:
    before = databases.sums(lambda: None)
    CronMark.objects.create(name="x", slot=clock.now())
    CronMark.objects.create(name="y", slot=clock.now())
    after = databases.sums(lambda: None)
    assert {table for table in after if after[table] != before[table]} == {"core_cronmark"}
    CronMark.objects.filter(name="y").update(name="z")
    changed = databases.sums(lambda: None)
    assert changed["core_cronmark"][0] == after["core_cronmark"][0]
    assert changed["core_cronmark"][1] != after["core_cronmark"][1]


# -- refusals of `backup`


def test_a_backup_goes_over_nothing(site: Path, tmp_path: Path) -> None:
    (tmp_path / "site.tar").write_bytes(b"precious")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_bytes(b"precious")
    for name in ("site.tar", "full"):
        with pytest.raises(CommandError, match="is there already"):
            call_command("backup", tmp_path / name)
    assert (tmp_path / "site.tar").read_bytes() == b"precious"


def test_a_backup_that_breaks_off_leaves_nothing(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*told: Any) -> Any:
        raise OSError(28, "No space left on device")

    for name, writer in (("a.tar", stores.TarWriter), ("b", stores.FolderWriter)):
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(writer, "add", full)
            with pytest.raises(CommandError, match="No space left"):
                call_command("backup", tmp_path / name, stdout=StringIO())
    assert sorted(file.name for file in tmp_path.iterdir()) == ["media"]


# -- refusals of `restore`


def refused(source: Path) -> CommandError:
    with pytest.raises(CommandError) as caught:
        call_command("restore", source, stdout=StringIO())
    return caught.value


def test_no_backup_is_said(tmp_path: Path, media_root: Path) -> None:
    assert "There is no backup" in str(refused(tmp_path / "nothing.tar"))
    (tmp_path / "words.tar").write_bytes(b"words" * 500)
    assert "cut short or no backup" in str(refused(tmp_path / "words.tar"))
    assert "no manifest" in str(refused(media_root))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_was_cut_short_is_refused(site: Path, tmp_path: Path, share: float) -> None:
    backed_up(tmp_path / "site.tar")
    whole = (tmp_path / "site.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: int(len(whole) * share)])
    error = refused(tmp_path / "cut.tar")
    assert error.returncode == 1
    assert any(words in str(error) for words in ("cut short", "no manifest"))


def tamper_upload(folder: Path) -> str:
    file = folder / "media/pictures/a.webp"
    file.write_bytes(b"x" * file.stat().st_size)
    return "media/pictures/a.webp is damaged"


def tamper_database(folder: Path) -> str:
    file = next(folder.glob("database.*"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    return f"{file.name} is damaged"


def take_upload(folder: Path) -> str:
    (folder / "media/pictures/a.webp").unlink()
    return "1 files are missing"


def change_manifest(**changes: Any) -> Any:
    def change(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text()) | changes
        (folder / "manifest.json").write_text(json.dumps(manifest))

    return change


def newer(folder: Path) -> str:
    names = [f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()]
    change_manifest(migrations=[*names, "core.9999_from_tomorrow"])(folder)
    return "comes from a newer release (core.9999_from_tomorrow"


def other_format(folder: Path) -> str:
    change_manifest(format=7)(folder)
    return "has format 7"


def other_database(folder: Path) -> str:
    change_manifest(database="oracle")(folder)
    return "backup of oracle"


def escaping(folder: Path) -> str:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["media/../../evil"] = manifest["files"]["media/pictures/a.webp"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return "outside itself"


def unreadable(folder: Path) -> str:
    (folder / "manifest.json").write_text("{")
    return "manifest cannot be read"


@pytest.mark.parametrize(
    "harm",
    [tamper_upload, tamper_database, take_upload, newer, other_format, other_database, escaping, unreadable],
)
def test_harm_is_named_before_anything_is_touched(site: Path, tmp_path: Path, harm: Any) -> None:
    backed_up(tmp_path / "site")
    told = harm(tmp_path / "site")
    before = databases.sums(lambda: None)
    shutil.rmtree(site / "pictures")
    error = refused(tmp_path / "site")
    assert told in str(error) and error.returncode == 1
    assert databases.sums(lambda: None) == before and not (site / "pictures").exists()


def test_a_database_that_holds_something_is_left_alone(site: Path, tmp_path: Path) -> None:
    backed_up(tmp_path / "site.tar")
    before = databases.sums(lambda: None)
    error = refused(tmp_path / "site.tar")
    assert error.returncode == 2 and "The database is not empty" in str(error)
    assert databases.sums(lambda: None) == before


# -- the hold


@pytest.fixture
def smtp(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> list[EmailMessage]:
    """What would have gone out."""
    sent: list[EmailMessage] = []
    monkeypatch.setattr(
        EmailBackend, "send_messages", lambda self, messages: sent.extend(messages) or len(messages)
    )
    settings.EMAIL_BACKEND = "community.core.mail.HoldingEmailBackend"
    settings.VAR_DIR = tmp_path
    return sent


def held() -> None:
    now = clock.now()
    RestoreHold.objects.create(pk=1, backup_id="b", made_at=now, restored_at=now)


def test_a_restored_site_sends_nothing_until_confirmed(
    smtp: list[EmailMessage], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held()
    assert django_mail.send_mail("To nobody", "Your code: 123456", None, ["ada@example.org"]) == 1
    assert smtp == []
    (kept,) = (tmp_path / mail.FOLDER).glob("*.eml")
    assert b"123456" in kept.read_bytes()
    (finding,) = [one for one in doctor.examine() if one.name == "restored"]
    assert finding.status == "WARN" and "restore --confirm-mail" in finding.mend

    out = StringIO()
    call_command("restore", confirm_mail=True, stdout=out)
    assert "sends again" in out.getvalue() and not hold.is_held()
    django_mail.send_mail("To Ada", "Words", None, ["ada@example.org"])
    assert [message.subject for message in smtp] == ["To Ada"], "and nothing that was held"
    call_command("restore", confirm_mail=True, stdout=out)
    assert "Nothing was held" in out.getvalue()
