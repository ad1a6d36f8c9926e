"""What happens to answers kept ready, in the past tense."""

from dataclasses import dataclass

from community.core.facts import Fact


@dataclass(frozen=True)
class TemplateRewritten(Fact):
    """A reply that was an answer kept ready and hardly a word more has words of its own since its edit."""

    post_id: int
    thread_id: int
