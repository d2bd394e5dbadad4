"""Mail's verbs."""
