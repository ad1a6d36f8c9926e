"""Which uploads a post shows, or showed in one of its versions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from community.files.models import Upload
from forum.models.posts import Post


class PostUpload(models.Model):
    """A post's use of an upload. Stays while a version of the words may bring it back; goes when those are erased."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="uploads", db_index=False)
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "upload"], name="post_upload_unique")
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} in {self.post_id}"
