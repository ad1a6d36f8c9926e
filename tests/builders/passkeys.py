"""A device with one passkey on it, as the site sees it: it signs for real."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from community.members.models import Member

ORIGIN, ADDRESS = "http://testserver", "testserver"


class Passkey:
    """Made for a member: whose it is stays written in the device, whatever the site does later."""

    def __init__(self, member: Member, secret: int = 7) -> None:
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        self._id = bytes([secret]) * 16
        self._handle = user_pk_to_url_str(member).encode()
        public = AttestedCredentialData.create(
            Aaguid.NONE, self._id, ES256.from_cryptography_key(self._key.public_key())
        )
        made = AttestationObject.create("none", self._signed(public), {})
        told = {"clientDataJSON": _client("webauthn.create", ""), "attestationObject": bytes(made)}
        WebAuthn.add(member, "Phone", self._credential(told, credProps={"rk": True}))

    def sign_in(self, client: Client) -> HttpResponse:
        """Ask for a challenge, sign it, send it."""
        asked = client.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
        wanted = asked.json()["request_options"]["publicKey"]["challenge"]
        data, shown = _client("webauthn.get", wanted), bytes(self._signed())
        signature = self._key.sign(shown + sha256(data).digest(), ec.ECDSA(SHA256()))
        told = {
            "clientDataJSON": data,
            "authenticatorData": shown,
            "signature": signature,
            "userHandle": self._handle,
        }
        return client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(self._credential(told))})

    def _signed(self, made: AttestedCredentialData | None = None) -> AuthenticatorData:
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
        if made:
            flags |= AuthenticatorData.FLAG.AT
        return AuthenticatorData.create(sha256(ADDRESS.encode()).digest(), flags, 0, made or b"")

    def _credential(self, told: dict[str, bytes], **results: Any) -> dict[str, Any]:
        return {
            "id": websafe_encode(self._id),
            "rawId": websafe_encode(self._id),
            "type": "public-key",
            "response": {name: websafe_encode(value) for name, value in told.items()},
            "clientExtensionResults": results,
        }


def _client(kind: str, challenge: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": ORIGIN}).encode()
