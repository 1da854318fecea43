"""The likelihood of intensities against extended precision, and what it costs."""
