"""Did you mean …? Another way to ask where little or nothing was found.

What is offered was first found among what the viewer may read: the words of an index are nobody's to know, those of
readable posts are. So a suggestion says nothing that its own results would not, and a word of a closed board changes
neither what is offered nor whether anything is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from community.search import asking, engine, marks, vocabulary
from community.search.analysis import Phrase, fold, pairs, runs
from community.search.asking import Asked
from community.search.models import Kind
from community.search.nearness import SHORTEST, nearest_stretch
from community.search.question import Question
from community.search.sight import Sight
from forum.models import Post

FEW = 3  # results below which another way is looked for
MOST_PARTS = 4  # misspelt stretches that are looked at, the longest first
MOST_WORDS = 24  # of the index, near one typed word
SAMPLE = 100  # of the newest entries, looked at for what people write
GLANCE = 8  # of the newest entries, enough to see that a known word is written as it was typed
ENOUGH = 50  # results of a suggestion that are counted
SHORTEST_RUN = 3  # characters of a run that is put right


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a query that may be put right: where it stands in the folded text."""

    kind: str
    text: str
    place: int


def meant(asked: Asked, sight: Sight, *, total: int, loose: bool) -> str:
    """What to ask instead, or nothing. `total` and `loose` are what the question itself found.

    At most nine statements for each of four stretches, and two for each of seven ways of asking that are tried.
    """
    if not asked.wanted or (total >= FEW and not loose):
        return ""
    text = fold(asked.text)
    corrected = _corrected(sight, text)
    if corrected != text and _count(asked, sight, corrected) > (0 if loose else total):
        return corrected
    return "" if total else _shortened(asked, sight, text)


def _corrected(sight: Sight, text: str) -> str:
    """The text with each stretch that nobody writes like this as the nearest that somebody does."""
    longest = sorted(_parts(text), key=lambda part: (-len(part.text), part.place))[:MOST_PARTS]
    for part in sorted(longest, key=lambda part: -part.place):  # from the end, so that places stay true
        better = (_put_run if part.kind == "cjk" else _put_word)(sight, part.text)
        text = f"{text[: part.place]}{better}{text[part.place + len(part.text) :]}"
    return text


def _parts(text: str) -> Iterator[Part]:
    """What is asked for freely: neither in quotation marks nor left out."""
    for minus, chunk, place in asking.bare_chunks(text):
        if minus:
            continue
        for kind, run, start in runs(chunk):
            least = {"cjk": SHORTEST_RUN, "word": SHORTEST}.get(kind)
            if least and len(run) >= least and not asking.is_empty_word(run):
                yield Part(kind, run, place + start)


def _put_word(sight: Sight, typed: str) -> str:
    """The word people write that is nearest to this one, of several the one most of them write; itself when known."""
    known = vocabulary.near(typed, MOST_WORDS)
    if not known or (known[0].word == typed and _is_written(sight, known[0])):
        return typed
    stems = list(dict.fromkeys(near.stem for near in known))
    written: Counter[str] = Counter()
    for text in _texts(sight, [Phrase((stem,)) for stem in stems], titles=False):
        written.update(vocabulary.words_of(text))
    if typed in written:
        return typed
    best = min(
        ((near.far, -written[near.word], near.word) for near in vocabulary.near_among(typed, written)),
        default=(0, 0, typed),
    )
    return best[2]


def _is_written(sight: Sight, known: vocabulary.Near) -> bool:
    """Whether somebody whom the viewer may read wrote exactly this lately. Three statements."""
    texts = _texts(sight, [Phrase((known.stem,))], titles=False, most=GLANCE)
    return any(known.word in vocabulary.words_of(text) for text in texts)


def _put_run(sight: Sight, run: str) -> str:
    """The stretch of a title or a tag that is nearest to this run of characters; itself when it stands in one."""
    near: Counter[tuple[int, str]] = Counter()
    for text in _texts(sight, [Phrase((pair,)) for pair in pairs(run)[:-1]][:MOST_WORDS], titles=True):
        folded = fold(text)
        if run in folded:
            return run
        for kind, other, _place in runs(folded):
            found = nearest_stretch(run, other) if kind == "cjk" else None
            if found:
                near[found] += 1
    best = min(((far, -count, stretch) for (far, stretch), count in near.items()), default=(0, 0, run))
    return best[2]


def _texts(sight: Sight, phrases: list[Phrase], *, titles: bool, most: int = SAMPLE) -> list[str]:
    """What the newest readable posts with any of these say: titles and tags, or everything. Three statements."""
    question = Question(tuple(phrases), any_of=True, titles=titles, lacks=(*sight.lacks(), marks.MEMBER))
    seen = sight.look_up(engine.matching(question, size=most))
    ids = [one.ref for one in seen if one.kind == Kind.POST]
    columns = ("number", "thread__title", "thread__tag_list", "plain")
    texts = []
    for number, title, tags, plain in Post.objects.filter(pk__in=ids).values_list(*columns) if ids else []:
        told = [title, *(name for _slug, name in tags)] if number == 1 else []
        texts.append("\n".join(told if titles else [*told, plain[: vocabulary.READ]]))
    return texts


def _shortened(asked: Asked, sight: Sight, text: str) -> str:
    """The text without the part that keeps it from being found; of several the one that finds most."""
    chunks = text.split()
    if len(chunks) > 1:
        ways = [" ".join([*chunks[:n], *chunks[n + 1 :]]) for n in range(min(len(chunks), 6))]
    elif len(text) >= SHORTEST_RUN and not text.isascii():
        ways = [text[:-1], text[1:]]
    else:
        ways = []
    counts = {way: _count(asked, sight, way) for way in ways}
    return max(counts, key=lambda way: counts[way]) if any(counts.values()) else ""


def _count(asked: Asked, sight: Sight, text: str) -> int:
    """How many of the newest entries answer to this and may be read. Two statements."""
    again = asking.parse({"q": text})
    question = sight.question(replace(asked, wanted=again.wanted, unwanted=again.unwanted))
    if not again.wanted or question is None:
        return 0
    return len(sight.look_up(engine.matching(question, size=ENOUGH), asked))
