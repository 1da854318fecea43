"""PEtab problems: ours judged by others, and those of the PEtab test suite by us."""
