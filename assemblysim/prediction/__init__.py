"""What follows from a fitted mechanism: lifetimes and pathway fractions."""
