"""Isotopes: their masses and fractions in nature, and the peaks that an ion has for them."""
