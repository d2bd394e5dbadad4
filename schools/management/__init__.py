"""Commands of the console about people."""
