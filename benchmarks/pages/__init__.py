"""Pages of the documentation whose programs need the extra ``peers``."""
