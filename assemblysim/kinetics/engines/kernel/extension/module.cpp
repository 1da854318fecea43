// The Python extension: its functions, and the constants that Python shares.
#include "extension/entries.hpp"
#include "likelihood/claims.hpp"
#include "method/constants.hpp"
#include "method/job.hpp"

namespace assemblysim {
namespace {

template <PyObject* (*function)(Arguments&)>
PyObject* by_names(PyObject*, PyObject* const* values, Py_ssize_t positional, PyObject* names) {
    auto call = [&] {
        Arguments arguments(values, positional, names);
        return function(arguments);
    };
    return guarded(call, nullptr);
}

template <PyObject* (*function)(Arguments&)>
PyCFunction entry() noexcept {
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(by_names<function>));
}

PyObject* cost_of(PyObject*, PyObject* capsule) {
    return guarded([&] { return cost(capsule); }, nullptr);
}

PyObject* sets_of(PyObject*, PyObject*) { return guarded(instruction_sets, nullptr); }

constexpr int named = METH_FASTCALL | METH_KEYWORDS;
PyMethodDef methods[] = {
    {"make_program", entry<make_program>(), named,
     "Check a network's tables and prepare them; returns an opaque program."},
    {"cost", cost_of, METH_O, "Multiplications of one step of a program."},
    {"instruction_sets", sets_of, METH_NOARGS,
     "Names of the instruction sets that this machine can use, the fastest first."},
    {"integrate", entry<integrate>(), named,
     "Integrate a batch into the arrays given; returns how many did not come to their end."},
    {"reading_points", entry<reading_points>(), named,
     "Log-likelihoods of readings with unknown gains into the array given."},
    {"reading_gradients", entry<reading_gradients>(), named,
     "The same, and their derivatives, into the arrays given."},
    {"claim_chances", entry<claim_chances>(), named,
     "Chances that claims of noisy signals hold into the array given."},
    {"line_points", entry<line_points>(), named,
     "Log-likelihoods of readings about a line into the arrays given."},
    {nullptr, nullptr, 0, nullptr}};

void add(PyObject* module, const char* name, const Reference& value) {
    if (PyModule_AddObjectRef(module, name, value.get()) < 0) throw PythonError{};
}

template <size_t count>
void add_names(PyObject* module, const char* name, const char* const (&names)[count]) {
    const Reference tuple = made(PyTuple_New(count));
    for (size_t i = 0; i < count; ++i)
        PyTuple_SetItem(tuple.get(), static_cast<Py_ssize_t>(i),
                        made(PyUnicode_FromString(names[i])).release());
    add(module, name, tuple);
}

int add_constants(PyObject* module) {
    auto all = [&] {
        add_names(module, "OPERATIONS", operation_names);
        add_names(module, "ENDINGS", status_names);
        add_names(module, "SAID", said_names);
        add(module, "TRACE", made(PyFloat_FromDouble(trace)));
        add(module, "PANEL_NODES", made(PyLong_FromSize_t(panel_nodes)));
        add(module, "MOST_GROWING", made(PyLong_FromSize_t(most_growing)));
        return 0;
    };
    return guarded(all, -1);
}

PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void*>(add_constants)}, {0, nullptr}};
PyModuleDef module = {PyModuleDef_HEAD_INIT,
                      "_kernel",
                      "The native engine.",
                      0,
                      methods,
                      slots,
                      nullptr,
                      nullptr,
                      nullptr};

}  // namespace
}  // namespace assemblysim

// NOLINTNEXTLINE(bugprone-reserved-identifier): the name that Python looks for
PyMODINIT_FUNC PyInit__kernel() { return PyModuleDef_Init(&assemblysim::module); }
