"""Mechanisms as drawings: schemes and diagrams of where the material flows."""
