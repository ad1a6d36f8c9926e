"""What the calendar holds about members: who looks after a theme."""

from __future__ import annotations

from community.core.personal import each, nothing

nothing(
    "topics.Topic",
    "what a board talks about; the words in it are posts, which are told with their thread",
    "id board theme about owner opens_on closes_on state thread summary made_by made_at closed_at version",
    points=each("owner made_by", "who looks after a theme, or planned it, keeps a number, without a name"),
)
