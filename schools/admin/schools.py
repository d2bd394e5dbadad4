"""Schools, their memberships and the hub itself, in the admin."""
