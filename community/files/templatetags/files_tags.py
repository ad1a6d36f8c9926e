"""What forms of other rooms need to know about uploads."""

from django import template

from community.core import images

register = template.Library()


@register.simple_tag
def accepted_files() -> str:
    """What a file field offers: every picture, PDF and GPX. The server looks at the files themselves."""
    return f"{images.ACCEPT},.heic,.pdf,.gpx"
