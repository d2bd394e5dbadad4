"""The commands that make, keep and look after a running portal."""
