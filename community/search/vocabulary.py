"""The words that entries hold: learnt when an entry is written, forgotten when the last one that holds them is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from unicodedata import normalize

from django.db.models.functions import Length

from community.search import database
from community.search.analysis import Phrase, latin_term, runs
from community.search.models import Word
from community.search.nearness import SHORTEST, SURE, forgiven, neighbours, slips
from community.search.question import Question

LONGEST = 24
READ = 20_000  # characters of a text that words are learnt from
SHARED = 4  # letters two words must share at their beginning or their end where two slips are forgiven
MOST_ALIKE = 1000  # words looked at for those two slips
BATCH = 5000
MOST_LOST = (
    200  # words of one batch for which another entry is looked for; the rest are learnt when next written
)


class Near(NamedTuple):
    """A word somebody may have meant: how far it is from what they typed, and the term it is found by."""

    far: int
    word: str
    stem: str


def words_of(text: str) -> set[str]:
    """The words of letters in a text, folded, as somebody would type them."""
    folded = normalize("NFKC", text[:READ]).casefold()  # simplifying would cost more and change no letter
    found = (run for kind, run, _place in runs(folded) if kind == "word")
    return {run for run in found if SHORTEST <= len(run) <= LONGEST and run.isalpha()}


def learn(texts: Mapping[int, str]) -> None:
    """Know the words of these entries (id → text), and no others that only they held. Two statements; more for news."""
    spoken = {pk: words_of(text) for pk, text in texts.items()}
    lost = [row for row in Word.objects.filter(entry_id__in=spoken) if row.word not in spoken[row.entry_id]]
    place_anew(lost)
    holder = {word: pk for pk, words in spoken.items() for word in words}
    ordered = sorted(holder)  # in one order for everybody who writes at the same time
    for start in range(0, len(ordered), BATCH):
        some = ordered[start : start + BATCH]
        known = set(Word.objects.filter(word__in=some).values_list("word", flat=True))
        rows = [_row(word, holder[word]) for word in some if word not in known]
        Word.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def place_anew(lost: Iterable[Word]) -> None:
    """Words whose entry holds them no more: each goes to another that does, or goes. A statement for each."""
    rows = list(lost)
    Word.objects.filter(word__in=[row.word for row in rows]).delete()
    kept = []
    for row in rows[:MOST_LOST]:
        found = database.engine().matching(Question((Phrase((row.stem,)),)), size=1, before=None)
        if found:
            kept.append(_row(row.word, found[0].seq))
    Word.objects.bulk_create(sorted(kept, key=lambda row: row.word), batch_size=500, ignore_conflicts=True)


def _row(word: str, entry_id: int) -> Word:
    return Word(
        word=word, stem=latin_term("word", word), head=word[:SHARED], tail=word[-SHARED:], entry_id=entry_id
    )


def near(typed: str, most: int) -> list[Near]:
    """The nearest known words, itself among them, nearest first; whoever may know them. At most three statements."""
    if not forgiven(typed):
        return []
    known = Word.objects.values_list("word", "stem")
    rows = set(known.filter(word__in=sorted({typed, *neighbours(typed)})))
    if len(typed) >= SURE:
        alike = known.alias(length=Length("word")).filter(
            length__gte=len(typed) - 2, length__lte=len(typed) + 2
        )
        for part in ({"head": typed[:SHARED]}, {"tail": typed[-SHARED:]}):
            rows.update(alike.filter(**part).order_by("word")[:MOST_ALIKE])
    return sorted(_nearest(typed, rows))[:most]


def near_among(typed: str, words: Iterable[str]) -> list[Near]:
    """The same among these words. No statement."""
    return sorted(_nearest(typed, ((word, latin_term("word", word)) for word in words)))


def _nearest(typed: str, rows: Iterable[tuple[str, str]]) -> Iterator[Near]:
    most = forgiven(typed)
    for word, stem in rows:
        far = slips(typed, word, most)
        if far <= most:
            yield Near(far, word, stem)
