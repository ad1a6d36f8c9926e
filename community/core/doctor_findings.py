"""What the doctor says about one thing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Status = Literal["OK", "WARN", "FAIL"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing. `mend` is empty when nothing is to be done."""

    name: str
    status: Status
    told: str
    mend: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)
