"""Studies of others' measured data, which lie outside of the project, by path."""
