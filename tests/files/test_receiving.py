"""A file is taken whole or refused with a reason, once under a key, and within what its owner may keep."""

import errno
import threading
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image
from pillow_heif import register_heif_opener

from community.core import clock, images
from community.core.access import Invalid, Refused
from community.core.tasks.testing import run_due
from community.files import actions, links, policy, store
from community.files.models import State, Upload
from community.files.views.mine import told
from community.members.models import Member
from tests import hostile
from tests.builders.files import GPX, MAKER, PDF, an_upload, photo, spoiled
from tests.builders.forum import a_thread
from tests.builders.members import a_member
from tests.core.test_images_motion import an_animation
from tests.files.conftest import stored

pytestmark = pytest.mark.django_db


def noise(kind: str, width: int = 640, height: int = 480) -> bytes:
    """Pixels that do not pack into a few bytes, so that a cut goes through them."""
    register_heif_opener()
    out = BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(out, kind)
    return out.getvalue()


def receive(owner: Member, data: bytes, name: str = "a.jpg", **fields: object) -> Upload:
    return actions.receive_upload(owner=owner, file=ContentFile(data), name=name, **fields)  # type: ignore[arg-type]


def test_a_picture_is_taken_with_the_size_it_will_have_before_it_is_made(
    owner: Member, media_root: Path
) -> None:
    upload = receive(owner, photo(4000, 3000, turn=6), "My car.JPG")

    assert (upload.kind, upload.form, upload.state) == ("picture", "webp", State.RECEIVED)
    assert (upload.width, upload.height) == (1200, 1600)
    assert (upload.name, len(upload.key)) == ("My car", 32)
    assert stored(media_root) == [f".incoming/{upload.key[:2]}/{upload.key}"]


def test_its_sizes_are_made_without_what_the_camera_knew_and_what_came_is_deleted(
    owner: Member, media_root: Path
) -> None:
    upload = an_upload(owner=owner, data=photo(2000, 1000))

    assert upload.state == State.READY
    assert upload.sizes[0][:3] == [1600, 1600, 800]
    assert [size[0] for size in upload.sizes] == [1600, 960, 480]
    assert stored(media_root) == sorted(store.names_of(upload))
    assert upload.size == sum((media_root / name).stat().st_size for name in store.names_of(upload))
    for name in store.names_of(upload):
        assert MAKER.encode() not in (media_root / name).read_bytes()


def test_a_small_picture_has_no_size_that_it_would_have_to_grow_for(owner: Member) -> None:
    assert [size[:3] for size in an_upload(owner=owner, data=photo(500, 300)).sizes] == [
        [1600, 500, 300],
        [480, 480, 288],
    ]
    assert [size[:3] for size in an_upload(owner=owner, data=photo(40, 30)).sizes] == [[1600, 40, 30]]


