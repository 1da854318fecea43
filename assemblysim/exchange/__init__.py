"""Files that other tools open: mechanisms as SBML."""
