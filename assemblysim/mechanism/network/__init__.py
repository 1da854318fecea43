"""The network itself: species with their composition, reactions, rate laws, names."""
