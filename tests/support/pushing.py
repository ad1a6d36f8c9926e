"""A push service on loopback, and the browser behind it, written from the standards alone.

The service checks what it is sent as RFC 8030 and 8292 say, and answers as one does; the browser opens the message as
RFC 8188 and 8291 say. Neither shares a line with the sender.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import socket
import ssl
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

CURVE = ec.SECP256R1()
HOST = "site.example"  # what `loopback.Server` calls itself


def packed(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """What a browser keeps of a subscription, and how it opens what comes."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(CURVE)
        self._auth = b"only this browser"[:16]

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": packed(_point(self._key.public_key())), "auth": packed(self._auth)}

    def opened(self, body: bytes) -> dict[str, Any]:
        """The message. InvalidTag or ValueError for what was not made for this browser, or was changed."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        if size < 18 or len(sealed) > size:
            raise ValueError("one record holds a push message")
        secret = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        info = b"WebPush: info\x00" + _point(self._key.public_key()) + sender
        material = _stretched(_mixed(self._auth, secret), info, 32)
        mixed = _mixed(salt, material)
        plain = AESGCM(_stretched(mixed, b"Content-Encoding: aes128gcm\x00", 16)).decrypt(
            _stretched(mixed, b"Content-Encoding: nonce\x00", 12), sealed, None
        )
        content, mark, padding = plain.rpartition(b"\x02")
        if not mark or padding.strip(b"\x00"):
            raise ValueError("the last record ends with a two")
        told: dict[str, Any] = json.loads(content)
        return told


@dataclass
class PushService:
    """Takes what a sender posts for one subscription, which was made with this sender's `key`."""

    key: str
    origin: str = ""
    says: int = 201

    def __post_init__(self) -> None:
        self.taken: list[bytes] = []
        self.refused: list[str] = []

    def answer(self, sock: socket.socket, request: str) -> None:
        """One connection of `loopback.Server`."""
        head, _blank, begun = request.partition("\r\n\r\n")
        lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
        headers = {name.lower(): value for name, value in lines.items()}
        body = begun.encode("latin-1")
        while len(body) < int(headers["content-length"]):
            body += sock.recv(65_536)
        problem = self._problem(head.split("\r\n")[0], headers, body)
        status = 400 if problem else self.says
        if problem:
            self.refused.append(problem)
        elif 200 <= status < 300:
            self.taken.append(body)
        sock.sendall(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    def _problem(self, first: str, headers: dict[str, str], body: bytes) -> str:
        if not first.startswith("POST "):
            return "only POST"
        if not headers.get("ttl", "").isdecimal():
            return "TTL is missing"
        if headers.get("content-encoding") != "aes128gcm":
            return "content encoding"
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,32}", headers.get("topic", "")):
            return "topic"
        if len(body) > 4096:
            return "too long"
        return self._who(headers.get("authorization", ""))

    def _who(self, said: str) -> str:
        """What is wrong with the sender's word for who they are."""
        found = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)", said)
        if found is None:
            return "authorization"
        head, claims, signature, key = found.groups()
        if key != self.key:
            return "subscribed with another key"
        raw = unpacked(signature)
        pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unpacked(key))
        try:
            public.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return "signature"
        told, now = json.loads(unpacked(claims)), datetime.now(UTC).timestamp()
        if json.loads(unpacked(head)) != {"typ": "JWT", "alg": "ES256"}:
            return "kind of token"
        if told["aud"] != self.origin:
            return f"meant for {told['aud']}"
        if not now < told["exp"] <= now + 24 * 3600:
            return "out of date"
        return "" if told["sub"].startswith(("mailto:", "https:")) else "nobody to write to"


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side of TLS for `HOST`, and a client's that believes it."""
    key = ec.generate_private_key(CURVE)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "push.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    form = serialization.PublicFormat.UncompressedPoint
    return key.public_bytes(serialization.Encoding.X962, form)


def _mixed(salt: bytes, material: bytes) -> bytes:
    return hmac.digest(salt, material, hashlib.sha256)


def _stretched(key: bytes, info: bytes, length: int) -> bytes:
    return hmac.digest(key, info + b"\x01", hashlib.sha256)[:length]
