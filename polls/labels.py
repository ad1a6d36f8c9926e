"""The truth label of a result, in whole sentences: who answered, how many could have, and what it cannot carry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core.near import near
from polls import eligibility, truth
from polls.models import Kind
from polls.truth import Sample

if TYPE_CHECKING:
    from polls.queries.dressing import Shown
    from polls.queries.trials import Told
    from polls.rings import Ring
    from polls.trials import Difference

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Label:
    """What stands under a result. `warnings`: (rule, sentence)."""

    n: int
    who: Sequence[str]
    share: str
    warnings: Sequence[tuple[str, str]]


def of_poll(shown: Shown) -> Label:
    """The label of a poll. No statement, but that those who could vote are counted once an hour."""
    poll, counts = shown.poll, shown.counts
    first_two = None
    if poll.kind == Kind.SINGLE:
        votes = [counts.of(str(choice.number), shown.decides) for choice in shown.choices]
        first, second = sorted(votes, reverse=True)[:2]
        first_two = (first, second)
    return of_sample(
        Sample(
            owners=counts.ballots.get("owner", 0),
            members=counts.ballots.get("member", 0),
            guests=0 if poll.is_decision else counts.guests,
            tells_owners=not poll.is_sealed,
            eligible=eligible(poll.audience, poll.audience_value),
            first_two=first_two,
            late=sum(choice.added_at is not None for choice in shown.choices),
            reworded=poll.correction_count,
        ),
        house=counts.ballots.get("house", 0),
    )


def of_groups(
    groups: Mapping[str, int], *, audience: str, tells_owners: bool = True, reworded: int = 0
) -> Label:
    """The label of anything else that was answered: how many, by group."""
    return of_sample(
        Sample(
            groups.get("owner", 0),
            groups.get("member", 0),
            groups.get("guest", 0),
            tells_owners=tells_owners,
            eligible=eligible(audience),
            reworded=reworded,
        ),
        house=groups.get("house", 0),
    )


def of_sample(sample: Sample, *, house: int = 0) -> Label:
    share = ""
    if sample.share is not None and sample.n:
        share = _("%(share)d %% of the %(n)d who could") % {"share": sample.share, "n": sample.eligible}
    told = [(rule, warning(rule, sample)) for rule in truth.warnings(sample)]
    return Label(sample.n, _who(sample, house), share, told)


def eligible(audience: str, value: str = "") -> int | None:
    """How many could answer, at most an hour old; None where nobody knows. One statement an hour."""
    count = eligibility.audience_of(audience).count
    if count is None:
        return None
    name = hashlib.blake2b(value.encode(), digest_size=12).hexdigest() if value else ""
    return near(f"polls.eligible:{audience}:{name}", lambda: count(value), HOUR)


def warning(rule: str, sample: Sample | None = None) -> str:
    """What a rule says, of this sample or in general."""
    late = sample.late if sample else 1
    match rule:
        case "few":
            return _(
                "Fewer than %(few)d answered. Read what was said, not the shares: a few more people could turn them "
                "round."
            ) % {"few": truth.FEW}
        case "low_share":
            return _(
                "Fewer than %(share)d in a hundred of those who could have answered did. The others may think otherwise."
            ) % {"share": truth.LOW_SHARE}
        case "guests":
            return _(
                "More than half answered without an account. Nobody knows whether they drive one of the cars."
            )
        case "few_owners":
            return _(
                "Fewer than half are verified owners. It tells what people here think, not how the cars are to live with."
            )
        case "close":
            return _("The first two are too close to call: chance alone could have put them in this order.")
        case "late":
            return ngettext(
                "%(n)d choice was added later. Whoever voted before could not take it.",
                "%(n)d choices were added later. Whoever voted before could not take them.",
                late,
            ) % {"n": late}
    return _("The words were changed while people answered. They did not all answer the same question.")


def rules() -> list[tuple[str, str]]:
    """(when, what is said): the published rules with their thresholds."""
    when = {
        "few": _("fewer than %(n)d answers") % {"n": truth.FEW},
        "low_share": _("it is known how many could answer, and fewer than %(n)d %% of them did")
        % {"n": truth.LOW_SHARE},
        "guests": _("more than half of the answers came from guests"),
        "few_owners": _(
            "fewer than half of the answers came from verified owners, and no more than half from guests"
        ),
        "close": _(
            "one choice each, and the shares p and q of the first two of n answers are nearer to each other than "
            "1.96 times the square root of (p + q − (p − q)²) / n"
        ),
        "late": _("a choice was added when somebody had voted"),
        "reworded": _("words were changed when somebody had voted"),
    }
    return [(when[rule], warning(rule)) for rule in truth.RULES]


def of_ring(ring: Ring) -> list[str]:
    """What speaks for it that these votes are one person's, each with its figures."""
    return of_evidence(asdict(ring), ring.n)


