"""The only writers of uploads."""

from community.files.actions.holding import let_go_of_held
from community.files.actions.keeping import (
    attach_uploads,
    clear_away,
    delete_upload,
    discard_unused,
    erase_uploads,
)
from community.files.actions.making import cover_picture, make_sizes
from community.files.actions.receiving import BadUpload, receive_upload
from community.files.actions.sweeping import Swept, sweep

__all__ = [
    "BadUpload",
    "Swept",
    "attach_uploads",
    "clear_away",
    "cover_picture",
    "delete_upload",
    "discard_unused",
    "erase_uploads",
    "let_go_of_held",
    "make_sizes",
    "receive_upload",
    "sweep",
]
