"""A mail server that keeps what it is given: for tests and drills of the production settings, never for mail.

python deploy/mail_sink.py PORT FOLDER      one .eml file a message, named in the order of arrival
"""

import asyncio
import sys
from pathlib import Path

LONGEST = 10 * 1024 * 1024


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, folder: Path) -> None:
    """One conversation in the little of SMTP that a sender needs."""

    async def say(line: str) -> None:
        writer.write(line.encode() + b"\r\n")
        await writer.drain()

    try:
        await say("220 sink ready")
        while line := await reader.readline():
            verb = line.decode("latin-1").strip().upper().split(":", 1)[0].split(" ", 1)[0]
            if verb == "EHLO":
                await say("250-sink")
                await say("250 8BITMIME")
            elif verb == "DATA":
                await say("354 go on")
                message = (await reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n")
                keep(message.replace(b"\r\n..", b"\r\n."), folder)
                await say("250 kept")
            elif verb == "QUIT":
                await say("221 bye")
                break
            else:
                await say("250 ok")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        pass
    finally:
        writer.close()


def keep(message: bytes, folder: Path) -> None:
    """Under a name that appears only when the file is whole."""
    number = sum(1 for _ in folder.glob("*.eml")) + 1
    fresh = folder / f"{number:06}.part"
    fresh.write_bytes(message)
    fresh.rename(folder / f"{number:06}.eml")


async def main(port: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    server = await asyncio.start_server(
        lambda reader, writer: serve(reader, writer, folder), "127.0.0.1", port, limit=LONGEST
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
