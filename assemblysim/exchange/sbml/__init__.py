"""SBML, Level 3 Version 2: mechanisms in and out, and courses of any model that is read."""
