"""What an opening post answers to its board's form: read, written beside its words, said anew after a rename."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid
from community.core.facts import publish
from community.core.retrying import action
from community.core.text import is_blank
from forum.facts import PostsRerendered
from forum.fields import Answer, Asked, Told, form_of, read, rows_of, tell, told_of
from forum.models import Board, BoardField, FieldValue, Post, PostRevision

Typed = Mapping[int, Sequence[str]]  # by field: what was typed or chosen
Answers = dict[Asked, list[Answer]]
BATCH = 200


def for_new_thread(board: Board, lane: str, typed: Typed) -> Answers:
    """Every answer to the questions of this lane. Raises `Invalid` for the first that is missing or cannot be one."""
    form = form_of(board)
    _refuse_strangers(form, typed)
    found: Answers = {}
    for asked in form:
        if asked.is_asked_in(lane):
            answers = read(asked, typed.get(asked.pk, ()))
            if asked.is_required and not answers:
                raise missing(asked)
            if answers:
                found[asked] = answers
    return found


def for_edit(board: Board, post: Post, typed: Typed, *, once_taken: bool = False) -> Answers:
    """Answers that differ from the post's own; an empty list takes one away.

    Fields that `typed` does not name stay as they are. What a board asks only since, or elsewhere, is forced on
    nobody: required is what was answered before, and what was taken then may stay. `once_taken`: all of it was taken.
    """
    form = form_of(board)
    if not once_taken:
        _refuse_strangers(form, typed)
    before = {one.field: one.raw for one in told_of(post.particulars)}
    found: Answers = {}
    for asked in form:
        if asked.pk not in typed:
            continue
        answers = read(
            asked, typed[asked.pk], taken=typed[asked.pk] if once_taken else before.get(asked.pk, ())
        )
        if not answers and asked.is_required and asked.pk in before and not once_taken:
            raise missing(asked)
        if tell(asked, answers).raw != before.get(asked.pk, ()):
            found[asked] = answers
    return found


def missing(asked: Asked) -> Invalid:
    return asked.refused(_("“%(field)s” is needed here.") % {"field": asked.label})


def _refuse_strangers(form: Sequence[Asked], typed: Typed) -> None:
    known = {asked.pk for asked in form}
    for pk, raws in typed.items():
        if pk not in known and not all(map(is_blank, raws)):
            raise Invalid(stranger(raws))


def stranger(raws: Sequence[str]) -> str:
    """What to say of an entry that the form does not ask for: retired meanwhile, another board's, or made up."""
    said = _(", ").join(raw for raw in raws if not is_blank(raw))[:200]
    return _(
        "This form does not ask for “%(value)s” any more. Put it into your text if it matters, and send again."
    ) % {"value": said}


def put_on(post: Post, answers: Answers) -> None:
    """Say the answers beside the post's words; the caller saves `particulars`. A statement where some stand already."""
    changed = {asked.pk for asked in answers}
    kept = [one for one in told_of(post.particulars) if one.field not in changed]
    told = [tell(asked, found) for asked, found in answers.items() if found]
    post.particulars = rows_of(_in_order([*kept, *told]) if kept else told)


def store(post: Post, answers: Answers, *, is_new: bool) -> None:
    """Write the rows that lists are narrowed by. Nothing to do costs nothing."""
    if not answers:
        return
    if not is_new:
        FieldValue.objects.filter(post=post, field_id__in=[asked.pk for asked in answers]).delete()
    FieldValue.objects.bulk_create(_rows(post, answers))


def _rows(post: Post, answers: Answers) -> list[FieldValue]:
    return [
        FieldValue(post=post, field_id=asked.pk, place=place, key=one.key, amount=one.amount, text=one.text)
        for asked, found in answers.items()
        for place, one in enumerate(found)
    ]


def part_with_particulars(post: Post) -> None:
    """The words of a post are erased, and what it answered with them; the caller saves `particulars`."""
    if post.particulars is not None:
        FieldValue.objects.filter(post=post).delete()
        post.particulars = None


def typed_again(version: PostRevision) -> Typed:
    """What stood in the form of an earlier version: of every field the post ever answered, so that later ones go."""
    ever = FieldValue.objects.filter(post_id=version.post_id).values_list("field_id", flat=True).distinct()
    return dict.fromkeys(ever, ()) | {one.field: one.raw for one in told_of(version.particulars)}


def redraw_particulars(*, field_id: int) -> int:
    """Say anew what posts answered to a field that is called otherwise now; how many changed. Repeatable."""
    changed, last = 0, 0
    rows = FieldValue.objects.filter(field_id=field_id).order_by("post_id")
    while ids := list(rows.filter(post_id__gt=last).values_list("post_id", flat=True).distinct()[:BATCH]):
        changed += _redraw(ids)
        last = ids[-1]
    return changed


@action
def _redraw(ids: Sequence[int]) -> int:
    posts = list(Post.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk"))
    answers: dict[int, dict[int, list[Answer]]] = defaultdict(lambda: defaultdict(list))
    values = FieldValue.objects.filter(post__in=posts).order_by("post_id", "field_id", "place")
    for row in values:
        answers[row.post_id][row.field_id].append(Answer(row.key, row.amount, row.text))
    wanted = {pk for found in answers.values() for pk in found}
    fields = {row.pk: Asked.from_row(row) for row in BoardField.objects.filter(pk__in=wanted)}
    changed = []
    for post in posts:
        told = [tell(fields[pk], found) for pk, found in answers[post.pk].items()]
        drawn = rows_of(_in_order(told))
        if drawn != post.particulars:
            post.particulars = drawn
            post.save(update_fields=["particulars"])
            changed.append(post.pk)
    if changed:
        publish(PostsRerendered(post_ids=tuple(changed), at=clock.now()))
    return len(changed)


def _in_order(told: Sequence[Told]) -> list[Told]:
    places = dict(BoardField.objects.filter(pk__in=[one.field for one in told]).values_list("pk", "position"))
    return sorted(told, key=lambda one: (places.get(one.field, 0), one.field))
