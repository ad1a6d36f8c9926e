"""Posts and the pictures they show: joined when published, drawn anew when covered, gone when erased."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from community.core.access import Invalid
from community.core.tasks.testing import run_due
from community.core.text import RENDERER_VERSION
from community.files import actions as files
from community.files import links, store
from community.files.models import State, Upload
from community.members.models import Member
from forum import actions, policy
from forum.models import Post, PostUpload, Thread
from tests.builders.files import PDF, an_upload, photo
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.conftest import HeardFacts

pytestmark = pytest.mark.django_db
WHOLE = [(0, 0, 10_000, 10_000)]


@pytest.fixture(autouse=True)
def _own_media(media_root: Path) -> None:
    """Nothing is left behind."""


@pytest.fixture
def author() -> Member:
    return a_member()


def words_with(*uploads: Upload) -> str:
    return "Look:\n\n" + "\n\n".join(f"![My car]({upload.address})" for upload in uploads)


def html_of(post: Post) -> str:
    return Post.objects.get(pk=post.pk).html


def test_a_thread_and_a_reply_show_their_authors_pictures(author: Member) -> None:
    one, two = an_upload(owner=author), an_upload(owner=author, is_ready=False)

    thread = a_thread(author=author, body=words_with(one))
    reply = a_reply(author=author, thread=thread, body=words_with(two))

    opening = Post.objects.get(thread=thread, number=1)
    assert links.shown(one).src in html_of(opening)
    assert links.shown(two).srcset in html_of(reply)
    assert 'width="1200" height="800"' in html_of(reply)
    joined = set(PostUpload.objects.values_list("post_id", "upload_id"))
    assert joined == {(opening.pk, one.pk), (reply.pk, two.pk)}
    assert not Upload.objects.filter(attached_at=None).exists()


def test_nobody_shows_another_members_upload(author: Member) -> None:
    theirs = an_upload(owner=a_member())
    reply = a_reply(author=author, thread=a_thread(author=author), body=words_with(theirs))

    assert html_of(reply).replace("\n", "") == "<p>Look:</p><p>My car</p>"
    assert not PostUpload.objects.exists()


def test_an_edit_adds_pictures_keeps_those_of_earlier_versions_and_brings_them_back(author: Member) -> None:
    one, two = an_upload(owner=author), an_upload(owner=author)
    thread = a_thread(author=author)
    reply = a_reply(author=author, thread=thread, body=words_with(one))
    a_reply(author=a_member(), thread=thread)

    actions.edit_post(actor=author, post_id=reply.pk, body=words_with(two))
    assert links.shown(one).src not in html_of(reply)
    assert links.shown(two).src in html_of(reply)
    assert PostUpload.objects.filter(post=reply).count() == 2

    moderator = a_member(role="moderator")
    actions.revert_post(actor=moderator, post_id=reply.pk, revision=1)
    assert links.shown(one).src in html_of(reply)


def test_a_moderators_edit_keeps_the_authors_pictures(author: Member) -> None:
    one = an_upload(owner=author)
    reply = a_reply(author=author, thread=a_thread(author=author), body=words_with(one))
    moderator = a_member(role="moderator")
    actions.edit_post(actor=moderator, post_id=reply.pk, body=f"{words_with(one)}\n\nSpelling.")
    assert links.shown(one).src in html_of(reply)


def test_covering_a_picture_draws_its_posts_anew(author: Member, facts: HeardFacts) -> None:
    one = an_upload(owner=author)
    thread = a_thread(author=author, body=words_with(one))
    sequence, before = Thread.objects.get(pk=thread.pk).sequence, links.shown(one).src

    files.cover_picture(actor=author, key=one.key, boxes=WHOLE)
    run_due()

    one.refresh_from_db()
    opening = Post.objects.get(thread=thread, number=1)
    assert before not in opening.html
    assert links.shown(one).src in opening.html
    assert facts.only("PostRedrawn").sequence == Thread.objects.get(pk=thread.pk).sequence == sequence + 1
    assert (opening.edit_count, opening.edited_at) == (0, None)


def test_a_deleted_picture_leaves_its_words(author: Member) -> None:
    one = an_upload(owner=author)
    reply = a_reply(author=author, thread=a_thread(author=author), body=words_with(one))
    files.delete_upload(actor=author, key=one.key)
    run_due()
    assert html_of(reply).replace("\n", "") == "<p>Look:</p><p>My car</p>"


def test_erasing_a_post_deletes_what_nothing_else_shows(author: Member, media_root: Path) -> None:
    mine, shared = an_upload(owner=author), an_upload(owner=author)
    thread = a_thread(author=author, body=words_with(shared))
    reply = a_reply(author=author, thread=thread, body=words_with(mine, shared))

    actions.purge_post(actor=a_member(role="moderator"), post_id=reply.pk, reason="A face")
    run_due()

    assert Upload.objects.get(pk=mine.pk).state == State.GONE
    assert Upload.objects.get(pk=shared.pk).state == State.READY
    left = {path.relative_to(media_root).as_posix() for path in media_root.rglob("*.webp")}
    assert left == set(store.names_of(shared))


def test_rendering_by_newer_rules_keeps_the_pictures(author: Member) -> None:
    one = an_upload(owner=author)
    reply = a_reply(author=author, thread=a_thread(author=author), body=words_with(one))
    Post.objects.filter(pk=reply.pk).update(renderer_version=RENDERER_VERSION - 1, html="old")
    actions.rerender_posts()
    assert links.shown(one).src in html_of(reply)


def test_one_post_shows_so_many_and_no_more(author: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MAX_UPLOADS", 1)
    uploads = [an_upload(owner=author) for _ in range(2)]
    with pytest.raises(Invalid, match="at most 1"):
        a_reply(author=author, thread=a_thread(author=author), body=words_with(*uploads))


def test_words_without_files_cost_no_statement_more(
    author: Member, django_assert_num_queries: object
) -> None:
    from forum.actions.uploads import join_uploads, links_for_edit
    from forum.rendering import render_body

    with django_assert_num_queries(0):  # type: ignore[operator]
        body = render_body("Words", files=links.UploadLinks([author.pk]))
        assert links_for_edit(author, 1, "Words") is None
        join_uploads(Post(), body.upload_ids)


def test_a_preview_shows_ones_own_picture(client: Client, author: Member) -> None:
    one, theirs = an_upload(owner=author), an_upload(owner=a_member())
    answer = signed_in(client, author).post(
        reverse("forum:preview"), {"body": f"![a]({one.address}) ![b]({theirs.address})"}
    )
    page = answer.content.decode()
    assert links.shown(one).src in page
    assert links.shown(theirs).src not in page


@pytest.mark.parametrize("is_scripted", [True, False])
def test_the_preview_of_somebody_elses_post_shows_what_it_will_show(
    client: Client, author: Member, is_scripted: bool
) -> None:
    one = an_upload(owner=author)
    post = Post.objects.get(thread=a_thread(author=author, body=words_with(one)), number=1)
    edit, preview = reverse("forum:post_edit", args=[post.pk]), f"{reverse('forum:preview')}?post={post.pk}"
    sent = {"title": post.thread.title, "body": post.source, "preview": "1"}

    page = signed_in(client, a_member(role="moderator")).post(preview if is_scripted else edit, sent)
    assert links.shown(one).srcset in page.content.decode()

    # Not for whoever may not edit it: an address that they know shows them nothing.
    page = signed_in(client, a_member()).post(preview, sent)
    assert links.shown(one).src not in page.content.decode()


def test_files_sent_with_the_form_itself_are_posted_with_it_once(client: Client, author: Member) -> None:
    thread = a_thread(author=author)
    signed_in(client, author)
    for _press in range(2):
        sent = [SimpleUploadedFile("My [car].jpg", photo()), SimpleUploadedFile("Manual.pdf", PDF)]
        answer = client.post(
            reverse("forum:reply", args=[thread.pk]), {"body": "Look", "key": "k1", "files": sent}
        )
        assert answer.status_code == 302
    reply = Post.objects.get(thread=thread, number=2)
    assert Post.objects.filter(thread=thread).count() == 2
    assert Upload.objects.count() == 2
    assert '<figure class="picture">' in reply.html
    assert 'alt="My [car]"' in reply.html
    assert 'class="file-card"' in reply.html


def test_a_file_that_cannot_be_taken_posts_nothing_and_keeps_words_and_the_other_file(
    client: Client, author: Member
) -> None:
    board = a_board()
    sent = [SimpleUploadedFile("a.jpg", photo()), SimpleUploadedFile("b.svg", b"<svg/>")]
    answer = signed_in(client, author).post(
        reverse("forum:new_thread", args=[board.slug]),
        {"title": "A car in the snow", "lane": "chat", "body": "My words", "key": "k2", "files": sent},
    )
    page = answer.content.decode()
    assert not Thread.objects.exists()
    assert "b.svg: This kind of file cannot be taken." in page
    assert f"My words\n\n![a]({Upload.objects.get().address})" in page


def test_a_private_boards_picture_is_on_no_page_a_stranger_sees(client: Client, author: Member) -> None:
    from forum import rights

    board = a_board(rights=rights.CIRCLE)
    actions.enrol(actor=None, board_id=board.pk, member=author, kind="club_member")
    one = an_upload(owner=author)
    thread = a_thread(author=author, board=board, body=words_with(one))
    signed_in(client, a_member())
    for address in (
        thread.get_absolute_url(),
        board.get_absolute_url(),
        "/latest/",
        f"/members/{author.name}/",
    ):
        assert one.key not in client.get(address).content.decode()
