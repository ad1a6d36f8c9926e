"""The site for ASGI servers. The embedded site runs on this; in production it is there for sockets."""

import os

from community.core.server import SocketsApp, asgi_site


def _sockets() -> SocketsApp:
    from activity.live.sockets import Sockets  # its models load with the rooms, not before

    return Sockets()


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.embedded")
os.environ.setdefault("CONVOY_STATEMENT_TIMEOUT", "15")  # for pages; migrations and imports set none
application = asgi_site(_sockets)
