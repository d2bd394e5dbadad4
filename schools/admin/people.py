"""People, their posts and invitations, in the admin."""
