"""One thread for linear algebra, as the command line has it: two of them wait for each other."""

import os

# Before anything imports numpy, which reads it once.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
