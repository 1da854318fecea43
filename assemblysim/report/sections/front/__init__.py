"""The main part of a report: what a chemist reads between the verdict and the appendix."""
