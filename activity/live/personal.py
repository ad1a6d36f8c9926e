"""This room holds ids of what changed, for a day, and nothing of anybody's."""

from community.core.personal import nothing

nothing("live.LiveEvent", "ids of what changed, for a day", "id thread sequence kind post_id data at")
nothing("live.RightsNote", "that somebody's rights changed, for a day", "id kind subject_id at")
