"""Every broken input that has to be refused in one line, for the library and the command line."""

from malformed_models import MODEL_CASES
from malformed_studies import STUDY_CASES
from malformed_tables import TABLE_CASES

CASES = (*MODEL_CASES, *STUDY_CASES, *TABLE_CASES)
