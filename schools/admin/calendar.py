"""School years, terms, bank holidays, the action plan, in the admin."""
