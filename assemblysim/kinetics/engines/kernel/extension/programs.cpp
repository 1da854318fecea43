// Networks as Python hands them over, and the opaque programs that it gets back.
#include "extension/entries.hpp"

namespace assemblysim {
namespace {

constexpr const char* capsule_name = "assemblysim.kinetics.engines._kernel.Program";

PyObject* item(PyObject* tuple, Py_ssize_t i, Py_ssize_t size, const char* what) {
    if (!PyTuple_Check(tuple) || PyTuple_Size(tuple) != size) refuse(what);
    return PyTuple_GetItem(tuple, i);
}

SparseRows sparse(Arguments& arguments, const char* name) {
    PyObject* object = arguments.object(name);
    return {copied<int32_t>(item(object, 0, 3, name), name),
            copied<int32_t>(item(object, 1, 3, name), name),
            copied<double>(item(object, 2, 3, name), name)};
}

Tape tape(PyObject* tapes, Py_ssize_t i, const char* what) {
    PyObject* object = item(tapes, i, 5, "tapes");
    return {copied<double>(item(object, 0, 3, what), what),
            copied<int32_t>(item(object, 1, 3, what), what),
            copied<int32_t>(item(object, 2, 3, what), what)};
}

void destroy(PyObject* capsule) {
    delete static_cast<Program*>(PyCapsule_GetPointer(capsule, capsule_name));
}

}  // namespace

const Program& program_in(PyObject* capsule) {
    const auto* program = static_cast<const Program*>(PyCapsule_GetPointer(capsule, capsule_name));
    if (!program) throw PythonError{};
    return *program;
}

PyObject* make_program(Arguments& arguments) {
    Tables t;
    t.species = arguments.small_integer("species");
    t.constants = arguments.small_integer("constants");
    t.factors = copied<double>(arguments.object("factors"), "factors");
    t.constant_of = copied<int32_t>(arguments.object("constant_of"), "constant_of");
    t.reactants = sparse(arguments, "reactants");
    t.slopes = sparse(arguments, "slopes");
    t.slopes_by_constant = sparse(arguments, "slopes_by_constant");
    PyObject* tapes = arguments.object("tapes");
    t.laws = tape(tapes, 0, "laws");
    t.law_slopes = tape(tapes, 1, "law_slopes");
    t.law_by_constant = tape(tapes, 2, "law_by_constant");
    t.second = tape(tapes, 3, "second");
    t.second_by_constant = tape(tapes, 4, "second_by_constant");
    t.change = sparse(arguments, "change");
    t.eliminated = sparse(arguments, "eliminated");
    t.eliminated_species =
        copied<int32_t>(arguments.object("eliminated_species"), "eliminated_species");
    t.growing = sparse(arguments, "growing");
    arguments.end();
    auto program = std::make_unique<Program>(program_of(t));
    Reference capsule = made(PyCapsule_New(program.get(), capsule_name, destroy));
    static_cast<void>(program.release());  // the capsule destroys it
    return capsule.release();
}

PyObject* cost(PyObject* capsule) { return PyFloat_FromDouble(program_in(capsule).cost()); }

}  // namespace assemblysim
