"""What an SBML model does: its symbols worked out, and its courses."""
