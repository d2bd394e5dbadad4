"""A school's staff list: colleagues named by their rep."""
