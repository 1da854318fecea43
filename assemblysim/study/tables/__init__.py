"""Tables of other people, read: labels, times, long tables, standard deviations."""
