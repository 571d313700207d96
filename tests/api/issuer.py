"""An OpenID Connect issuer of our own (统一认证): real HTTP, real signatures, and wrong in whatever way it is told."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "bancheng-test"


class Issuer:
    """Signs in whomever the test says; `wrong` is what is the matter with its next tokens."""

    def __init__(self) -> None:
        self.user, self.amr, self.wrong = "xw-center.clerk", ["pwd"], ""
        self._key, self._other = (RSAKey.generate_key(2048, {"kid": "1"}) for _ in range(2))
        self._nonces: dict[str, str] = {}
        self.challenges: list[str] = []
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer._get(self)

            def do_POST(self) -> None:
                issuer._token(self)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        path, query = urlsplit(request.path).path, parse_qs(urlsplit(request.path).query)
        if path == "/.well-known/openid-configuration":
            paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
            said = {name: self.url + at for name, at in paths.items()}
            _answer(request, {"issuer": self.url, **said, "id_token_signing_alg_values_supported": ["RS256"]})
        elif path == "/jwks":
            _answer(request, {"keys": [self._key.as_dict(private=False)]})
        else:
            self._nonces["code"] = query["nonce"][0]
            self.challenges.append(query["code_challenge_method"][0])
            request.send_response(302)
            request.send_header("Location", f"{query['redirect_uri'][0]}?code=code&state={query['state'][0]}")
            request.end_headers()

    def _token(self, request: BaseHTTPRequestHandler) -> None:
        sent = parse_qs(request.rfile.read(int(request.headers["Content-Length"])).decode())
        if "code_verifier" not in sent or self.wrong == "error":
            _answer(request, {"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {
            "iss": "http://elsewhere.invalid" if self.wrong == "issuer" else self.url,
            "aud": "somebody-else" if self.wrong == "audience" else CLIENT_ID,
            "nonce": "another" if self.wrong == "nonce" else self._nonces["code"],
            "exp": now - 3600 if self.wrong == "expired" else now + 300,
            "iat": now,
            "sub": "1",
            "preferred_username": self.user,
            "amr": self.amr,
        }
        key = self._other if self.wrong == "signature" else self._key
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)
        if self.wrong == "algorithm":
            token = ".".join(map(_part, ({"alg": "none"}, claims))) + "."
        _answer(request, {"access_token": "a", "token_type": "Bearer", "id_token": token})


def _part(said: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def _answer(request: BaseHTTPRequestHandler, said: dict[str, Any], status: int = 200) -> None:
    content = json.dumps(said).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)
