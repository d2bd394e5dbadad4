"""A small server that does what Google and Microsoft do: who asks is sent back with a code.

It answers for one account at a time, as if that person were signed in there already. What it was
asked is kept, so that a test can say what left the portal.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT = {"client_id": "portal-client", "secret": "portal-secret"}
A_TENANT = "11111111-2222-3333-4444-555555555555"


@dataclass
class Service:
    """What the server says of the account, and what it was asked."""

    address: str = ""
    uid: str = "uid-1"
    email: str = "rita@school.example"
    says_no: bool = False
    is_broken: bool = False
    asked: list = field(default_factory=list)
    codes: dict = field(default_factory=dict)

    def settings(self):
        """SOCIALACCOUNT_PROVIDERS with both services at this server."""
        microsoft = {
            "tenant": A_TENANT,
            "login_url": self.address,
            "graph_url": self.address,
        }
        return {
            "google": {
                "APP": {**CLIENT, "settings": {}},
                "SCOPE": ["openid", "email"],
                "OAUTH_PKCE_ENABLED": True,
            },
            "microsoft": {
                "APP": {**CLIENT, "settings": microsoft},
                "SCOPE": ["User.Read"],
                "OAUTH_PKCE_ENABLED": True,
            },
        }


def serve(service):
    """Start the server on a free port of this machine; gives back the server, to be closed."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked, query = self._asked()
            if asked.endswith("/authorize"):
                return self._send_back(query)
            if asked == "/v1.0/me":
                return self._answer(
                    {
                        "id": service.uid,
                        "userPrincipalName": service.email,
                        "displayName": "SECRET-NAME",
                        "mobilePhone": "SECRET-PHONE",
                    }
                )
            return self.send_error(404)

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            _, form = self._asked(self.rfile.read(length).decode())
            known = service.codes.pop(form.get("code"), None)
            proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
            if service.is_broken or known is None or known["code_challenge"] != challenge:
                return self._answer({"error": "invalid_grant"}, status=400)
            assert form["client_secret"] == CLIENT["secret"]
            assert form["redirect_uri"] == known["redirect_uri"]
            return self._answer(
                {
                    "access_token": secrets.token_hex(8),
                    "token_type": "bearer",
                    "expires_in": 3600,
                    "id_token": self._id_token(),
                }
            )

        def _send_back(self, query):
            if service.says_no:
                answer = {"error": "access_denied"}
            else:
                answer = {"code": secrets.token_hex(8)}
                service.codes[answer["code"]] = query
            self.send_response(302)
            back = urlencode({**answer, "state": query["state"]})
            self.send_header("Location", f"{query['redirect_uri']}?{back}")
            self.end_headers()

        def _id_token(self):
            return jwt.encode(
                {
                    "iss": "https://accounts.google.com",
                    "aud": CLIENT["client_id"],
                    "sub": service.uid,
                    "email": service.email,
                    "email_verified": True,
                    "name": "SECRET-NAME",
                    "exp": time.time() + 600,
                },
                "x" * 32,
                algorithm="HS256",
            )

        def _asked(self, body=""):
            parts = urlsplit(self.path)
            said = {k: v[0] for k, v in parse_qs(body or parts.query).items()}
            service.asked.append((parts.path, said))
            return parts.path, said

        def _answer(self, told, *, status=200):
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
