"""Files the portal keeps: stored under random names, with one view that gives them out."""
