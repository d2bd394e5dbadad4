"""What every story needs: a mailbox to read the code from, and signing in."""

import email
import email.policy
import re

from hub_portal.mail.models import Delivery
from hub_portal.mail.services.sender import send_due
from hub_portal.mail.services.transports import FolderTransport, file_of_mail

CODE = re.compile(r"^\s*([0-9A-Z]{3,}-?[0-9A-Z]{3,})\s*$", re.MULTILINE)


class Mailbox:
    """Mail as somebody receives it: put on its way by the real sender, read from a folder."""

    def __init__(self, folder):
        self.folder = folder

    def empty_the_outbox(self):
        send_due(transport=FolderTransport(self.folder), is_told_to_stop=lambda: False)

    def received_by(self, address):
        """What this address got, oldest first: subject and text."""
        self.empty_the_outbox()
        mails = Delivery.objects.filter(to=address, status="sent").order_by("pk")
        return [self._opened(mail) for mail in mails]

    def sign_in_code(self, address):
        """The code in the newest mail to this address."""
        _, text = self.received_by(address)[-1]
        return CODE.search(text)[1]

    def _opened(self, mail):
        content = file_of_mail(self.folder, mail.message_id).read_bytes()
        message = email.message_from_bytes(content, policy=email.policy.default)
        return message["Subject"], message.get_body(("plain",)).get_content()


def sign_in_by_code(page, mailbox, address, look=lambda page: None):
    """From the public home page to the code and in."""
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    look(page)
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_role("heading", name="Check your email").wait_for()
    look(page)
    page.get_by_label("Code").fill(mailbox.sign_in_code(address))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Check your email").wait_for(state="detached")
    look(page)


def not_looked_at(_page):
    """Another telling of the same story looks at its pages."""
