"""Web push without a library: a payload that only the browser can read (RFC 8291), from a sender it knows (RFC 8292).

Pure but for `is_on`; the clock and the random numbers are handed in.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

CURVE = ec.SECP256R1()
RECORD = 4096  # bytes; ours are far shorter
VALID = timedelta(hours=12)


def is_on() -> bool:
    """Whether the site has a key to push with. Browsers may have subscribed when it had one."""
    return bool(settings.VAPID_PRIVATE_KEY)


def packed(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    """ValueError for what is no base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """The sender's key from its 32 bytes in base64url. ValueError for anything else."""
    raw = unpacked(text)
    if len(raw) != 32:
        raise ValueError("a VAPID key has 32 bytes")
    return ec.derive_private_key(int.from_bytes(raw, "big"), CURVE)


def new_private_key() -> str:
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return packed(number.to_bytes(32, "big"))


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def is_browser_key(p256dh: str, auth: str) -> bool:
    """Whether these are a subscription's keys: a point of the curve, and sixteen bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unpacked(p256dh))
        return len(unpacked(auth)) == 16
    except ValueError:
        return False


def encrypted(
    plain: bytes, *, p256dh: str, auth: str, sender: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """The body of a push message. `sender` is a key made for this message alone, `salt` sixteen random bytes."""
    browser = unpacked(p256dh)
    secret = sender.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, browser))
    mine = public_bytes(sender)
    material = _derived(unpacked(auth), secret, b"WebPush: info\0" + browser + mine, 32)
    key = _derived(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, material, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(mine)]) + mine
    return head + AESGCM(key).encrypt(nonce, plain + b"\x02", None)


def authorization(endpoint: str, *, key: ec.EllipticCurvePrivateKey, subject: str, now: datetime) -> str:
    """The header that tells the push service who sends. `subject` is how its operator reaches ours."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + VALID).timestamp()),
        "sub": subject,
    }
    head = packed(json.dumps({"typ": "JWT", "alg": "ES256"}, separators=(",", ":")).encode())
    signed = f"{head}.{packed(json.dumps(claims, separators=(',', ':')).encode())}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    signature = packed(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={packed(public_bytes(key))}"


def _derived(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(material)
