"""The clock's verbs."""
