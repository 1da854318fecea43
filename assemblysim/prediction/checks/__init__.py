"""Whether a mechanism would give data like those that were measured."""
