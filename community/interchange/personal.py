"""What came from where: about posts, not about people."""

from community.core.personal import nothing

_WHERE = "which place a post came from"

nothing("interchange.ImportSource", _WHERE, "id source board began_at ended_at summary")
nothing("interchange.ImportedItem", _WHERE, "id source kind source_id post kept")
