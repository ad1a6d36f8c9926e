"""Making a poll, and what may become of its words: free before the first vote, on the record after it."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from community.core import clock, idempotency
from community.core.access import YES, Invalid, Refused, Verdict, no, require
from community.core.facts import publish
from community.core.retrying import action
from community.files import actions as files
from community.members.models import Member
from forum import access as forum
from forum import actions as threads
from forum.models import Board, Post, Thread
from polls import access, ends, policy, sealing, statements
from polls.actions._spec import Option, Spec, choice_of, choices_of, put_end, put_rules, put_words
from polls.actions.records import ballots_of, note_other_end
from polls.facts import PollChanged, PollOpened
from polls.lines import line
from polls.models import Choice, Correction, Kind, Participation, Poll, PollState, Results, SealedBox

SLOTS = 4  # boxes of a sealed poll: as many may vote at the same moment
# What a copy takes along: words and rules. Everything else is its own, so a field that comes later begins anew.
COPIED = (
    "question", "slug", "about", "lang", "kind", "least", "most", "low_label", "high_label", "takes_other", "method",
    "results", "changes", "secrecy", "audience", "audience_value", "closes_after", "last_number",
)  # fmt: skip


@action
def make_poll(
    *,
    actor: Member,
    spec: Spec,
    thread_id: int | None = None,
    post_id: int | None = None,
    board_id: int | None = None,
    idempotency_key: str | None = None,
) -> Poll:
    """Make a poll in a thread (under one of its posts, else the first), on a board, or with a page alone.

    Raises Http404 for a place the actor may not read, Refused when they may not add a poll there, Invalid for the words.
    """
    claim = idempotency.claim(
        key=idempotency_key,
        owner=f"member:{actor.pk}",
        verb="make_poll",
        body={
            "question": spec.question,
            "options": [option.text for option in spec.options],
            "at": thread_id,
        },
    )
    if claim.result is not None:
        return Poll.objects.get(pk=claim.result["poll_id"])
    thread = forum.thread_for_change(actor, thread_id=thread_id) if thread_id else None
    board = forum.board_for_writing(actor, board_id=board_id) if board_id and not thread else None
    require(_has_room(actor, thread, board))
    poll = Poll(author=actor, thread=thread, post=_post_in(thread, post_id), board=board)
    put_words(poll, spec)
    put_rules(poll, spec, actor)
    choices = choices_of(poll, spec, actor)
    poll.save(force_insert=True)
    _put_choices(choices)
    _put_boxes(poll)
    if poll.state == PollState.OPEN:
        _open(poll, actor)
    claim.finish({"poll_id": poll.pk})
    return poll


@action
def edit_poll(*, actor: Member, poll_id: int, spec: Spec, reason: str = "") -> Poll:
    """Other words, choices and rules. Everything before the first vote; then words alone, with a reason on the record,
    further choices, marked as added later, and another end.
    """
    poll = access.poll_for_change(actor, poll_id=poll_id)
    require(access.may_manage(actor, poll))
    require(_may_be_edited(poll))
    if has_ballots(poll):
        _correct(poll, spec, actor, reason)
        is_correction = True
    else:
        was_open = poll.state == PollState.OPEN
        put_words(poll, spec)
        opens_at = poll.opens_at
        put_rules(poll, spec, actor)
        if not was_open:
            poll.closed_at = poll.answer_by = None  # nobody could vote in a draft: it has not ended
        if was_open:
            poll.state, poll.opens_at = PollState.OPEN, (spec.opens_at and poll.opens_at) or opens_at
        choices = choices_of(poll, spec, actor)
        poll.choices.all().delete()
        poll.save()
        _put_choices(choices)
        SealedBox.objects.filter(poll=poll).delete()
        _put_boxes(poll)
        is_correction = False
        if poll.state == PollState.OPEN and not was_open:
            thread = forum.thread_for_change(actor, thread_id=poll.thread_id) if poll.thread_id else None
            require(_has_room(actor, thread, poll.board))
            _open(poll, actor)
    statements.count(poll.pk, {})  # a step: open pages see that it changed
    publish(PollChanged(poll.pk, actor.pk, is_correction, poll.thread_id))
    return poll


@action
def duplicate_poll(*, actor: Member, poll_id: int, idempotency_key: str | None = None) -> Poll:
    """The same poll as a draft of the actor's, without votes or a past: at the same place where they may add one there,
    else with a page alone. Refused where they may do neither.
    """
    claim = idempotency.claim(
        key=idempotency_key, owner=f"member:{actor.pk}", verb="duplicate_poll", body={"poll": poll_id}
    )
    if claim.result is not None:
        made = Poll.objects.filter(pk=claim.result["poll_id"]).exclude(state=PollState.REMOVED).first()
        if made is not None:
            return made  # else it is gone meanwhile, and whoever asks again wants one
    source = access.poll_for_reading(actor, poll_id=poll_id)
    require(access.may_manage(actor, source))
    copy = Poll(author=actor, state=PollState.DRAFT, **{name: getattr(source, name) for name in COPIED})
    copy.made_at = copy.opens_at = clock.now()
    copy.is_decision = source.is_decision and access.is_team(actor)
    if copy.results == Results.STAFF and not actor.is_staff_role:
        copy.results = Results.VOTED
    verdict = _has_room(actor, source.thread, source.board)
    if verdict:
        copy.thread, copy.board = source.thread, source.board
        copy.post = _post_in(source.thread, source.post_id)
    elif not access.may_make(actor):
        raise Refused(verdict)
    copy.save(force_insert=True)
    choices = list(source.choices.order_by("place", "number"))
    for choice in choices:
        choice.pk, choice._state.adding = None, True
        choice.poll, choice.added_at = copy, None
    _put_choices(choices)
    _put_boxes(copy)
    claim.finish({"poll_id": copy.pk})
    return copy


def drafted(*, actor: Member, spec: Spec, of: Poll | None = None) -> tuple[Poll, list[Choice]]:
    """A poll and its choices as they would be made, or made anew `of` one that is there; nothing is saved. Raises
    Invalid as `make_poll` does."""
    poll = Poll(author=actor, pk=of.pk if of else None)
    put_words(poll, spec)
    put_rules(poll, spec, actor)
    return poll, choices_of(poll, spec, actor)


def has_ballots(poll: Poll) -> bool:
    """Whether somebody voted, ever. One statement, two for a sealed poll."""
    if poll.is_sealed:
        return Participation.objects.filter(poll=poll).exists()
    return poll.ballots.exists()


def used_uploads(upload_ids: set[int]) -> set[int]:
    """Those that a choice shows. One statement."""
    return set(Choice.objects.filter(picture_id__in=upload_ids).values_list("picture_id", flat=True))


def _post_in(thread: Thread | None, post_id: int | None) -> Post | None:
    """The post under which a poll stands."""
    if thread is None:
        return None
    posts = Post.objects.visible().filter(thread=thread)
    return posts.filter(pk=post_id).first() if post_id else posts.filter(number=1).first()


def _may_be_edited(poll: Poll) -> Verdict:
    if poll.state == PollState.ARCHIVED or (poll.is_over and has_ballots(poll)):
        return no(_("What was voted on stays as it is once a poll has closed."), "closed")
    return YES


def _has_room(actor: Member, thread: Thread | None, board: Board | None) -> Verdict:
    """Whether the actor may add a poll at this place, and it takes one more."""
    verdict = access.may_make(actor, thread=thread, board=board)
    if verdict and thread is not None and thread.poll_count >= policy.MOST_POLLS_A_THREAD:
        return no(_("This thread has as many polls as a thread takes."), "full")
    return verdict


def _open(poll: Poll, actor: Member) -> None:
    """It is published: from now on its thread counts it. The caller holds the thread."""
    if poll.thread_id is not None:
        threads.count_polls(actor=actor, thread_id=poll.thread_id, by=1)
    publish(PollOpened(poll.pk, poll.author_id, poll.opens_at, poll.thread_id, poll.board_id))


def _put_choices(choices: list[Choice]) -> None:
    Choice.objects.bulk_create(choices)
    pictures = [choice.picture_id for choice in choices if choice.picture_id]
    if pictures:
        files.attach_uploads(upload_ids=pictures)


def _put_boxes(poll: Poll) -> None:
    if poll.is_sealed:
        SealedBox.objects.bulk_create(
            SealedBox(poll=poll, slot=slot, content=sealing.sealed([], poll_id=poll.pk, slot=slot))
            for slot in range(SLOTS)
        )


def _correct(poll: Poll, spec: Spec, actor: Member, reason: str) -> None:
    """Change wording and add choices where people have voted already. Rules stay; what stood there stays readable."""
    before = {name: getattr(poll, name) for name in ("question", "about", "low_label", "high_label")}
    number = poll.closes_after  # a rule like the others: it stays
    closes_at = poll.closes_at
    if closes_at and closes_at.replace(second=0, microsecond=0) == spec.closes_at:
        spec = replace(spec, closes_at=closes_at)  # forms know minutes: it is the same
    put_words(poll, spec)
    put_end(poll, spec)
    poll.closes_after = number
    changed = [
        (0, name, old, getattr(poll, name)) for name, old in before.items() if old != getattr(poll, name)
    ]
    known = {choice.number: choice for choice in poll.choices.all()}
    added: list[Choice] = []
    if poll.kind != Kind.SCALE:
        for option in spec.options:
            choice = known.get(option.number)
            if choice is not None:
                changed += _reword(choice, option)
            elif option.text.strip():
                added.append(_late(poll, option, actor))
    if len(known) + len(added) > policy.MOST_CHOICES:
        raise Invalid(
            _("A poll takes at most %(most)d choices.") % {"most": policy.MOST_CHOICES}, field="choices"
        )
    names = [choice.text.casefold() for choice in [*known.values(), *added]]
    if len(set(names)) != len(names):
        raise Invalid(_("Two choices say the same. Voters could not tell them apart."), field="choices")
    if changed:
        text = line(reason, 300, "reason")
        if not text:
            raise Invalid(
                _("People have voted on the words as they are. Say why they change."), field="reason"
            )
        ballots = ballots_of(poll)
        Correction.objects.bulk_create(
            Correction(
                poll=poll,
                number=number,
                field=name,
                before=old,
                after=new,
                reason=text,
                ballots=ballots,
                by=actor,
            )
            for number, name, old, new in changed
        )
        poll.correction_count += len(changed)
    if poll.closes_at != closes_at:
        note_other_end(poll, ends.END, ends.kept(closes_at, number), actor, line(reason, 300, "reason"))
    _put_choices(added)
    if poll.is_ranked and added:
        poll.most += len(added)
    poll.save()


def _reword(choice: Choice, option: Option) -> list[tuple[int, str, str, str]]:
    changed = []
    for name, most in (("text", 120), ("about", 160), ("alt", 200)):
        old, new = (
            getattr(choice, name),
            line(getattr(option, name), most, "choices", required=name == "text"),
        )
        if new != old and (name != "alt" or new):
            setattr(choice, name, new)
            changed.append((choice.number, name, old, new))
    if changed:
        choice.save(update_fields=["text", "about", "alt"])
    return changed


def _late(poll: Poll, option: Option, actor: Member) -> Choice:
    poll.last_number += 1
    choice = choice_of(poll, option, poll.last_number, actor)
    choice.added_at = clock.now()
    return choice
