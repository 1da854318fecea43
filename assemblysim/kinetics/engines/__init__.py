"""What integrates: the door to the kinetics, the native engine and the reference engine."""
