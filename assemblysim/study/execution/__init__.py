"""The run of a study: fits, resumed where they stopped, and their conclusions."""
