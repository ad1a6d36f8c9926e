import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from community.core.access import Invalid, Refused
from forum import access, actions
from forum.models import Post, PostRevision, PostState, Reaction, Thread, ThreadState
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()


@pytest.fixture
def moderator():
    return a_member(role="moderator")


def test_a_hidden_post_leaves_a_numbered_place_and_comes_back(moderator):
    author = a_member()
    thread = a_thread(author=a_member())
    post = a_reply(author=author, thread=thread)
    actions.hide_post(actor=moderator, post_id=post.pk, reason="Names a private address")
    post.refresh_from_db()
    thread.refresh_from_db()
    assert post.state == PostState.HIDDEN and post.state_by == moderator
    assert thread.reply_count == 0 and thread.needs_answer and thread.last_number == 2
    row = access.thread_for_reading(GUEST, thread_id=thread.pk)
    assert not access.may_see_post(GUEST, row, post)
    assert access.may_see_post(author, access.thread_for_reading(author, thread_id=thread.pk), post)
    actions.restore_post(actor=moderator, post_id=post.pk)
    thread.refresh_from_db()
    assert thread.reply_count == 1 and not thread.needs_answer


def test_reactions_count_while_the_words_are_seen(moderator):
    thread = a_thread(author=a_member())
    reply = a_reply(author=a_member(), thread=thread)
    actions.react(actor=a_member(), post_id=reply.pk, kind="useful")
    counts = []
    for act in (
        lambda: actions.hide_post(actor=moderator, post_id=reply.pk, reason="Rude"),
        lambda: actions.restore_post(actor=moderator, post_id=reply.pk),
        lambda: actions.purge_post(actor=moderator, post_id=reply.pk, reason="Personal"),
    ):
        act()
        counts.append(Thread.objects.get(pk=thread.pk).reaction_count)
    assert counts == [0, 1, 0]


def test_hiding_needs_the_right_and_a_reason(moderator):
    post = a_reply(author=a_member(), thread=a_thread(author=a_member()))
    with pytest.raises(Refused):
        actions.hide_post(actor=a_member(), post_id=post.pk, reason="I do not like it")
    with pytest.raises(Invalid) as refusal:
        actions.hide_post(actor=moderator, post_id=post.pk, reason="  ")
    assert refusal.value.field == "reason"


def test_authors_remove_their_own_words_but_not_a_question_others_answered():
    asker, helper = a_member(), a_member()
    thread = a_thread(author=asker)
    reply = a_reply(author=helper, thread=thread)
    opening = thread.posts.get(number=1)
    with pytest.raises(Refused) as refusal:
        actions.remove_post(actor=asker, post_id=opening.pk)
    assert refusal.value.code == "answered"
    actions.remove_post(actor=helper, post_id=reply.pk)
    actions.remove_post(actor=asker, post_id=opening.pk)
    thread.refresh_from_db()
    assert thread.state == ThreadState.REMOVED
    with pytest.raises(Http404):
        access.thread_for_reading(asker, thread_id=thread.pk)


def test_nobody_removes_a_strangers_post():
    post = a_reply(author=a_member(), thread=a_thread(author=a_member()))
    with pytest.raises(Refused) as refusal:
        actions.remove_post(actor=a_member(), post_id=post.pk)
    assert refusal.value.code == "not_author"


def test_purging_erases_words_author_versions_and_reactions(moderator):
    author, thread = a_member(), a_thread(author=a_member())
    post = a_reply(author=author, thread=thread, body="My number is 555 0199")
    actions.react(actor=a_member(), post_id=post.pk, kind="useful")
    actions.edit_post(actor=author, post_id=post.pk, body="My number is 555 0198")
    actions.purge_post(actor=moderator, post_id=post.pk, reason="Private data")
    post.refresh_from_db()
    assert (post.source, post.html, post.plain, post.author, post.state) == ("", "", "", None, "purged")
    assert not PostRevision.objects.exists() and not Reaction.objects.exists()
    with pytest.raises(Http404):
        actions.restore_post(actor=a_member(role="admin"), post_id=post.pk)
    author.refresh_from_db()
    assert author.post_count == 0


def test_a_purged_post_leaves_no_author_where_it_was_moved_from(moderator):
    thread = a_thread(author=a_member())
    a_reply(author=a_member(), thread=thread)
    told = {"actor": moderator, "reason": "Apart"}
    ids = list(thread.posts.filter(number=2).values_list("pk", flat=True))
    ids.append(a_reply(author=a_member(), thread=thread).pk)
    actions.split_thread(**told, thread_id=thread.pk, post_ids=ids, title="Apart")
    actions.purge_post(**told, post_id=ids[1])
    assert list(thread.posts.order_by("number").values_list("author_id", flat=True))[2:] == [None]


def test_a_purged_post_stays_gone(moderator):
    post = a_reply(author=a_member(), thread=a_thread(author=a_member()))
    actions.purge_post(actor=moderator, post_id=post.pk, reason="Private data")
    with pytest.raises(Http404):
        actions.restore_post(actor=moderator, post_id=post.pk)


def test_hiding_the_opening_post_hides_the_thread(moderator):
    author, board = a_member(), a_board()
    thread = a_thread(author=author, board=board)
    a_reply(author=a_member(), thread=thread)
    actions.hide_post(actor=moderator, post_id=thread.posts.get(number=1).pk, reason="Advertising")
    board.refresh_from_db()
    author.refresh_from_db()
    assert (board.thread_count, board.post_count, board.last_thread) == (0, 0, None)
    assert author.thread_count == 0
    assert not Thread.objects.visible_to(GUEST).filter(pk=thread.pk).exists()
    assert Thread.objects.visible_to(author).filter(pk=thread.pk).exists()
    with pytest.raises(Refused) as refusal:
        a_reply(author=author, thread=thread)
    assert refusal.value.code == "not_visible"
    actions.restore_thread(actor=moderator, thread_id=thread.pk)
    board.refresh_from_db()
    assert (board.thread_count, board.post_count) == (1, 2)


def test_a_hidden_answer_is_no_longer_the_accepted_one(moderator):
    asker, helper = a_member(), a_member()
    thread = a_thread(author=asker)
    answer = a_reply(author=helper, thread=thread)
    actions.accept_answer(actor=asker, post_id=answer.pk)
    actions.hide_post(actor=moderator, post_id=answer.pk, reason="Dangerous advice")
    thread.refresh_from_db()
    helper.refresh_from_db()
    assert thread.accepted_post is None and helper.helped_count == 0


def test_a_hidden_posts_words_are_absent_for_others(moderator):
    post = a_reply(author=a_member(), thread=a_thread(author=a_member()))
    actions.hide_post(actor=moderator, post_id=post.pk, reason="Off topic")
    with pytest.raises(Http404):
        actions.react(actor=a_member(), post_id=post.pk, kind="useful")
    assert Post.objects.get(pk=post.pk).number == 2
