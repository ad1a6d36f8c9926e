"""The very same words in a new form: a browser that goes back brings them, without the key that they were sent under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.translation import gettext as _

from community.core.access import Invalid
from community.core.text import clean_source, normalise_title
from forum.forms import OnceForm, ReplyForm, ThreadForm
from forum.queries.writing import stand_already
from forum.views.posts import post_url

if TYPE_CHECKING:
    from community.members.models import Member
    from forum.models import Board, Post, Thread


def is_new_thread(form: ThreadForm, author: Member, board: Board) -> bool:
    """Whether the author did not open this very thread a moment ago; else it is said once, on the form."""
    data = form.cleaned_data
    try:
        title = normalise_title(data["title"])
    except Invalid:
        return True  # refused presently, with its reason
    source = clean_source(data["body"])
    return data["again"] or _is_new(
        form,
        stand_already(
            author,
            "open_thread",
            source,
            form.once_key,
            number=1,
            thread__board_id=board.pk,
            thread__title=title,
        ),
    )


def is_new_reply(form: ReplyForm, author: Member, thread: Thread) -> bool:
    """Whether the author did not write this very reply a moment ago; else it is said once, on the form."""
    data = form.cleaned_data
    source = clean_source(data["body"])
    return data["again"] or _is_new(
        form,
        stand_already(
            author, "post_reply", source, form.once_key, thread_id=thread.pk, reply_to_id=data["reply_to"]
        ),
    )


def _is_new(form: OnceForm, post: Post | None) -> bool:
    if post is not None:
        form.put("again", "1")
        told = _("You published these very words a moment ago. Send again only if you want them twice.")
        link = format_html('<a class="link" href="{}">{}</a>', post_url(post.thread, post), _("Look at them"))
        form.add_error(None, format_html("{} {}", told, link))
    return post is None
