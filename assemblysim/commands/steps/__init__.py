"""The commands on candidate steps: which there are, and which are needed."""
