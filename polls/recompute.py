"""Recompute a draw: python3 recompute.py entries.txt "the public value" how_many

entries.txt is the frozen list as the page of the draw gives it, one code a line.
"""

import hashlib
import pathlib
import sys


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def drawn(entries: list[str], value: str, many: int) -> list[str]:
    """Place by place: list, value and place make a number, and the number picks among those who are left."""
    head, left = digest("\n".join(entries)), list(entries)
    places = range(1, min(many, len(entries)) + 1)
    return [left.pop(int(digest(f"{head}\n{value}\n{place}"), 16) % len(left)) for place in places]


if __name__ == "__main__":
    listed = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").split()
    sys.stdout.write("list " + digest("\n".join(listed)) + "\n")
    for code in drawn(listed, " ".join(sys.argv[2].split()), int(sys.argv[3])):
        sys.stdout.write(code + "\n")
