"""The only writers of the forum: one public function per verb."""

from forum.actions._shared import clean_line, clean_reason, hold_thread
from forum.actions.answers import accept_answer, unaccept_answer
from forum.actions.board_forms import (
    add_field,
    edit_field,
    move_field,
    retire_field,
    return_field,
)
from forum.actions.boards import (
    create_board,
    create_group,
    edit_board,
    edit_group,
    enrol,
    set_rights,
    unenrol,
)
from forum.actions.cards import ask_for_card, keep_card, show_cards
from forum.actions.drafts import discard_draft, save_draft, sweep_drafts, use_draft
from forum.actions.edits import edit_post, revert_post
from forum.actions.importing import (
    ImportedPost,
    ImportedThread,
    ImportedVersion,
    Prepared,
    PreparedThread,
    import_replies,
    import_threads,
    prepare_replies,
    prepare_thread,
)
from forum.actions.known import note_known
from forum.actions.leaving import let_go_of_names, take_back_reactions, take_out_words
from forum.actions.links import link_threads, tie_threads, untie_threads
from forum.actions.moves import merge_threads, move_thread, split_thread
from forum.actions.raising import put_up, take_down
from forum.actions.reactions import react, unreact
from forum.actions.reading import (
    follow_tag,
    forget_reading,
    forget_watch,
    forget_watches,
    mark_board_read,
    mark_read,
    set_watch,
    unfollow_tag,
)
from forum.actions.rerendering import rerender_posts
from forum.actions.scheduling import (
    cancel_scheduled,
    change_scheduled,
    due_to_publish,
    publish_scheduled,
    schedule_post,
)
from forum.actions.undoing import undo_post
from forum.actions.upkeep import (
    change_lane,
    count_polls,
    end_slow,
    label_thread,
    lock_thread,
    pin_thread,
    rename_thread,
    retag_thread,
    slow_thread,
    unlock_thread,
    unpin_thread,
)
from forum.actions.visibility import (
    hide_post,
    hide_thread,
    purge_post,
    remove_post,
    remove_thread,
    restore_post,
    restore_thread,
)
from forum.actions.writing import open_thread, post_reply

__all__ = [
    "ImportedPost",
    "ImportedThread",
    "ImportedVersion",
    "Prepared",
    "PreparedThread",
    "accept_answer",
    "add_field",
    "ask_for_card",
    "cancel_scheduled",
    "change_lane",
    "change_scheduled",
    "clean_line",
    "clean_reason",
    "count_polls",
    "create_board",
    "create_group",
    "discard_draft",
    "due_to_publish",
    "edit_board",
    "edit_field",
    "edit_group",
    "edit_post",
    "end_slow",
    "enrol",
    "follow_tag",
    "forget_reading",
    "forget_watch",
    "forget_watches",
    "hide_post",
    "hide_thread",
    "hold_thread",
    "import_replies",
    "import_threads",
    "keep_card",
    "label_thread",
    "let_go_of_names",
    "link_threads",
    "lock_thread",
    "mark_board_read",
    "mark_read",
    "merge_threads",
    "move_field",
    "move_thread",
    "note_known",
    "open_thread",
    "pin_thread",
    "post_reply",
    "prepare_replies",
    "prepare_thread",
    "publish_scheduled",
    "purge_post",
    "put_up",
    "react",
    "remove_post",
    "remove_thread",
    "rename_thread",
    "rerender_posts",
    "restore_post",
    "restore_thread",
    "retag_thread",
    "retire_field",
    "return_field",
    "revert_post",
    "save_draft",
    "schedule_post",
    "set_rights",
    "set_watch",
    "show_cards",
    "slow_thread",
    "split_thread",
    "sweep_drafts",
    "take_back_reactions",
    "take_down",
    "take_out_words",
    "tie_threads",
    "unaccept_answer",
    "undo_post",
    "unenrol",
    "unfollow_tag",
    "unlock_thread",
    "unpin_thread",
    "unreact",
    "untie_threads",
    "use_draft",
]
