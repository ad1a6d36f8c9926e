"""The numbers of boxes on a picture: what a script draws is what a hand can type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.core import images
from community.files import policy

SIDES = {"left": _("From the left"), "top": _("From the top"), "width": _("Width"), "height": _("Height")}
PERCENT = images.WHOLE // 100


class BoxesForm(forms.Form):
    """Up to eight boxes, each four percentages of the picture. A box left empty is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(policy.MAX_BOXES):
            for side, label in SIDES.items():
                self.fields[f"{side}{number}"] = forms.DecimalField(
                    label=label,
                    required=False,
                    min_value=0,
                    max_value=100,
                    max_digits=6,
                    decimal_places=2,
                    localize=False,
                    widget=forms.NumberInput(
                        attrs={"step": "0.01", "data-side": side, "inputmode": "decimal"}
                    ),
                )

    def rows(self) -> Iterator[list[forms.BoundField]]:
        """The four fields of each box."""
        for number in range(policy.MAX_BOXES):
            yield [self[f"{side}{number}"] for side in SIDES]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number in range(policy.MAX_BOXES):
            sides = [given.get(f"{side}{number}") for side in SIDES]
            if any(sides[2:]) and None in sides:
                self.add_error(f"left{number}", _("Give all four numbers of this box, or none."))
        return given

    def boxes(self) -> list[images.Box]:
        """In ten-thousandths of the picture, as `cover_picture` takes them."""
        found = []
        for number in range(policy.MAX_BOXES):
            sides = [self.cleaned_data.get(f"{side}{number}") for side in SIDES]
            if None not in sides and any(sides[2:]):
                left, top, width, height = (round(float(side or 0) * PERCENT) for side in sides)
                # Rounded on both ends, a box that ends at the edge must not end beyond it.
                width, height = min(width, images.WHOLE - left), min(height, images.WHOLE - top)
                found.append((left, top, width, height))
        return found
