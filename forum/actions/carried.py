"""A line in a draft that a room above wrote, and keeps true until the draft's writer changes it.

The draft says under `CARRIES` whose line it is (a mark of the room's) and how it was written.
"""

from __future__ import annotations

from forum.models import Draft

CARRIES = "carries"


def carried(mark: str, line: str) -> dict[str, str]:
    """What a draft's words say beside its body, whose line this is. A mark has no spaces."""
    return {CARRIES: f"{mark} {line}"}


def drafts_with(*, member_id: int, marks: str) -> list[tuple[Draft, str]]:
    """The member's drafts with a line whose mark begins so, and its mark; held until commit. One statement."""
    rows = Draft.objects.select_for_update(no_key=True).filter(member_id=member_id)
    found = rows.filter(words__carries__startswith=marks).order_by("pk")
    return [(draft, str(draft.words[CARRIES]).partition(" ")[0]) for draft in found]


def put_line(draft: Draft, line: str) -> None:
    """Let the draft carry this line instead, "" for none; a line that its writer changed stays theirs.

    Runs inside the transaction that holds the draft. Pages that show it hear that it is another one now.
    """
    mark, _space, old = str(draft.words[CARRIES]).partition(" ")
    lines = draft.body.split("\n")
    at = next((n for n, one in enumerate(lines) if one.rstrip("\r") == old), None)
    if at is None or line == old:
        return
    words = {name: text for name, text in draft.words.items() if name != CARRIES}
    if line:
        lines[at] = line + ("\r" if lines[at].endswith("\r") else "")
        words |= carried(mark, line)
    else:
        del lines[at : at + 2 if "".join(lines[at + 1 : at + 2]).strip() == "" else at + 1]
    draft.words, draft.written_by = words | {"body": "\n".join(lines)}, ""
    draft.revision += 1
    draft.save(update_fields=["words", "revision", "written_by"])
