"""Two web processes of the portal behind a real nginx with the committed configuration.

Only what names the machine is put in its place: addresses, certificates, folders.
"""

import contextlib
import datetime as dt
import http.client
import ssl
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from tests.browser import services
from tests.faults.harness import wait_until
from tests.faults.web_server import Visitor, running_web

HOST = "portal.example"
CONFIGURATION = settings.BASE_DIR / "deploy" / "nginx.conf"
FRAME = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/portal.conf;
}}
"""


@dataclass
class Proxy:
    """Where nginx listens, and the folders of the web processes behind it."""

    port: int
    plain_port: int
    webs: list[Path]

    def lines_of_each_web(self):
        """How many requests each web process has answered, from its own log."""
        return [(web / "web.log").read_text().count(" account_login ") for web in self.webs]


@dataclass
class SecureVisitor(Visitor):
    """Somebody with a browser who comes by https, from an address of this machine's own."""

    address: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        super().__post_init__()
        trusting = ssl._create_unverified_context()  # noqa: S323 a certificate of this test's own
        self.connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=60, source_address=(self.address, 0), context=trusting
        )

    def _ask(self, method, path, body, headers):
        ours = {"Host": HOST, "Referer": f"https://{HOST}/", **self.headers}
        return super()._ask(method, path, body, {**headers, **ours})

    def with_token(self, path):
        """The field that shows that a form came from our own page."""
        return [pair for pair in self.get(path).hidden() if pair[0] == "csrfmiddlewaretoken"]


@contextlib.contextmanager
def running_nginx(folder):
    """nginx and two web processes while the block runs."""
    webs = [folder / "web-1", folder / "web-2"]
    with contextlib.ExitStack() as running:
        ports = []
        for web in webs:
            web.mkdir()
            variables = {"TRUSTED_PROXIES": "1", "ALLOWED_HOSTS": HOST, "WEB_PROCESSES": "1"}
            ports.append(running.enter_context(running_web(web, variables=variables)).port)
        proxy = Proxy(services.free_port(), services.free_port(), webs)
        _configure(folder, proxy, ports)
        process = subprocess.Popen([services.nginx(), "-p", folder, "-c", folder / "frame.conf"])
        try:
            wait_until(lambda: _answers(proxy), what="nginx answers")
            yield proxy
        finally:
            process.terminate()
            process.wait(30)


def _answers(proxy):
    with contextlib.suppress(OSError), SecureVisitor(proxy.port) as visitor:
        return visitor.get("/healthz").status == 200
    return False


def _configure(folder, proxy, ports):
    text = CONFIGURATION.read_text()
    upstream = "".join(f"server 127.0.0.1:{port}; " for port in ports)
    for committed, here in (
        ("server web:8000;", upstream),
        ("listen 80;", f"listen 127.0.0.1:{proxy.plain_port};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{proxy.port} ssl"),
        ("/etc/nginx/certificates/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
        ("/srv/portal/var/files/", f"{settings.MEDIA_ROOT}/"),
    ):
        assert committed in text, committed
        text = text.replace(committed, here)
    (folder / "portal.conf").write_text(text)
    (folder / "frame.conf").write_text(FRAME.format(folder=folder))
    _make_certificate(folder)


def _make_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(tz=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