def of_evidence(evidence: Mapping[str, Any], n: int) -> list[str]:
    """The same of a ring that was judged; nothing for a recount that took votes back.

    A share of the others is told only where there were others. Of rings judged long ago how many others named the same
    choice is not known: what was kept is the figure they were judged by, which nobody observed.
    """
    others, others_members = evidence.get("others"), evidence.get("others_members")
    said = {
        "network": ngettext(
            "%(n)d vote came through one network.", "All %(n)d votes came through one network.", n
        ),
        "device": _("They came from the same kind of device."),
        "burst": ngettext(
            "Most of them came within %(minutes)d minute.",
            "Most of them came within %(minutes)d minutes.",
            evidence.get("minutes", 1),
        )
        if others == 0
        else ngettext(
            "Most of them came within %(minutes)d minute; %(others_then)d %% of all other votes fell into that time.",
            "Most of them came within %(minutes)d minutes; %(others_then)d %% of all other votes fell into that time.",
            evidence.get("minutes", 1),
        ),
        "alike": ngettext(
            "%(alike)d of %(n)d named the same choice; %(others_alike)d of %(others)d other vote did.",
            "%(alike)d of %(n)d named the same choice; %(others_alike)d of %(others)d other votes did.",
            others,
        )
        if others and "others_alike" in evidence
        else _("%(alike)d of %(n)d named the same choice."),
        "young": _("%(young)d of %(members)d accounts were at most a week old.")
        if others_members == 0
        else _(
            "%(young)d of %(members)d accounts were at most a week old; of the others %(usual_young)d %% were."
        ),
    }
    return [said[signal] % {**evidence, "n": n} for signal in evidence.get("signals", ())]


def of_arm(told: Told) -> list[tuple[str, int, str, str]]:
    """What became of one arm: (outcome, how many, their share, what can be said against those who saw no poll)."""
    names = {
        "joined": _("Joined"),
        "published": _("Wrote within a week"),
        "returned": _("Came back within a week"),
    }
    rows = []
    for outcome, name in names.items():
        done = told.done[outcome]
        part = _("%(n)s %%") % {"n": number_format(100 * done / told.n, 1)} if told.n else ""
        against = told.against.get(outcome)
        rows.append((name, done, part, _against(against) if against else ""))
    return rows


def _against(one: Difference) -> str:
    low, high = (number_format(abs(end), 1) for end in (one.low, one.high))
    match one.verdict:
        case "few":
            return _("Too few to say.")
        case "more":
            return _("More: by %(low)s to %(high)s percentage points.") % {"low": low, "high": high}
        case "less":
            return _("Less: by %(low)s to %(high)s percentage points.") % {"low": high, "high": low}
    return _("No difference can be seen: between %(low)s less and %(high)s more percentage points.") % {
        "low": low,
        "high": high,
    }


def _who(sample: Sample, house: int) -> list[str]:
    said = []
    if sample.tells_owners:
        said.append(
            ngettext("%(n)d verified owner", "%(n)d verified owners", sample.owners) % {"n": sample.owners}
        )
        said.append(
            ngettext("%(n)d other member", "%(n)d other members", sample.members) % {"n": sample.members}
        )
    else:
        said.append(ngettext("%(n)d member", "%(n)d members", sample.members) % {"n": sample.members})
    if sample.guests:
        said.append(ngettext("%(n)d guest", "%(n)d guests", sample.guests) % {"n": sample.guests})
    if house:
        said.append(
            ngettext("%(n)d of the team, in no total", "%(n)d of the team, in no total", house) % {"n": house}
        )
    return said