@pytest.mark.parametrize(("data", "form"), [(PDF, "pdf"), (GPX, "gpx")])
def test_documents_are_ready_at_once(owner: Member, media_root: Path, data: bytes, form: str) -> None:
    upload = receive(owner, data, f"The manual.{form}")

    assert (upload.kind, upload.form, upload.state) == ("document", form, State.READY)
    assert upload.name == f"The manual.{form}"
    assert (media_root / store.document_name(upload)).read_bytes() == data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "unknown"),
        (b"<html><script>alert(1)</script>", "unknown"),
        (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "unknown"),
        (b"PK\x03\x04 a zip", "unknown"),
        (b"<?xml version='1.0'?><html/>", "unknown"),
        (photo(20_001, 2, kind="PNG"), "pixels"),
        (b"%PDF-" + b"x" * policy.MAX_DOCUMENT, "too_big"),
        (b"\xff\xd8\xff" + b"x" * images.MAX_BYTES, "too_big"),
    ],
    ids=[
        "nothing",
        "svg",
        "page",
        "virus",
        "archive",
        "other xml",
        "too many pixels",
        "long pdf",
        "long picture",
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason_and_leaves_nothing(
    owner: Member, media_root: Path, data: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        receive(owner, data, "car.jpg")
    assert (caught.value.code, caught.value.field or "file") == (code, "file")
    assert caught.value.reason
    assert stored(media_root) == []
    assert not Upload.objects.exists()


@pytest.mark.hostile
@pytest.mark.parametrize("file", hostile.images())
def test_hostile_pictures_are_refused_or_made_anew(owner: Member, media_root: Path, file: Path) -> None:
    try:
        upload = an_upload(owner=owner, data=file.read_bytes(), name=file.name)
    except Invalid as refusal:
        assert refusal.reason
        assert stored(media_root) == []
        return
    except images.BadImage as passing:
        assert passing.code in {"slow", "busy"}
        return
    assert upload.state == State.READY or upload.problem in {"damaged", "pixels", "slow"}
    assert all(name.endswith(".webp") for name in stored(media_root))


def test_a_picture_that_turns_out_damaged_is_gone_with_its_file(owner: Member, media_root: Path) -> None:
    upload = an_upload(owner=owner, data=spoiled())

    assert (upload.state, upload.problem, upload.size) == (State.GONE, "damaged", 0)
    assert stored(media_root) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF"])
def test_a_picture_that_was_cut_off_on_its_way_is_refused_at_once(
    owner: Member, media_root: Path, kind: str
) -> None:
    whole = noise(kind)
    for data in (whole[:20_000], whole[: len(whole) // 2], whole[:-100]):
        with pytest.raises(Invalid) as caught:
            receive(owner, data)
        assert caught.value.code in {"damaged", "unknown"}
    assert stored(media_root) == []
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "tail", [b"", b"\0" * 900, b"a film of the moment before" * 90], ids=["none", "noughts", "film"]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "HEIF"])
def test_what_follows_a_picture_does_not_hinder_it(owner: Member, kind: str, tail: bytes) -> None:
    """Nor a missing end, where the pixels are there: the file looks cut off, and is decoded before it is refused."""
    data = noise(kind) + tail
    assert an_upload(owner=owner, data=data).state == State.READY
    if kind == "JPEG" and tail:
        assert an_upload(owner=owner, data=noise(kind)[:-2] + tail).state == State.READY


def test_the_end_of_a_whole_photo_is_found_without_decoding_it(owner: Member, monkeypatch) -> None:
    monkeypatch.setattr(images.child, "work", None)
    assert receive(owner, photo(4000, 3000)).state == State.RECEIVED


def test_the_same_key_is_one_upload(owner: Member, media_root: Path) -> None:
    data = photo()
    first, second = (receive(owner, data, idempotency_key="k1") for _ in range(2))

    assert first.pk == second.pk
    assert Upload.objects.count() == 1
    assert len(stored(media_root)) == 1
    with pytest.raises(Refused) as caught:
        receive(owner, photo(colour="red"), idempotency_key="k1")
    assert caught.value.code == "key_reused"
    assert len(stored(media_root)) == 1


def test_who_may_not_speak_may_not_upload(media_root: Path) -> None:
    with pytest.raises(Refused):
        receive(a_member(standing="muted"), photo())
    assert stored(media_root) == []


def test_a_full_quota_says_how_full_and_a_deleted_upload_gives_room_again(
    owner: Member, settings: object, media_root: Path
) -> None:
    data = PDF + b"x" * 600_000
    settings.UPLOAD_QUOTA_MB = {"new": 1, "member": 2, "staff": 3}  # type: ignore[attr-defined]
    first = receive(owner, data)

    with pytest.raises(Invalid, match=r"586.*of 1\.0") as caught:
        receive(owner, data)

    assert caught.value.code == "quota"
    assert len(stored(media_root)) == 1
    actions.delete_upload(actor=owner, key=first.key)
    assert receive(owner, data).pk


def test_too_many_that_wait_are_refused(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MOST_WAITING", 2)
    for _ in range(2):
        receive(owner, photo(50, 50))
    with pytest.raises(Invalid) as caught:
        receive(owner, photo(50, 50))
    assert caught.value.code == "waiting"


def test_quota_grows_with_taking_part_and_halves_with_a_warning() -> None:
    now = clock.now()
    sizes = {"new": 100, "member": 1000, "staff": 9000}

    def most(**other: object) -> tuple[int, str]:
        told = {
            "is_staff": False,
            "is_warned": False,
            "posts": 40,
            "joined_at": now - timedelta(days=30),
        } | other
        found = policy.quota(now=now, megabytes=sizes, **told)  # type: ignore[arg-type]
        return found.most // policy.MEGABYTE, found.tier

    assert most() == (1000, "member")
    assert most(posts=1) == most(joined_at=now) == (100, "new")
    assert most(is_warned=True) == (500, "member")
    assert most(is_staff=True, posts=0) == (9000, "staff")


def test_a_full_disk_is_said_and_leaves_nothing(
    owner: Member, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full, raising=False)
    with pytest.raises(Invalid, match="no room") as caught:
        receive(owner, photo())
    assert caught.value.code == "full"
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\Plan.PDF", "Plan.pdf"),
        ("evil\u202efdp.exe", "evilfdp.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a b Set-Cookie x.pdf"),
        ("", "file.pdf"),
        (".pdf", "file.pdf"),
        ("驾驶手册 2026.pdf", "驾驶手册 2026.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("bill.pdf.exe", "bill.pdf.pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert policy.clean_name(given, form="pdf") == kept


@pytest.mark.parametrize("name", hostile.naughty_strings())
def test_any_name_becomes_one_line_that_fits(name: str) -> None:
    for form in ("pdf", "webp"):
        kept = policy.clean_name(name, form=form)
        assert 0 < len(kept) <= 100
        assert not set(kept) & set('\r\n\x00/\\"')


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_share_the_last_room(settings: object, media_root: Path) -> None:
    owner = a_member()
    settings.UPLOAD_QUOTA_MB = {"new": 1, "member": 1, "staff": 1}  # type: ignore[attr-defined]
    got: list[str] = []

    def press() -> None:
        from django.db import connection

        try:
            receive(owner, PDF + b"x" * 600_000)
            got.append("taken")
        except Invalid as refusal:
            got.append(refusal.code)
        finally:
            connection.close()

    press_each = [threading.Thread(target=press) for _ in range(3)]
    from django.db import connection

    if connection.vendor == "sqlite":
        # One connection in memory for all threads: in turn, then.
        press()
        press()
    else:
        for one in press_each:
            one.start()
        for one in press_each:
            one.join(60)
    assert got.count("taken") == 1
    assert set(got) == {"taken", "quota"}
    assert len(stored(media_root)) == 1


def test_an_animation_stands_still_and_can_be_set_in_motion(owner: Member, media_root: Path) -> None:
    upload = an_upload(owner=owner, data=an_animation(), name="loop.gif")

    assert (upload.frames, upload.is_stilled) == (6, False)
    moving = store.motion_name(upload.key, upload.mark)
    assert stored(media_root) == sorted(store.names_of(upload)) and moving in store.names_of(upload)
    assert upload.motion == (media_root / moving).stat().st_size
    shown = links.shown(upload)
    assert shown.motion == links.served(moving) and shown.src != shown.motion
    actions.delete_upload(actor=owner, key=upload.key)
    run_due()
    assert stored(media_root) == []


def test_an_animation_that_is_too_much_shows_its_first_frame(owner: Member, media_root: Path) -> None:
    upload = an_upload(owner=owner, data=an_animation(301, (20, 30)))

    assert (upload.state, upload.motion, upload.is_stilled) == (State.READY, 0, True)
    assert links.shown(upload).motion == ""
    assert told(upload)["note"]


def test_what_was_covered_does_not_show_in_another_frame(owner: Member, media_root: Path) -> None:
    upload = an_upload(owner=owner, data=an_animation())
    before = store.names_of(upload)
    covered = actions.cover_picture(actor=owner, key=upload.key, boxes=[(0, 0, 5000, 5000)])

    assert covered.motion == 0 and covered.is_stilled
    assert not set(stored(media_root)) & set(before)


def test_a_post_that_was_there_before_is_drawn_anew_when_its_picture_can_move(owner: Member) -> None:
    upload = an_upload(owner=owner, data=an_animation(), is_ready=False)
    thread = a_thread(author=owner, body=f"![A loop]({upload.address})")
    assert "picture-moves" not in thread.posts.get().html
    run_due()
    upload.refresh_from_db()
    html = thread.posts.get().html
    assert 'class="picture-open picture-moves"' in html and links.shown(upload).motion in html
