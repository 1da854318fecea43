"""How hard assemblysim is to break: malformed inputs, and runs that are killed."""
