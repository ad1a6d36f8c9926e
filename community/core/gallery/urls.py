"""Where the gallery stands."""

from django.urls import path

from community.core.gallery.views import gallery

urlpatterns = [path("", gallery, name="gallery")]
