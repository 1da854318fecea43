"""What follows from a network without integrating it: balance, cycles, signs, separability."""
