"""Uploading by script, being served, and one's own list: what anybody gets at each address."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from community.core import clock, ratelimit
from community.core.tasks.testing import run_due
from community.files import links, store
from community.files.models import State, Upload
from community.members.models import Member
from tests.builders.files import GPX, MAKER, PDF, an_upload, photo, spoiled
from tests.builders.members import a_member, signed_in
from tests.files.conftest import stored

pytestmark = pytest.mark.django_db
URL = "/files/"


def send(client: Client, data: bytes, name: str = "car.jpg", **fields: str) -> object:
    return client.post(URL, {"file": SimpleUploadedFile(name, data)} | fields)


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def test_an_upload_is_told_how_to_name_it(client: Client, owner: Member) -> None:
    answer = send(signed_in(client, owner), photo(2000, 1000), "My car.JPG", idempotency_key="k")

    assert answer.status_code == 201
    told, upload = answer.json(), Upload.objects.get()
    assert told == {
        "id": upload.pk,
        "markdown_url": f"/files/{upload.key}.webp",
        "url": f"/files/{upload.key[:2]}/{upload.key}-{upload.mark}-960.webp",
        "width": 1600,
        "height": 800,
        "name": "My car",
        "kind": "picture",
        "note": "",
    }
    assert send(client, photo(2000, 1000), idempotency_key="k").json() == told


def test_refusals_are_json_with_a_reason_in_the_readers_language(client: Client, owner: Member) -> None:
    assert send(client, photo()).status_code == 401
    signed_in(client, owner)
    assert client.get(URL).status_code == 405
    assert client.post(URL).status_code == 400
    for data, status in ((b"<svg/>", 422), (b"", 422), (b"\xff\xd8\xff" + b"x" * 21_000_000, 413)):
        answer = send(client, data)
        assert answer.status_code == status
        assert list(answer.json()) == ["error"]
    chinese = client.post(
        URL, {"file": SimpleUploadedFile("a", b"<svg/>")}, headers={"Accept-Language": "zh-hans"}
    )
    assert "PDF" in chinese.json()["error"]
    assert "cannot" not in chinese.json()["error"]
    Member.objects.filter(pk=owner.pk).update(standing="suspended")
    assert send(client, photo()).status_code == 403
    assert not Upload.objects.exists()


def test_too_often_is_told_with_when_to_try_again(
    client: Client, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.files.views.mine.UPLOADS", 1)
    ratelimit.reset("upload", f"member:{owner.pk}")
    signed_in(client, owner)
    send(client, photo(20, 20))
    answer = send(client, photo(20, 20))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_picture_is_served_so_that_nothing_else_can_be_made_of_it(client: Client, owner: Member) -> None:
    upload = an_upload(owner=owner, data=photo(2000, 1000))

    answer = client.get(links.shown(upload).src)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert "Set-Cookie" not in answer.headers
    data = body(answer)
    with Image.open(BytesIO(data)) as image:
        assert (image.format, image.size) == ("WEBP", (960, 480))
        assert not dict(image.getexif())
    assert MAKER.encode() not in data


def test_until_its_sizes_are_made_a_placeholder_of_its_shape_stands_there(
    client: Client, owner: Member
) -> None:
    upload = an_upload(owner=owner, data=photo(2000, 1000), is_ready=False)
    for address in (links.shown(upload).src, links.shown(upload).href, upload.address):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert b'width="32" height="16"' in answer.content
    run_due()
    assert client.get(links.shown(upload).src).headers["Content-Type"] == "image/webp"
    assert client.get(upload.address).headers["Location"] == links.shown(upload).href


def test_no_other_name_leads_anywhere(client: Client, owner: Member) -> None:
    upload = an_upload(owner=owner)
    key, mark, shard = upload.key, upload.mark, upload.key[:2]
    other = "z" * 8 if mark != "z" * 8 else "y" * 8
    for address in (
        f"/files/{shard}/{key}-{other}-960.webp",
        f"/files/{shard}/{key}-{mark}-999.webp",
        f"/files/zz/{key}-{mark}-960.webp",
        f"/files/{key}.pdf",
        f"/files/{'a' * 32}.webp",
        f"/files/.incoming/{key}",
        f"/files/{shard}/{key}/",
        f"/files/{shard}/..%2f..%2fsecret.webp",
    ):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [(PDF, "Handbuch “2026”.pdf", "application/pdf"), (GPX, "阿尔卑斯.gpx", "application/gpx+xml")],
)
def test_a_document_is_handed_out_only_as_a_download(
    client: Client, owner: Member, data: bytes, name: str, kind: str
) -> None:
    upload = an_upload(owner=owner, data=data, name=name)
    answer = client.get(upload.address)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert body(answer) == data
    assert client.get(f"/files/{upload.key[:2]}/{upload.key}-{upload.mark}.pdf").status_code == 404


def test_my_uploads_lists_mine_and_deletes_them(client: Client, owner: Member, media_root: Path) -> None:
    mine, paper = an_upload(owner=owner, name="Mine.jpg"), an_upload(owner=owner, data=PDF, name="Paper.pdf")
    theirs = an_upload(owner=a_member(), name="Theirs.jpg")
    signed_in(client, owner)

    page = client.get(reverse("files:mine")).content.decode()
    assert "Mine" in page
    assert "Paper.pdf" in page
    assert "Theirs" not in page
    assert client.post(reverse("files:delete", args=[theirs.key])).status_code == 404
    assert client.post(reverse("files:delete", args=[mine.key])).status_code == 302
    run_due()

    assert Upload.objects.get(pk=mine.pk).state == State.GONE
    assert stored(media_root) == sorted([store.document_name(paper), *store.names_of(theirs)])
    assert client.get(mine.address).status_code == 404
    assert client.get(links.shown(mine).src).status_code == 410


def test_what_no_picture_came_of_is_listed_with_the_reason_until_it_is_cleared(
    client: Client, owner: Member
) -> None:
    failed = an_upload(owner=owner, data=spoiled(), name="Dash.png")
    signed_in(client, owner)

    page = client.get(reverse("files:mine")).content.decode()
    assert "Dash" in page and "is damaged, so it cannot be used" in page
    assert "<img" not in page[page.index('class="uploads"') : page.index("</main>")]
    assert "Dash" not in signed_in(Client(), a_member()).get(reverse("files:mine")).content.decode()
    assert client.get(reverse("files:cover", args=[failed.key])).status_code == 404

    assert client.post(reverse("files:delete", args=[failed.key]), {"failed": "1"}).status_code == 302
    page = client.get(reverse("files:mine")).content.decode()
    assert "The line is cleared." in page and "Dash" not in page


def test_what_no_picture_came_of_leaves_the_list_after_a_month(client: Client, owner: Member) -> None:
    an_upload(owner=owner, data=spoiled(), name="Dash.png")
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert "Dash" not in signed_in(client, owner).get(reverse("files:mine")).content.decode()


def numbers(*boxes: tuple[float, float, float, float]) -> dict[str, str]:
    sides = ("left", "top", "width", "height")
    return {
        f"{side}{n}": str(value)
        for n, box in enumerate(boxes)
        for side, value in zip(sides, box, strict=True)
    }


def test_parts_are_covered_by_numbers_and_what_was_there_is_deleted(
    client: Client, owner: Member, media_root: Path
) -> None:
    image = Image.new("RGB", (1000, 500), "white")
    for x in range(0, 400, 8):
        image.paste("black", (x, 0, x + 4, 250))
    out = BytesIO()
    image.save(out, "PNG")
    upload = an_upload(owner=owner, data=out.getvalue())
    before = store.names_of(upload)
    address = reverse("files:cover", args=[upload.key])
    signed_in(client, owner)
    assert client.get(address).status_code == 200

    assert client.post(address, numbers((0, 0, 40, 50))).status_code == 302

    upload.refresh_from_db()
    run_due()
    assert stored(media_root) == sorted(store.names_of(upload))
    assert not set(before) & set(store.names_of(upload))
    assert client.get(links.served(before[0])).status_code == 404
    for name in store.names_of(upload):
        with Image.open(media_root / name) as made:
            box = (0, 0, made.width * 38 // 100, made.height * 48 // 100)
            low, high = made.convert("L").crop(box).getextrema()
            assert high - low < 40


@pytest.mark.parametrize(
    "given",
    [
        {},
        numbers((0, 0, 101, 5)),
        {"left0": "x"},
        {"width0": "5"},
        numbers((1, 1, 0, 0)),
    ],
)
def test_boxes_that_are_none_are_refused_with_what_was_typed(
    client: Client, owner: Member, given: dict[str, str]
) -> None:
    upload = an_upload(owner=owner)
    answer = signed_in(client, owner).post(reverse("files:cover", args=[upload.key]), given)
    assert answer.status_code == 422
    assert Upload.objects.get(pk=upload.pk).mark == upload.mark


def test_a_moderator_covers_for_others_and_nobody_else_does(client: Client, owner: Member) -> None:
    upload = an_upload(owner=owner)
    address = reverse("files:cover", args=[upload.key])
    assert signed_in(client, a_member()).post(address, numbers((0, 0, 5, 5))).status_code == 404
    moderator = signed_in(Client(), a_member(role="moderator"), strongly=True)
    assert moderator.post(address, numbers((0, 0, 5, 5))).status_code == 302
    assert Upload.objects.get(pk=upload.pk).mark != upload.mark
