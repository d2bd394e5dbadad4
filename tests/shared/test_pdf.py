import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from weasyprint import HTML

from hub_portal.shared import context, pdf
from hub_portal.shared.context import HubIdentity
from hub_portal.shared.pdf import DocumentTooLong, render_pdf
from hub_portal.shared.pdf_drawing import OURS, mixed
from tests.documents import faults_of, fonts_of, title_of, words_of

TEMPLATES = Path(__file__).with_name("templates")


@pytest.fixture(autouse=True)
def _our_own_templates(settings, monkeypatch):
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], TEMPLATES]}]
    identity = HubIdentity(name="West Alliance", strapline="At Lampton School")
    monkeypatch.setattr(context, "_hub", [lambda: identity])


def letter(**facts):
    facts = {"sender": "Rae Rep", "names": ["Ann", "Ben"], **facts}
    return render_pdf("documents/letter.html", facts, title="A letter of the hub")


def test_a_document_is_tagged_titled_and_in_the_hub_s_own_look():
    made = letter()

    assert faults_of(made) == []
    assert title_of(made) == "A letter of the hub"
    words = words_of(made)
    for said in ("West Alliance", "At Lampton School", "Rae Rep", "Ann", "Page 1 of 1"):
        assert said in words
    assert fonts_of(made) == {"Hub-Sans", "Hub-Sans-Semi-Bold", "Hub-Sans-Bold"}


def test_the_faults_of_a_document_are_found():
    made = HTML(string=(TEMPLATES / "documents/bare.html").read_text()).write_pdf()

    found = faults_of(made)

    assert {"not tagged", "no language", "no title", "no structure"} <= set(found)


def test_what_was_typed_is_text_in_a_document():
    made = letter(sender="<b>Rae</b> & <img src=x>")

    assert "<b>Rae</b> & <img src=x>" in words_of(made)


@pytest.mark.parametrize("kind", ["http", "file", "data"])
def test_nothing_is_fetched_from_network_or_disk(kind, tmp_path, someone_listening):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret words")
    address = {
        "http": someone_listening.address,
        "file": secret.as_uri(),
        "data": "data:text/plain,the%20secret%20words",
    }[kind]

    made = render_pdf("documents/hostile.html", {"address": address}, title="A letter")

    assert someone_listening.heard == []
    assert "secret words" not in words_of(made)
    assert b"EmbeddedFile" not in made
    assert "A letter" in words_of(made)


def test_a_document_of_many_pages_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(pdf, "LONGEST_MARKUP", 10_000)

    with pytest.raises(DocumentTooLong, match="Choose fewer rows"):
        letter(names=["Somebody with a long name"] * 500)


def test_documents_are_made_by_several_threads_at_once():
    made = []
    threads = [threading.Thread(target=lambda: made.append(letter())) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [faults_of(each) for each in made] == [[]] * 4


def test_the_hub_s_colour_is_mixed_for_band_and_panels():
    assert mixed("#0b5563", "#000000", 0) == "#0b5563"
    assert mixed("#0b5563", "#ffffff", 100) == "#ffffff"
    assert mixed("#000000", "#ffffff", 50) == "#808080"


def test_every_part_a_document_may_load_is_there(settings):
    css = (Path(settings.BASE_DIR) / "static/css/pdf.css").read_text()

    named = set(re.findall(r'url\("([^"]+)"\)', css))

    assert named == set(OURS)


@pytest.fixture
def someone_listening():
    """A server on this machine that writes down who asks it."""
    import http.server

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            server.heard.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_words):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Listening)
    server.heard = []
    server.address = f"http://127.0.0.1:{server.server_port}/picture.png"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_process_starts_without_what_draws_documents():
    """It would be a third of each start: of a command, of a worker, of the whole portal."""
    starting = "import django, sys; django.setup(); sys.exit('weasyprint' in sys.modules)"

    started = subprocess.run([sys.executable, "-c", starting], capture_output=True, text=True)

    assert started.returncode == 0, started.stderr
