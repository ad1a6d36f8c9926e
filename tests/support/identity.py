"""A brand's identity provider on loopback: OpenID Connect with codes, PKCE and signed tokens, for one person."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KEY_ID = "convoy", "between-us", "key-1"


@dataclass
class Identity:
    """The provider and who is signed in there. `broken` names what it does wrong: "secret", "issuer", "signature"."""

    person: dict[str, Any]
    url: str = ""
    broken: str = ""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # code → what the browser brought along
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def authorize(self, address: str) -> str:
        """The person agrees at this address; where their browser is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def answer(self, path: str, form: dict[str, str], bearer: str) -> tuple[int, dict[str, Any]]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self.configuration()
        if path == "/token":
            return self.token(form)
        if path == "/userinfo" and bearer in {f"Bearer token-{code}" for code in self.codes}:
            return 200, self.person
        if path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [key | {"kid": KEY_ID, "alg": "RS256", "use": "sig"}]}
        return 404, {"error": "not_found"}

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Tokens for a code, once, to the client that can show what it started with."""
        asked = self.codes.get(form.get("code", ""))
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if asked is None or form.get("client_secret") != SECRET or self.broken == "secret":
            return 401, {"error": "invalid_client"}
        if asked.pop("code_challenge", None) != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = self.person | {
            "iss": "https://elsewhere.example" if self.broken == "issuer" else self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
        }
        signed = jwt.encode(claims, self.key, "RS256", headers={"kid": KEY_ID})
        return 200, {"access_token": f"token-{form['code']}", "token_type": "Bearer", "id_token": signed}


@contextmanager
def identity_provider(**person: Any) -> Iterator[Identity]:
    """A running provider where `person` (OpenID claims: sub, email, name …) is signed in."""
    identity = Identity(person=person)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self.reply({name: values[0] for name, values in parse_qs(raw).items()})

        def reply(self, form: dict[str, str]) -> None:
            path, bearer = urlsplit(self.path).path, self.headers.get("Authorization", "")
            status, body = identity.answer(path, form, bearer)
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    identity.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield identity
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
