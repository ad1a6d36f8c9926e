"""My data on its pages: seen, fetched by its member alone, forgotten."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from PIL import Image

from activity.notices.models import PushSubscription
from community.core.tasks.testing import run_due
from community.members import actions as members
from community.privacy import actions, exporting
from community.privacy.models import Export
from forum import actions as forum
from forum.models import BoardMark, Watch
from tests.builders.files import GPX, PDF, an_upload, photo
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.core.test_images_motion import an_animation

pytestmark = pytest.mark.django_db


def test_everything_is_listed_by_room_with_its_number(client):
    member, other = a_member(), a_member(name="Annoying")
    thread = a_thread(author=other)
    a_reply(author=member, thread=thread)
    members.ignore_member(member=member, target=other)
    page = signed_in(client, member).get("/account/data/").content.decode()
    for words in ("What you wrote", "Posts", "What you watch", "Ignored and blocked", "Signed-in devices"):
        assert words in page
    assert "Threads you opened" not in page  # there are none


def test_a_row_says_what_it_is_about_and_can_be_forgotten(client):
    member = a_member()
    thread = a_thread(author=a_member(), title="Winter range on the road")
    forum.set_watch(member=member, thread_id=thread.pk, level="all")
    signed_in(client, member)
    page = client.get("/account/data/of/forum-watch/").content.decode()
    assert "Winter range on the road" in page
    assert "Every reply" in page
    assert 'action="/account/data/of/forum-watch/drop/"' in page and "/forum-watch/clear/" in page
    row = Watch.objects.get(member=member)
    asked = client.get("/account/data/of/forum-watch/drop/", {"row": row.pk}).content.decode()
    assert "Forget this?" in asked and "Winter range on the road" in asked
    assert Watch.objects.filter(pk=row.pk).exists(), "a question changes nothing"
    client.post("/account/data/of/forum-watch/drop/", {"row": row.pk})
    assert not Watch.objects.filter(member=member).exists()


def test_the_name_of_a_thread_that_may_not_be_read_any_more_is_not_told(client):
    member = a_member()
    thread = a_thread(author=a_member(), title="Winter range on the road")
    forum.set_watch(member=member, thread_id=thread.pk, level="all")
    forum.set_rights(actor=None, board_id=thread.board_id, rights={"read": ["moderator"]})
    page = signed_in(client, member).get("/account/data/of/forum-watch/").content.decode()
    assert "Winter range" not in page


def test_all_of_a_kind_are_forgotten_at_once(client):
    member, thread = a_member(), a_thread(author=a_member())
    forum.set_watch(member=member, thread_id=thread.pk, level="all")
    forum.set_watch(member=member, board_id=thread.board_id, level="all")
    signed_in(client, member).post("/account/data/of/forum-watch/clear/")
    assert not Watch.objects.filter(member=member).exists()


def test_boards_marked_as_read_and_browsers_are_forgotten_too(client):
    member, board = a_member(), a_board()
    forum.mark_board_read(member=member, board_id=board.pk)
    browsers = [
        PushSubscription.objects.create(
            member=one, endpoint=f"https://push.example/{one.pk}", endpoint_key=one.pk
        )
        for one in (member, a_member())
    ]
    signed_in(client, member)
    client.post("/account/data/of/forum-boardmark/clear/")
    assert not BoardMark.objects.filter(member=member).exists()
    for browser in browsers:
        client.post("/account/data/of/notices-pushsubscription/drop/", {"row": browser.pk})
    assert list(PushSubscription.objects.all()) == browsers[1:], "one's own alone"


def test_nobody_forgets_for_somebody_else(client):
    member, thread = a_member(), a_thread(author=a_member())
    watch = forum.set_watch(member=member, thread_id=thread.pk, level="all")
    signed_in(client, a_member())
    assert watch is not None
    assert client.post("/account/data/of/forum-watch/drop/", {"row": watch.pk}).status_code == 404
    assert client.post("/account/data/of/forum-watch/drop/", {"row": "9" * 40}).status_code == 404
    assert client.post("/account/data/of/forum-post/clear/").status_code == 404
    assert client.get("/account/data/of/forum-nothing/").status_code == 404
    assert Watch.objects.filter(pk=watch.pk).exists()


def _copy(member) -> dict[str, object]:
    actions.request_export(member=member)
    run_due()
    export = Export.objects.get(member=member)
    with exporting.store().open(export.file) as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    return {name: archive.read(name) for name in archive.namelist()}


def test_a_copy_holds_all_of_mine_and_nothing_of_others(media_root):
    member, other = a_member(name="Mine canary"), a_member(name="Theirs canary")
    thread = a_thread(author=other, body="theirs-word in the opening post", board=a_board())
    post = a_reply(author=member, thread=thread, body="mine-word in a reply")
    forum.edit_post(actor=member, post_id=post.pk, body="mine-second word in a reply")
    forum.react(actor=member, post_id=thread.posts.get(number=1).pk, kind="useful")
    members.update_profile(member=member, bio="mine-bio")
    copy = _copy(member)
    told = b"\n".join(copy.values()).decode()
    for word in ("mine-second", "mine-bio", "Mine canary", str(member.email)):
        assert word in told
    for word in ("theirs-word", "Theirs canary", str(other.email)):
        assert word not in told
    assert json.loads(copy["forum-reaction.json"])[0]["kind"] == "useful"
    about = json.loads(copy["README.json"])
    assert about["rows"]["forum-post.json"] == 1
    assert member.password not in told


def test_a_copy_holds_files_of_every_kind(media_root):
    """All frames of what moves, too: its first frame is served beside them, as a picture."""
    member = a_member()
    members.set_avatar(member=member, data=photo())
    still, loop = an_upload(owner=member), an_upload(owner=member, data=an_animation())
    papers = [an_upload(owner=member, data=data) for data in (PDF, GPX)]
    copy = _copy(member)
    names = {name.removeprefix("files/") for name in copy if name.startswith("files/")}
    assert names == {
        "picture.webp",
        f"uploads/{still.pk}.webp",
        f"uploads/{loop.pk}.webp",
        f"uploads/{loop.pk}-moving.webp",
        f"uploads/{papers[0].pk}.pdf",
        f"uploads/{papers[1].pk}.gpx",
    }
    assert set(json.loads(copy["README.json"])["files"]) == names
    with Image.open(io.BytesIO(copy[f"files/uploads/{loop.pk}-moving.webp"])) as moving:
        assert moving.n_frames == 6
    Image.open(io.BytesIO(copy["files/picture.webp"])).verify()
    assert [copy[f"files/uploads/{paper.pk}.{paper.form}"] for paper in papers] == [PDF, GPX]


def test_only_its_member_fetches_a_copy_and_only_for_a_week(client, frozen_clock):
    member = a_member(password="a-road-through-the-birches")
    _copy(member)
    export = Export.objects.get(member=member)
    assert len(mail.outbox) == 1
    assert "mine" not in mail.outbox[0].body
    address = reverse("privacy:fetch", args=[export.pk])
    assert address not in mail.outbox[0].body
    assert signed_in(client, a_member(), strongly=True).get(address).status_code == 404
    signed_in(client, member, strongly=True)
    response = client.get(address)
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:2] == b"PK"
    frozen_clock.move(timedelta(days=8))
    assert signed_in(client, member, strongly=True).get(address).status_code == 404
    actions.sweep_exports()
    export.refresh_from_db()
    assert (export.state, export.file) == ("gone", "")


def test_a_second_copy_on_the_same_day_is_refused(client):
    member = a_member()
    signed_in(client, member).post("/account/data/copy/")
    page = client.post("/account/data/copy/", follow=True).content.decode()
    assert "within the last day" in page
    assert Export.objects.filter(member=member).count() == 1


def test_a_copy_asked_for_twice_by_the_queue_is_made_once():
    member = a_member()
    actions.request_export(member=member)
    run_due()
    export = Export.objects.get(member=member)
    assert actions.finish_export(export_id=export.pk) is None
    _folders, names = exporting.store().listdir("")
    assert export.file in names


def test_a_long_list_is_paged(client):
    member = a_member()
    board = a_board()
    for _ in range(31):
        thread = a_thread(author=member, board=board)
    page = signed_in(client, member).get("/account/data/of/forum-thread/")
    assert page.context["page"].next
    rest = client.get(f"/account/data/of/forum-thread/?page={page.context['page'].next}")
    assert [line.pk for line in rest.context["lines"]] == [thread.pk]


def test_a_copy_is_deleted_before_its_time_and_no_second_one_made_for_that(client, media_root, frozen_clock):
    member = a_member()
    actions.request_export(member=member)
    row = Export.objects.get()
    signed_in(client, member)
    address = "/account/data/of/privacy-export/drop/"
    assert "still being made" in client.post(address, {"row": row.pk}, follow=True).content.decode()
    run_due()
    row.refresh_from_db()
    name = row.file
    client.post(address, {"row": row.pk})
    assert name and not exporting.store().exists(name)
    assert client.get(f"/account/data/copy/{row.pk}/").status_code == 404
    client.post("/account/data/copy/")
    assert Export.objects.count() == 1, "one a day, also when it was deleted"
    frozen_clock.move(timedelta(days=2))
    client.post(address, {"row": row.pk})
    assert not Export.objects.exists()
