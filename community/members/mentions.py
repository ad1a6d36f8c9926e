"""Names in running text, for the renderer."""

from collections.abc import Iterable, Mapping

from django.urls import reverse

from community.members.models import Member


class MemberLinks:
    """Resolves `@name` while one text is rendered, and remembers whom it named. One statement."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def resolve(self, candidates: Iterable[str]) -> Mapping[str, str]:
        """Candidate → profile address, for the names that exist."""
        wanted = set(candidates)
        if not wanted:
            return {}
        self.ids = dict(Member.objects.listed().filter(name__in=wanted).values_list("name", "pk"))
        return {name: reverse("members:profile", args=[name]) for name in self.ids}
