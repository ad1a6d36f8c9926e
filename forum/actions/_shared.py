"""What several verbs do alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused
from community.core.facts import publish
from community.core.text import clean_source, normalise_title, seen_length
from community.members.models import Member
from forum import policy
from forum.facts import ThreadChanged
from forum.models import Board, Lane, Tag, Thread, ThreadLog

MAX_REASON = 300
UNDONE = {"undone": True}  # the answer to a form whose post was taken back


def answered(result: Mapping[str, Any], name: str) -> int:
    """The id that a form was answered with before. Refused ("undone") where its author took the post back."""
    if name not in result:
        raise Refused(_("You took this post back. Send again to post the words anew."), "undone")
    return int(result[name])


def clean_line(text: str) -> str:
    """One line without what shows nothing or turns its neighbours around: controls, overrides, broken characters."""
    return " ".join(clean_source(text).split())


def clean_reason(
    reason: str,
    *,
    required: bool = True,
    field: str = "reason",
    least: int = 1,
    most: int = MAX_REASON,
    missing: str = "",
    too_long: str = "",
) -> str:
    """Why something is done, in one line of `least` to `most` characters. Invalid, on `field`, where it does not fit.

    `missing` and `too_long` (with `length` and `most` in it) say so where the usual sentences do not.
    """
    text = clean_line(reason)
    shown = seen_length(text)  # what leaves no mark on the page is no reason
    if required and shown < least:
        raise Invalid(missing or _("Say why, in a few words. Readers see it."), field=field)
    if len(text) > most:
        sentence = too_long or _("The reason is %(length)d characters long; at most %(most)d fit.")
        raise Invalid(sentence % {"length": len(text), "most": most}, field=field)
    return text if shown else ""


def clean_title(title: str) -> str:
    return normalise_title(title)


def clean_lane(lane: str, board: Board) -> str:
    if lane not in Lane.values or (board.lanes and lane not in board.lanes):
        raise Invalid(_("Choose what this thread is for."), field="lane")
    return lane


def tag_slug(name: str) -> str:
    """What tells a tag from others; empty for a name that cannot be one."""
    return slugify(name, allow_unicode=True)[:60].strip("-")


def wanted_tags(names: Iterable[str]) -> dict[str, str]:
    """Slug → name of each tag; at most five, each at most forty characters, told apart by their slug."""
    wanted: dict[str, str] = {}
    for raw in names:
        name = clean_line(raw.replace("#", " "))
        if not name:
            continue
        slug = tag_slug(name)
        if not slug or len(name) > policy.MAX_TAG_LENGTH:
            raise Invalid(
                _("“%(tag)s” cannot be a tag. Use up to %(most)d letters, digits or Chinese characters.")
                % {"tag": name[: policy.MAX_TAG_LENGTH], "most": policy.MAX_TAG_LENGTH},
                field="tags",
            )
        wanted.setdefault(slug, name)
    if len(wanted) > policy.MAX_TAGS:
        raise Invalid(_("A thread takes at most %(most)d tags.") % {"most": policy.MAX_TAGS}, field="tags")
    return wanted


def clean_tags(names: Iterable[str]) -> list[Tag]:
    """Find or make the tags. Raises Invalid as `wanted_tags` does."""
    wanted = wanted_tags(names)
    if not wanted:
        return []
    found = find_or_make_tags(wanted)
    return [found[slug] for slug in wanted]


def find_or_make_tags(wanted: Mapping[str, str]) -> dict[str, Tag]:
    """Slug → tag, for slugs and names. In one order, so that two who make the same new tags wait only once."""
    Tag.objects.bulk_create(
        [Tag(slug=slug, name=name) for slug, name in sorted(wanted.items())], ignore_conflicts=True
    )
    return {tag.slug: tag for tag in Tag.objects.filter(slug__in=wanted)}


def advance(thread: Thread) -> int:
    """Take the next step of the thread's sequence: one for each change of what its pages show.

    The caller holds the thread row, saves `sequence` with the rest, and puts it on its one fact.
    """
    thread.sequence += 1
    return thread.sequence


def hold_thread(thread_id: int) -> None:
    """Lock a thread, whoever may see it, as the forum's own verbs do before they say what changed."""
    rows = Thread.objects.select_for_update(of=("self",), no_key=True).filter(pk=thread_id)
    list(rows.values_list("pk"))


def publish_change(thread: Thread, what: str, actor: Member | None) -> None:
    """Say that a thread's pages show something else; `actor` None: nobody in person. It was advanced and saved."""
    publish_change_by(thread, what, actor.pk if actor else None)


def publish_change_by(thread: Thread, what: str, actor_id: int | None) -> None:
    """The same by whoever has this number: of somebody who leaves it is all there is."""
    publish(
        ThreadChanged(
            thread_id=thread.pk,
            actor_id=actor_id,
            what=what,
            at=clock.now(),
            sequence=thread.sequence,
        )
    )


def log(
    thread: Thread, kind: ThreadLog.Kind, actor: Member | None, *, reason: str = "", **data: Any
) -> ThreadLog:
    """Write a line into the thread's log, after the post that is last now. The caller holds the thread row."""
    thread.log_count += 1
    Thread.objects.filter(pk=thread.pk).update(log_count=thread.log_count)
    return ThreadLog.objects.create(
        thread=thread,
        kind=kind,
        actor=actor,
        at=clock.now(),
        after_number=thread.last_number,
        reason=reason,
        data=data,
    )
