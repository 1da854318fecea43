"""The tree that a report is: what it is made of, and what of it is stored as files."""
