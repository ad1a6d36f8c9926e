"""Addresses of the forum. People, feeds and old links depend on them: add, never change."""

from django.urls import path

from community.core.pagecache import kept_for_guests
from forum import feeds, kept
from forum.views import (
    boards,
    composing,
    drafts,
    lists,
    posts,
    scheduled,
    staff,
    staff_forms,
    threads,
    upkeep,
    writing,
)
from forum.views.merged import follows_merge

app_name = "forum"

board_feed = kept_for_guests(*kept.LISTS)(feeds.BoardFeed())
latest_feed = kept_for_guests(*kept.LISTS)(feeds.LatestFeed())
thread_feed = kept_for_guests(kept.BOARDS, "people", "thread:{thread_id}")(follows_merge(feeds.ThreadFeed()))

urlpatterns = [
    path("boards/", boards.board_list, name="boards"),
    path("boards/<slug:slug>/", boards.board, name="board"),
    path("boards/<slug:slug>/new/", writing.new_thread, name="new_thread"),
    path("boards/<slug:slug>/read/", boards.mark_board_read, name="board_read"),
    path("boards/<slug:slug>/watch/", boards.watch_board, name="board_watch"),
    path("boards/<slug:slug>/feed/", board_feed, name="board_feed"),
    path("write/", writing.choose_board, name="write"),
    path("compose/preview/", composing.preview, name="preview"),
    path("compose/people/", composing.people, name="people"),
    path("compose/draft/", drafts.draft, name="draft"),
    path("account/drafts/", drafts.mine, name="drafts"),
    path("account/drafts/<int:draft_id>/", drafts.act, name="draft_act"),
    path("account/scheduled/", scheduled.mine, name="scheduled"),
    path("account/scheduled/<int:scheduled_id>/", scheduled.edit, name="scheduled_edit"),
    path("account/scheduled/<int:scheduled_id>/act/", scheduled.act, name="scheduled_act"),
    path("latest/", lists.latest, name="latest"),
    path("latest/feed/", latest_feed, name="latest_feed"),
    path("unread/", lists.unread, name="unread"),
    path("unread/read/", lists.mark_all_read, name="all_read"),
    path("unanswered/", lists.unanswered, name="unanswered"),
    path("hot/", lists.hot, name="hot"),
    path("watched/", lists.watched, name="watched"),
    path("tags/", lists.tags, name="tags"),
    path("tags/<str:slug>/", lists.tag, name="tag"),
    path("tags/<str:slug>/follow/", lists.follow_tag, name="tag_follow"),
    path("threads/<int:thread_id>/", threads.short_address, name="thread_short"),
    path("threads/<int:thread_id>/feed/", thread_feed, name="thread_feed"),
    path("threads/<int:thread_id>/unread/", threads.first_unread, name="thread_unread"),
    path("threads/<int:thread_id>/reply/", writing.reply, name="reply"),
    path("threads/<int:thread_id>/watch/", threads.watch, name="thread_watch"),
    path("threads/<int:thread_id>/unaccept/", threads.unaccept, name="unaccept"),
    path("threads/<int:thread_id>/details/", upkeep.details, name="thread_details"),
    path("threads/<int:thread_id>/manage/", upkeep.manage, name="thread_manage"),
    path("threads/<int:thread_id>/manage/<str:verb>/", upkeep.act, name="thread_act"),
    path("threads/<int:thread_id>/split/", upkeep.split, name="thread_split"),
    path("threads/<int:thread_id>/<str:slug>/", threads.thread, name="thread"),
    path("posts/<int:post_id>/", posts.permalink, name="post"),
    path("posts/<int:post_id>/edit/", posts.edit, name="post_edit"),
    path("posts/<int:post_id>/history/", posts.history, name="post_history"),
    path("posts/<int:post_id>/history/<int:revision>/revert/", posts.revert, name="post_revert"),
    path("posts/<int:post_id>/react/", posts.react, name="post_react"),
    path("posts/<int:post_id>/accept/", posts.accept, name="post_accept"),
    path("posts/<int:post_id>/remove/", posts.remove, name="post_remove"),
    path("posts/<int:post_id>/undo/", posts.undo, name="post_undo"),
    path("posts/<int:post_id>/hide/", posts.hide, name="post_hide"),
    path("posts/<int:post_id>/restore/", posts.restore, name="post_restore"),
    path("posts/<int:post_id>/purge/", posts.purge, name="post_purge"),
    path("staff/boards/", staff.board_list, name="staff_boards"),
    path("staff/boards/new/", staff.new_board, name="staff_board_new"),
    path("staff/boards/groups/new/", staff.new_group, name="staff_group_new"),
    path("staff/boards/groups/<int:group_id>/", staff.edit_group, name="staff_group"),
    path("staff/boards/<int:board_id>/", staff.edit_board, name="staff_board"),
    path("staff/boards/<int:board_id>/rights/", staff.rights, name="staff_rights"),
    path("staff/boards/<int:board_id>/people/", staff.people, name="staff_people"),
    path("staff/boards/<int:board_id>/form/", staff_forms.board_form, name="staff_form"),
    path(
        "staff/boards/<int:board_id>/form/new/<str:field_kind>/",
        staff_forms.new_field,
        name="staff_field_new",
    ),
    path("staff/boards/<int:board_id>/form/<int:field_id>/", staff_forms.edit_field, name="staff_field"),
    path("staff/boards/<int:board_id>/form/<int:field_id>/act/", staff_forms.act, name="staff_field_act"),
]
