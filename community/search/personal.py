"""The index repeats what is written and called elsewhere; it follows by facts."""

from community.core.personal import nothing

nothing(
    "search.SearchEntry",
    "repeats posts and names, and goes when they do",
    "id kind post member article at title_terms body_terms marks version",
    points={"member": "the entry of a person goes with the fact that they were erased"},
)
nothing("search.Unsent", "which entries changed", "id key version noted_at")
nothing("search.Word", "goes with the entry it was read in", "word stem head tail entry")
nothing("search.Relatives", "which titles are alike; goes with the thread", "thread near found_at")
