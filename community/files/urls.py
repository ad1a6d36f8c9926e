"""Addresses of uploads. `/files/<shard>/…` is answered by the file server where the file lies on its disk."""

from django.urls import include, path, re_path

from community.files.views import mine, serving

files = [
    path("files/", mine.upload, name="upload"),
    re_path(
        r"^files/(?P<shard>[a-z2-7]{2})/(?P<file>[a-z2-7]{32}-[a-z2-7]{8}-[0-9]{2,4}\.webp)\Z",
        serving.served,
        name="served",
    ),
    re_path(r"^files/(?P<key>[a-z2-7]{32})\.(?P<form>[a-z]{3,4})\Z", serving.named, name="named"),
    re_path(r"^files/(?P<key>[a-z2-7]{32})/cover/\Z", mine.cover, name="cover"),
    re_path(r"^files/(?P<key>[a-z2-7]{32})/delete/\Z", mine.delete, name="delete"),
    path("media/<path:path>", serving.media, name="media"),
    path("account/files/", mine.uploads, name="mine"),
]

urlpatterns = [path("", include((files, "files")))]
