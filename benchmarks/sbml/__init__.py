"""Cases of the SBML test suite: N of N at their own tolerances, and what is refused."""
