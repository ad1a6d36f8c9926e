"""Cards under posts for the addresses that stand alone in them: noted with the post, asked for once, shown when known."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings

from community.core import cards, clock, hold, outbound
from community.core.facts import publish
from community.core.retrying import action
from community.core.text.addresses import lone_addresses
from forum.actions._shared import advance
from forum.facts import PostCardsShown
from forum.models import LinkCard, Post, PostLink, PostState, Thread

MOST = 3  # cards under one post
TRY_AGAIN = timedelta(
    days=1
)  # after which a page that did not answer is asked once more, when somebody links to it
LOST = timedelta(minutes=5)  # after which whoever was asking is taken for dead

State = LinkCard.State


def note_links(post: Post, *, is_new: bool = True) -> None:
    """Note a post's lone addresses and ask for cards that nobody asked for yet. The caller saved the post just now.

    No statement for a new post without any. Imports do not come here: old posts ask nobody.
    """
    wanted = _wanted(post.source)
    if not is_new:
        PostLink.objects.filter(post=post).delete()
    if wanted:
        made = [LinkCard(digest=digest, url=url) for digest, url in sorted(wanted.items())]
        LinkCard.objects.bulk_create(made, ignore_conflicts=True)
        rows = {card.digest: card for card in LinkCard.objects.filter(digest__in=wanted)}
        ordered = [rows[digest] for digest in wanted]
        PostLink.objects.bulk_create(
            [PostLink(post=post, card=card, place=place) for place, card in enumerate(ordered)]
        )
        for card in ordered:
            if _is_to_be_asked(card):
                _enqueue(card.pk)
    shown = _shown(post) if wanted else None
    if shown != post.cards:
        post.cards = shown
        post.save(update_fields=["cards"])


def _wanted(source: str) -> dict[str, str]:
    """Digest → address, in order. Pages of our own need no card: their titles change with us."""
    own = urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc
    found = lone_addresses(source, most=MOST) if settings.LINK_CARDS else []
    return {hashlib.sha256(url.encode()).hexdigest(): url for url in found if urlsplit(url).netloc != own}


def _is_to_be_asked(card: LinkCard) -> bool:
    waited = clock.now() - card.at
    if card.state == State.NOTHING:
        return card.reason in _MAY_PASS and waited > TRY_AGAIN
    return card.state == State.WAITING or (card.state == State.ASKED and waited > LOST)


# What another day may mend; an address that may not be visited stays one.
_MAY_PASS = frozenset({"dns", "connect", "secure", "slow", "broken"})


def _enqueue(card_id: int) -> None:
    from forum.tasks import fetch_card  # tasks call actions

    fetch_card.enqueue(card_id=card_id)


def _shown(post: Post) -> list[dict[str, str]] | None:
    """What the post's row keeps of its cards, so that a page reads it along."""
    rows = (
        PostLink.objects.filter(post=post, card__state=State.FOUND).select_related("card").order_by("place")
    )
    return [
        {"url": link.card.url, "title": link.card.title, "words": link.card.words, "site": link.card.site}
        for link in rows
    ] or None


def ask_for_card(*, card_id: int, policy: outbound.Policy = outbound.PUBLIC) -> None:
    """Fetch a page's card once, outside any transaction, and show it under every post that links to it."""
    if hold.is_held() or not _claim(card_id=card_id):
        return
    url = LinkCard.objects.values_list("url", flat=True).get(pk=card_id)
    card, reason = None, "silent"
    try:
        card = cards.fetch_card(url, policy=policy)
    except outbound.OutboundError as error:
        reason = error.code
    keep_card(card_id=card_id, card=card, reason="" if card else reason)
    if card:
        for post_id in list(PostLink.objects.filter(card_id=card_id).values_list("post_id", flat=True)):
            show_cards(post_id=post_id)


@action
def _claim(*, card_id: int) -> bool:
    card = LinkCard.objects.select_for_update().filter(pk=card_id).first()
    if card is None or not _is_to_be_asked(card):
        return False
    card.state, card.at = State.ASKED, clock.now()
    card.save(update_fields=["state", "at"])
    return True


@action
def keep_card(*, card_id: int, card: cards.Card | None, reason: str = "") -> LinkCard:
    """Keep what a page said of itself, or why it said nothing."""
    row = LinkCard.objects.select_for_update().get(pk=card_id)
    row.state, row.reason, row.at = State.FOUND if card else State.NOTHING, reason, clock.now()
    if card:
        row.title, row.words, row.site = card.title, card.words, card.site
    row.save()
    return row


@action
def show_cards(*, post_id: int) -> None:
    """Put what is known of a post's links under it. Does nothing the second time."""
    thread_ids = Post.objects.filter(pk=post_id).values("thread_id")
    thread = Thread.objects.select_for_update(no_key=True).filter(pk__in=thread_ids).first()
    if thread is None:
        return
    post = Post.objects.select_for_update(no_key=True).filter(pk=post_id, thread=thread).first()
    if post is None or post.state in (PostState.PURGED, PostState.MOVED):
        return
    shown = _shown(post)
    if shown == post.cards:
        return
    post.cards = shown
    post.save(update_fields=["cards"])
    advance(thread)
    thread.save(update_fields=["sequence"])
    publish(PostCardsShown(post_id=post.pk, thread_id=thread.pk, sequence=thread.sequence))
