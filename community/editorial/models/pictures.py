"""Pictures in the editors' library. Uploads are re-encoded before they are kept, see `forms.PictureForm`."""

from typing import ClassVar

from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image, ImageQuerySet

# The type checker cannot see into Wagtail: naming Django's classes, bases already, tells it what these are.


class PictureQuerySet(ImageQuerySet, models.QuerySet["Picture"]):
    pass


class PictureManager(models.Manager.from_queryset(PictureQuerySet)):  # type: ignore[misc]
    pass


class Picture(AbstractImage, models.Model):
    objects = PictureManager()

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        pass


class PictureRendition(AbstractRendition, models.Model):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="picture_rendition_unique"
            )
        ]
