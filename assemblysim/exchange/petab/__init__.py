"""Studies as PEtab problems and back: tables that other estimators open, written by ourselves."""
