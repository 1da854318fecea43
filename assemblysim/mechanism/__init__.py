"""What reacts with what: species with their composition, reactions, mechanisms."""
