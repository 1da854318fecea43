"""What a chemist can act on: when to stop, what governs, where it flows, what to measure next."""
