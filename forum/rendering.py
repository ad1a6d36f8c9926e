"""From what someone typed to what a post row stores."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.core import display
from community.core.access import Invalid
from community.core.text import RENDERER_VERSION, clean_source, excerpt, is_blank, render
from community.files.links import UploadLinks
from community.members.mentions import MemberLinks
from forum import policy
from forum.calls import Calls
from forum.models import Post, Thread


@dataclass(frozen=True, slots=True)
class Body:
    """Rendered words, ready for a row."""

    source: str
    html: str
    plain: str
    mentioned_ids: tuple[int, ...]
    upload_ids: tuple[int, ...] = ()
    called: tuple[str, ...] = ()  # groups

    def put_on(self, post: Post) -> None:
        post.source = self.source
        post.html = self.html
        post.plain = self.plain
        post.lang = display.language_of(self.plain)
        post.renderer_version = RENDERER_VERSION


def render_body(source: str, *, files: UploadLinks | None = None, calls: Calls | None = None) -> Body:
    """Render Markdown once; one statement with mentions, one with uploads.

    `files` tells which uploads the text may show, `calls` which groups it may call: none without it.
    Raises `Invalid` for what is empty, too long or deep.
    """
    if is_blank(source):
        raise Invalid(_("Write something first."), field="body")
    source = clean_source(source)  # PostgreSQL takes no NUL, and nobody a text that reorders its neighbours
    links = calls.people if calls else MemberLinks()
    try:
        rendered = render(source, links=calls or links, shown=files)
    except Invalid as refusal:
        raise Invalid(refusal.reason, field="body", code=refusal.code) from refusal
    mentioned = tuple(sorted({links.ids[name] for name in rendered.mentions if name in links.ids}))
    if len(rendered.files) > policy.MAX_UPLOADS:
        raise Invalid(
            _("A post shows at most %(most)d pictures and files. Please split it.")
            % {"most": policy.MAX_UPLOADS},
            field="body",
        )
    uploads = tuple(sorted(files.ids[key] for key in rendered.files)) if files else ()
    called = {calls.found[word][1] for word in rendered.mentions if word in calls.found} if calls else ()
    return Body(source, str(rendered.html), rendered.plain, mentioned, uploads, tuple(sorted(called)))


# What follows a thread's number in other addresses: a thread called "Feed" must not answer there.
TAKEN_SLUGS = frozenset(
    {"details", "feed", "known", "manage", "raise", "reply", "since", "split", "unaccept", "unread", "watch"}
)


def title_slug(title: str) -> str:
    """The readable part of a thread's address; Chinese stays Chinese."""
    slug = slugify(title, allow_unicode=True)[:80].strip("-") or "thread"
    return f"{slug}-thread" if slug in TAKEN_SLUGS else slug


def set_title(thread: Thread, title: str) -> None:
    """Put a cleaned title on a thread with what follows from it."""
    thread.title, thread.slug, thread.lang = title, title_slug(title), display.language_of(title)


def note_opening(thread: Thread, plain: str) -> None:
    """Keep the first words of the opening post on the thread, for lists, feeds and link previews."""
    thread.excerpt = excerpt(plain, 300)
