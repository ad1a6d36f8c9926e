"""Forms of the editors' room."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from community.core import images


class ReencodedImageField(WagtailImageField):
    """An upload, decoded in the limited child and kept as WebP: nothing of the original survives."""

    def to_python(self, data: Any) -> Any:
        if data in self.empty_values or not hasattr(data, "read"):
            return super().to_python(data)
        self._refuse_early(data)
        try:
            processed = images.process(data.read(), profile="post")
        except images.BadImage as refusal:
            raise ValidationError(refusal.reason, code=refusal.code) from refusal
        name = f"{PurePath(data.name).stem[:80] or 'picture'}.webp"
        return super().to_python(SimpleUploadedFile(name, processed.main, "image/webp"))

    def _refuse_early(self, data: Any) -> None:
        """Extension and size, before a byte is decoded."""
        if PurePath(data.name).suffix.lower().lstrip(".") not in self.allowed_image_extensions:
            raise ValidationError(
                self.error_messages["invalid_image_extension"], code="invalid_image_extension"
            )
        self.check_image_file_size(data)


class PictureForm(BaseImageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(offered := self.fields.get("file"), forms.ImageField):
            self.fields["file"] = ReencodedImageField(
                label=offered.label, required=offered.required, widget=offered.widget
            )
