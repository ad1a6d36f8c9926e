"""uvicorn's sockets, with one shortcut: a frame that was encoded for all is written as it is.

Frames from a server are the same bytes for every reader: not masked, and not compressed here. Encoding each of them
once for each reader is two thirds of what a reply to a thousand open pages costs.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

TEXT = 0x81  # a whole text frame


def encoded(text: str) -> bytes:
    """A text as one WebSocket frame from a server (RFC 6455 §5.2)."""
    body = text.encode()
    length = len(body)
    if length < 126:
        head = bytes((TEXT, length))
    elif length < 65_536:
        head = bytes((TEXT, 126)) + length.to_bytes(2, "big")
    else:
        head = bytes((TEXT, 127)) + length.to_bytes(8, "big")
    return head + body


class Wire(WebSocketsSansIOProtocol):
    """Takes `wire` (bytes on the wire) beside `text` in a `websocket.send`; other servers take the text."""

    async def send(self, message: Any) -> None:
        wire = message.get("wire")
        if wire is None or not self.handshake_complete or self.close_sent:
            await super().send(message)
            return
        await self.writable.wait()
        if self.disconnected:
            raise ClientDisconnected
        self.transport.write(wire)
