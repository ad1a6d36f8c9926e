"""A picture of one's own."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from community.core.access import Invalid, Refused
from community.members import actions, handlers
from community.members.facts import AvatarChanged
from tests.builders.members import a_member, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]


def a_picture(kind="PNG"):
    data = BytesIO()
    Image.new("RGB", (300, 200), "teal").save(data, kind)
    return data.getvalue()


def test_a_picture_is_stored_shown_and_removed(client, facts):
    member = a_member()
    signed_in(client, member)
    upload = SimpleUploadedFile("me.png", a_picture(), "image/png")
    assert client.post(reverse("members:picture"), {"picture": upload}).status_code == 302
    member.refresh_from_db()
    key = member.avatar
    assert default_storage.exists(key) and key.endswith(".webp")
    assert key in client.get(reverse("members:picture")).content.decode()

    client.post(reverse("members:picture"), {"do": "remove"})
    member.refresh_from_db()
    assert member.avatar == ""
    handlers.drop_old_avatar(facts.of("AvatarChanged")[-1])
    assert not default_storage.exists(key)


def test_a_picture_somebody_shows_is_kept():
    member = actions.set_avatar(member=a_member(), data=a_picture("JPEG"))
    handlers.drop_old_avatar(AvatarChanged(member_id=member.pk, before=member.avatar, after="x"))
    assert default_storage.exists(member.avatar)


@pytest.mark.parametrize("data", [b"", b"not a picture", b"<svg onload=alert(1)>", b"GIF89a" + b"\x00" * 50])
def test_what_is_no_picture_is_refused_in_the_form(client, data):
    member = a_member()
    with pytest.raises(Invalid):
        actions.set_avatar(member=member, data=data)
    signed_in(client, member)
    upload = SimpleUploadedFile("me.png", data or b" ", "image/png")
    response = client.post(reverse("members:picture"), {"picture": upload})
    assert response.status_code == 422 and "picture" in response.context["form"].errors
    member.refresh_from_db()
    assert member.avatar == ""


def test_more_than_five_megabytes_is_refused_before_it_is_read(client):
    signed_in(client, a_member())
    upload = SimpleUploadedFile("me.png", b"x" * (5 * 1024 * 1024 + 1), "image/png")
    response = client.post(reverse("members:picture"), {"picture": upload})
    assert response.context["form"].errors["picture"].as_data()[0].code == "too_large"


def test_a_muted_member_shows_nothing_new_but_may_take_down():
    member = a_member(standing="muted", avatar="")
    with pytest.raises(Refused):
        actions.set_avatar(member=member, data=a_picture())
    actions.remove_avatar(member=member)


def test_when_the_row_cannot_be_written_no_file_stays(monkeypatch, media_root):
    def broken(member, key):
        raise RuntimeError

    monkeypatch.setattr("community.members.actions.profile._put_avatar", broken)
    with pytest.raises(RuntimeError):
        actions.set_avatar(member=a_member(), data=a_picture())
    assert not [path for path in media_root.rglob("*") if path.is_file()]
