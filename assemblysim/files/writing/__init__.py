"""How files are written: in one piece, over nothing but what is ours, by one writer."""
