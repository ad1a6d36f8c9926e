"""How near two words are to each other, and which words lie near one: pure, bounded, the same for every engine."""

from __future__ import annotations

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 4  # letters of a word that is put right; of a shorter one nearly every other word is near
SURE = 7  # letters from which on two slips are forgiven


def forgiven(word: str) -> int:
    """How many slips a word of this length may hold and still be told from others."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < SURE else 2


def slips(one: str, other: str, most: int) -> int:
    """Letters put in, left out, changed or swapped with their neighbour between two words; `most` + 1 for more.

    The optimal string alignment distance, rows kept for one swap back.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if last and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def neighbours(word: str) -> set[str]:
    """Every word one slip away, of the twenty-six letters: about fifty for each of its letters."""
    parts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in parts if tail}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1}
    found |= {head + letter + tail[1:] for head, tail in parts if tail for letter in _LETTERS}
    found |= {head + letter + tail for head, tail in parts for letter in _LETTERS}
    return found - {word}


def nearest_stretch(run: str, text: str) -> tuple[int, str] | None:
    """Where a text says nearly the same as a run of characters: (how far, the stretch), the first of the nearest.

    One character may differ, of six or more two.
    """
    most = 1 if len(run) < 6 else 2
    best: tuple[int, str] | None = None
    for start in range(len(text) - len(run) + 1):
        stretch = text[start : start + len(run)]
        far = sum(a != b for a, b in zip(run, stretch, strict=True))
        if 0 < far <= most and (best is None or far < best[0]):
            best = far, stretch
    return best
