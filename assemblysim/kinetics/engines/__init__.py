"""What integrates: one set of functions for all, the native engine and the reference."""
