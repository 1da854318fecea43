"""What a chemist can act on: when to stop, what governs, what to measure next."""
