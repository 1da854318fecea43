// The functions that Python sees, and what they share.
#pragma once

#include "extension/arguments.hpp"
#include "network/program.hpp"

namespace assemblysim {

PyObject* make_program(Arguments& arguments);
PyObject* cost(PyObject* capsule);
PyObject* instruction_sets();
PyObject* integrate(Arguments& arguments);
PyObject* reading_points(Arguments& arguments);
PyObject* reading_gradients(Arguments& arguments);
PyObject* claim_chances(Arguments& arguments);
PyObject* line_points(Arguments& arguments);

// Returns what a capsule made by `make_program` holds.
const Program& program_in(PyObject* capsule);

}  // namespace assemblysim
