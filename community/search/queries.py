"""Asking the index: match, apply rights, rank, cut a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from community.core import clock
from community.core.prepared import Prepared
from community.members.access import may_see_field
from community.members.models import Ignore, Member, all_but_face
from community.search import engine, marks, ranking
from community.search.analysis import Phrase, phrases
from community.search.asking import Asked, clean, parse
from community.search.engine import Question
from community.search.models import Kind
from community.search.sight import Candidate, Sight
from forum.models import Board, Post, PostState, Thread
from forum.roles import Kind as ViewerKind
from forum.roles import values_of

if TYPE_CHECKING:
    from forum.roles import Viewer

__all__ = ["PAGE", "Asked", "Hit", "Results", "parse", "readable_threads", "related", "search", "suggest"]

Row = TypeVar("Row", bound=Model)

PAGE = 20
CANDIDATES = 400  # of the newest matches, this many are ranked; twenty pages
TITLED = 100  # beyond those, the newest whose titles hold what was asked for: they rank first, however old
PEOPLE = 3  # shown above the rest where no kind was asked for
CLOSEST = 300  # entries looked at when nothing holds everything that was asked for
ENOUGH = 2  # terms that two titles have in common; one for a title of one term
SHORTEST_STEP, LONGEST_STEP = (
    50,
    5000,
)  # entries asked of an engine at once while rights take most of them away


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Hit:
    """One result: the row it is."""

    kind: str
    at: datetime
    post: Post | None = None
    member: Member | None = None
    headline: str = ""  # the member's, as far as the viewer may read it
    article: Any = None


@dataclass(slots=True)
class Results:
    asked: Asked
    hits: list[Hit] = field(default_factory=list)
    faces: list[Hit] = field(default_factory=list)  # some people, above the hits where no kind was asked for
    more_faces: bool = False
    total: int = 0
    at_least: bool = False  # there are more than were ranked
    loose: bool = False  # nothing holds everything asked for; these hold most of it
    meant: str = ""  # another way to ask, which finds more
    page: int = 1
    pages: int = 0

    @property
    def people(self) -> list[Member]:
        return [hit.member for hit in (*self.faces, *self.hits) if hit.member is not None]


def search(viewer: Viewer, asked: Asked, page: int = 1, sight: Sight | None = None) -> Results:
    """A page of what the viewer may read; without a match, what comes close.

    Statements: boards (unless the caller has the viewer's sight), matches, their rights, and one for each kind of row
    shown; one or two more to look for what is close, or where more match than are ranked; none for no words.
    """
    # Filters alone are a question too: everything they let through, the newest first.
    if not asked.wanted and not asked.narrowed:
        return Results(asked=asked)
    sight = sight or Sight(viewer)
    question = sight.question(asked)
    if question is None:
        return Results(asked=asked)
    found, faces = _found(sight, question, asked)
    ranked = _ranked(asked, _with_titled(sight, question, asked, found))
    loose = not found and not faces and bool(asked.wanted)
    if loose:
        ranked = _close(sight, asked, question)
    pages = -(-len(ranked) // PAGE)
    page = min(max(1, page), max(1, pages))
    above = faces[:PEOPLE] if page == 1 else []
    hits = _fetch(viewer, [*above, *ranked[(page - 1) * PAGE : page * PAGE]])
    return Results(
        asked=asked,
        hits=hits[len(above) :],
        faces=hits[: len(above)],
        more_faces=len(faces) > PEOPLE,
        total=len(ranked),
        at_least=len(found) > CANDIDATES,
        loose=loose and bool(ranked),
        page=page,
        pages=pages,
    )


def _found(sight: Sight, question: Question, asked: Asked) -> tuple[list[Candidate], list[Candidate]]:
    """The newest the viewer may see, and some people to stand above them.

    Two or three statements; two more for each step that rights and filters thinned out.
    """
    most, people = CANDIDATES + 1, []
    if asked.type == "member":
        named = chain(*engine.each(_here_first(question, most)))
        return sight.look_up(list(named), asked)[:most], []
    if asked.wanted and not asked.type and not asked.narrowed:
        people = _here_first(sight.of_people(asked), PEOPLE + 1)
    found, *named_too = engine.each([(question, most), *people])
    looked = sight.look_up([*chain(*named_too), *found], asked)
    faces = _ranked(asked, [one for one in looked if one.kind == Kind.MEMBER])
    seen = [one for one in looked if one.kind != Kind.MEMBER]
    step, looked_at = most, 0
    while len(seen) < most and len(found) == step:
        # As many as should do at this rate, and a few more.
        looked_at += len(found)
        missing = (most - len(seen)) * looked_at * 5 // (4 * len(seen)) if seen else 4 * step
        step = min(max(missing, SHORTEST_STEP), LONGEST_STEP)
        found = engine.matching(question, size=step, before=found[-1].seq)
        seen += sight.look_up(found, asked)
    return seen[:most], faces


def _here_first(people: Question, size: int) -> list[tuple[Question, int]]:
    """Those who are here, and apart those who were moved in: one import brings more of them than are looked at."""
    here = replace(people, lacks=(*people.lacks, marks.UNCLAIMED))
    return [(here, size), (replace(people, needs=(*people.needs, (marks.UNCLAIMED,))), size)]


def _with_titled(sight: Sight, question: Question, asked: Asked, found: list[Candidate]) -> list[Candidate]:
    """What is ranked: the newest, and older ones whose titles hold what was asked for. Two statements, or none.

    The index of titles knows no bodies, so it cannot tell what holds a word that is to be left out.
    """
    newest = found[:CANDIDATES]
    if len(found) <= CANDIDATES or asked.sort != "best" or not asked.wanted or asked.unwanted:
        return newest
    if asked.type in ("reply", "member"):
        return newest
    older = engine.matching(replace(question, titles=True), size=TITLED, before=newest[-1].seq)
    return [*newest, *sight.look_up(older, asked)]


def _ranked(asked: Asked, found: list[Candidate]) -> list[Candidate]:
    by_date = asked.sort == "newest" or not asked.wanted
    order = {one.seq: one.at.timestamp() for one in found} if by_date else _points(asked, found)
    return sorted(
        found,
        key=lambda one: (
            one.held if not by_date else 0,
            not one.is_unclaimed,
            order[one.seq],
            one.seq,
        ),
        reverse=True,
    )


def _points(asked: Asked, found: list[Candidate]) -> dict[int, float]:
    now = clock.now()
    wanted = [_written(phrase) for phrase in asked.wanted]
    points = {}
    for one in found:
        title = f" {one.title_terms} "
        points[one.seq] = ranking.score(
            in_title=sum(phrase in title for phrase in wanted) / len(wanted) if one.title_terms else 0.0,
            settled=one.is_settled,
            reactions=one.reactions,
            at=LONG_AGO if one.is_unclaimed else one.at,  # when they were moved in tells nothing
            now=now,
        )
    return points


def _written(phrase: Phrase) -> str:
    """A phrase as it stands in terms joined by blanks, with one at either end."""
    return f" {' '.join(phrase.terms)}{'' if phrase.prefix else ' '}"


def _close(sight: Sight, asked: Asked, question: Question) -> list[Candidate]:
    """Entries that hold at least half of what was asked for, the fullest first.

    People ask in Chinese without spaces: 冬天续航 should find 冬天的续航, though the three pairs never stand together.
    """
    units = asked.units
    needed = ranking.enough(len(units))
    if needed >= len(units) and not set(units) - set(asked.wanted):
        return []  # all of it again
    return _ranked(asked, sight.look_up(engine.closest(question, units, needed=needed, size=CLOSEST), asked))


def _fetch(viewer: Viewer, shown: list[Candidate]) -> list[Hit]:
    """The rows behind a page of candidates, in that order. Three statements at most."""
    of_kind = {kind: [one.ref for one in shown if one.kind == kind] for kind in Kind.values}
    posts = {}
    if of_kind["post"]:
        rows = Post.objects.filter(pk__in=of_kind["post"]).select_related(
            "author", "thread", "thread__board", "thread__raised__by"
        )
        rows = rows.defer("source", "html", *all_but_face("thread__raised__by"))
        posts = {post.pk: post for post in rows}
    members = Member.objects.in_bulk(of_kind["member"]) if of_kind["member"] else {}
    articles = {}
    if of_kind["article"]:
        from wagtail.models import Page

        articles = {page.pk: page for page in Page.objects.filter(pk__in=of_kind["article"]).specific()}
    hits = []
    for one in shown:
        member = members.get(one.ref) if one.kind == Kind.MEMBER else None
        hits.append(
            Hit(
                kind=one.kind,
                at=one.at,
                post=posts.get(one.ref) if one.kind == Kind.POST else None,
                member=member,
                headline=member.headline if member and may_see_field(viewer, member, "headline") else "",
                article=articles.get(one.ref) if one.kind == Kind.ARTICLE else None,
            )
        )
    return hits


def related(thread: Thread, size: int = 4) -> list[tuple[int, int]]:
    """(id, terms in common) of threads whose titles share most with this one's, whoever may read them.

    Two statements. Two threads have about as much in common whichever of them is asked for.
    """
    return _alike(_telling(thread.title), size, lacks=(marks.GONE, marks.thread(thread.pk)))


def _telling(title: str) -> list[str]:
    """A title's terms without the words that tell nothing: they would find every title that has a "the" in it."""
    return [term for phrase in parse({"q": title}).units for term in phrase.terms]


def enough_in_common(title: str) -> int:
    """How many terms another title must share with this one."""
    return max(1, min(ENOUGH, len(_asked(_telling(title)))))


def _asked(said: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(term for term in said if len(term) > 1))[:12]


def _alike(said: Iterable[str], size: int, *, lacks: tuple[str, ...]) -> list[tuple[int, int]]:
    mine = _asked(said)
    if not mine:
        return []
    question = Question(
        tuple(Phrase((term,)) for term in mine),
        any_of=True,
        titles=True,
        needs=((marks.OPENING,),),
        lacks=lacks,
    )
    found = engine.matching(question, size=200)
    scored = sorted(((len({*mine} & {*one.title_terms.split()}), one.ref) for one in found), reverse=True)
    best = {post_id: shared for shared, post_id in scored[:size] if shared >= min(ENOUGH, len(mine))}
    threads = dict(Post.objects.filter(pk__in=best).values_list("pk", "thread_id")) if best else {}
    return [(threads[pk], shared) for pk, shared in best.items() if pk in threads]


def near_title(viewer: Viewer, title: str, size: int = 3) -> list[Thread]:
    """Threads that a title being typed comes close to, as far as the viewer may read them. Four statements at most.

    They hold what a row shows, with the first words and the time of the last ones.
    """
    ids = [pk for pk, _shared in _alike(_telling(title), 4 * size, lacks=Sight(viewer).lacks())]
    return readable_threads(viewer, ids, "excerpt", "last_posted_at")[:size]


ROW = ("title", "slug", "lang", "lane", "accepted_post", "reply_count", "has_known")
MOST_NEAR = 24  # ids that one statement asks for; fewer are filled up, so that it stays the same statement


def readable_threads(viewer: Viewer, ids: list[int], *more: str) -> list[Thread]:
    """These threads, the first 24, as far as the viewer may read them, in this order. One statement, none for no ids.

    They hold what a row shows, and `more` columns.
    """
    if not ids:
        return []
    asked = [*ids[:MOST_NEAR], *[0] * (MOST_NEAR - len(ids))]
    rows = _near_threads.rows(
        ViewerKind.of(viewer),
        more,
        **values_of(viewer, with_horizon=False),
        **{f"near_{place}": pk for place, pk in enumerate(asked)},
    )
    order = {pk: place for place, pk in enumerate(ids)}
    return sorted(rows, key=lambda row: order[row.pk])


def _near_threads_to_read(
    kind: ViewerKind, more: tuple[str, ...], *, viewer_pk: int = 0, **near: int
) -> QuerySet[Thread]:
    rows = Thread.objects.public().visible_to(kind.viewer(viewer_pk=viewer_pk))
    return rows.filter(pk__in=list(near.values())).only(*ROW, *more)


_near_threads = Prepared(_near_threads_to_read)


def suggest(viewer: Viewer, text: str, size: int = 5) -> dict[str, list[Any]]:
    """While typing: boards, people and threads that begin like this. Four statements; none below one character."""
    text = clean(text)
    chunks = text.split()[:6]
    asked = [phrase for chunk in chunks[:-1] for phrase in phrases(chunk)] if chunks else []
    asked += phrases(chunks[-1], prefix=True) if chunks else []
    if not asked:
        return {"boards": [], "people": [], "threads": []}
    sight = Sight(viewer)
    needle = text[:40].casefold()
    boards = [board for board in sight.readable if needle in f"{board.title_en}\n{board.title_zh}".casefold()]
    named = Question(tuple(asked), titles=True, needs=((marks.MEMBER,),))
    question = Question(tuple(asked), titles=True, needs=((marks.OPENING,),), lacks=sight.lacks())
    wanted = [f" {' '.join(phrase.terms)}" for phrase in asked]
    here, unclaimed, titles = engine.each([*_here_first(named, 4 * size), (question, 100)])
    titles.sort(key=lambda one: -sum(term in f" {one.title_terms}" for term in wanted))
    return {
        "boards": boards[:size],
        "people": _people(viewer, [one.ref for one in [*here, *unclaimed]])[:size],
        "threads": _opened_by(viewer, [one.ref for one in titles])[:size],
    }


def _people(viewer: Viewer, ids: list[int]) -> list[Member]:
    if not ids:
        return []
    rows = list(_near(viewer, "pk", Member.objects.filter(pk__in=ids, is_active=True)))
    return sorted(rows, key=lambda row: (row.is_imported, -row.pk))


def _near(viewer: Viewer, person: str, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Nothing is suggested of somebody whom the viewer ignores, or who blocked the viewer."""
    if not viewer.is_authenticated:
        return rows
    apart = Q(member=viewer.pk, target=OuterRef(person)) | Q(
        member=OuterRef(person), target=viewer.pk, blocks=True
    )
    return rows.exclude(Exists(Ignore.objects.filter(apart)))


def _opened_by(viewer: Viewer, post_ids: list[int]) -> list[Thread]:
    """Threads that begin with these posts, as far as the viewer may read them, in this order. One statement."""
    if not post_ids:
        return []
    rows = (
        _near(viewer, "author", Thread.objects.public().visible_to(viewer))
        .filter(posts__in=post_ids, posts__number=1, posts__state=PostState.VISIBLE)
        .select_related("board")
        .annotate(opening_id=F("posts"))
    )
    order = {pk: place for place, pk in enumerate(post_ids)}
    return sorted(rows, key=lambda row: order[getattr(row, "opening_id", 0)])


def shown_boards(sight: Sight) -> list[Board]:
    """The boards a viewer may narrow to, sub-boards behind their parents."""
    under: dict[int | None, list[Board]] = {}
    known = {board.pk for board in sight.readable}
    for board in sight.readable:
        under.setdefault(board.parent_id if board.parent_id in known else None, []).append(board)
    return [one for board in under.get(None, []) for one in [board, *under.get(board.pk, [])]]
