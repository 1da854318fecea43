"""PEtab problems read: their tables, and what they are as a posterior."""
