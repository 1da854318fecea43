"""What the report says: sentences and tables from stored results."""
