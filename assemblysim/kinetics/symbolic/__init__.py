"""Rate laws as expressions over symbols of our own, and as functions of numbers."""
