"""What each change of the coding of the two paper studies moved."""
