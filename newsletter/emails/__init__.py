"""The mails of the newsletter: one module for each occasion."""
