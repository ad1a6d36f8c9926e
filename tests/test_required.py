"""What this run promised to have is there: a green run that tried nothing is a red one."""

import shutil

import pytest

from tests import hostile
from tests.support import required


def test_hostile_input_is_there_when_required() -> None:
    required.need("hostile", hostile.ROOT.is_dir(), "shared/data/hostile is not beside the repository")


def test_gettext_is_there_when_required() -> None:
    required.need("gettext", shutil.which("xgettext"), "install gettext to compare translations with sources")


@pytest.mark.parametrize(
    ("promised", "outcome"), [("", pytest.skip.Exception), ("a, b", pytest.fail.Exception)]
)
def test_a_missing_resource_is_a_failure_only_where_promised(
    monkeypatch: pytest.MonkeyPatch, promised: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CONVOY_REQUIRE", promised)
    with pytest.raises(outcome):
        required.need("b", None, "not here")
    required.need("b", "something", "never said")
