"""What a person reads: figures, tables and the report page."""
