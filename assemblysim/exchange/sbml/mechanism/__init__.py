"""Mechanisms to SBML and back, in h and mM."""
