"""Uploads in an object store: the same addresses, headers and sweeps as from a folder, clear words when it is down."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from community.core import clock
from community.core.access import Invalid
from community.core.avatars import store_avatar
from community.files import actions, checkup, links, store
from community.files.models import Upload
from community.members.models import Member
from tests.builders.files import PDF, an_upload, photo
from tests.builders.members import a_member
from tests.support.bucket import Bucket, a_bucket
from tests.support.required import need

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Member:
    return a_member()


@pytest.fixture
def bucket(settings: Any) -> Iterator[Bucket]:
    try:
        import storages.backends.s3  # noqa: F401
    except ImportError:
        need("extras", False, "django-storages[s3] is not installed (requirements/extras.txt)")
    with a_bucket() as held:
        told = {"access_key": "k", "secret_key": "s", "bucket_name": "uploads", "region_name": "eu"}
        backend = {
            "BACKEND": "community.core.bucket.BucketStorage",
            "OPTIONS": told | {"endpoint_url": held.url},
        }
        settings.STORAGES = settings.STORAGES | {"default": backend}
        yield held


def test_a_picture_goes_in_and_comes_out_under_the_same_address(
    bucket: Bucket, client: Client, owner: Member
) -> None:
    upload = an_upload(owner=owner, data=photo(2000, 1000))

    assert sorted(bucket.objects) == sorted(store.names_of(upload))
    assert all(bucket.signed)
    answer = client.get(links.shown(upload).src)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as image:
        assert image.size == (960, 480)
    assert client.get(links.shown(upload).src.replace("-960", "-999")).status_code == 404


def test_downloads_faces_and_nothing_hidden_are_handed_out(
    bucket: Bucket, client: Client, owner: Member
) -> None:
    upload, face = an_upload(owner=owner, data=PDF, name="a.pdf"), store_avatar(photo())
    bucket.objects[".incoming/aa/secret"] = b"x"
    bucket.objects["page.html"] = b"<script>"

    assert b"".join(client.get(upload.address).streaming_content) == PDF
    shown = client.get(f"/media/{face}")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/webp")
    page = client.get("/media/page.html")
    assert page.headers["Content-Type"] == "application/octet-stream"
    assert page.headers["Content-Disposition"].startswith("attachment")
    for hidden in ("/media/.incoming/aa/secret", "/media/none.webp", f"/media/{store.document_name(upload)}"):
        assert client.get(hidden).status_code == 404, hidden


def test_orphans_in_the_store_are_swept(bucket: Bucket, owner: Member) -> None:
    upload = an_upload(owner=owner)
    orphan = store.picture_name("z" * 32, "y" * 8, 960)
    bucket.objects[orphan] = bucket.objects[".incoming/zz/" + "z" * 32] = b"x"
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert actions.sweep().files == 2
    assert sorted(bucket.objects) == sorted(store.names_of(upload))


def test_a_store_that_refuses_is_said_and_leaves_no_row(
    bucket: Bucket, client: Client, owner: Member
) -> None:
    assert checkup.uploads().status == "OK"
    there = an_upload(owner=owner)
    bucket.is_down = True
    away = client.get(links.shown(there).src)
    assert (away.status_code, away.headers["Cache-Control"]) == (503, "no-store")
    with pytest.raises(Invalid) as caught:
        an_upload(owner=owner)
    assert caught.value.code == "full"
    assert Upload.objects.get() == there
    finding = checkup.uploads()
    assert (finding.status, "CONVOY_S3" in finding.mend) == ("FAIL", True)
