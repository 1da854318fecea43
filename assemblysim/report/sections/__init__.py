"""The sections of a report, a file for each: its text, tables and figures from stored results."""
