// Integration as Python asks for it: the arrays are checked against each other and the network, and
// the interpreter is released while the engine works.
#include <algorithm>
#include <cstring>

#include "extension/entries.hpp"
#include "method/job.hpp"

namespace assemblysim {
namespace {

constexpr int64_t most_threads = 1024;

Advance advance_for(const char* name) {
    for (const InstructionSet& set : known_instruction_sets())
        if (set.usable && std::strcmp(name, set.name) == 0) return set.advance;
    PyErr_Format(PyExc_ValueError, "this machine has no instruction set '%s'", name);
    throw PythonError{};
}

Tolerance tolerance_of(Arguments& arguments) {
    Tolerance tolerance;
    for (const Setting& setting : settings)
        if (!set(tolerance, setting, arguments.real(setting.name))) refuse(setting.name);
    return tolerance;
}

// All that a call hands over, held while the engine works on it.
struct Call {
    explicit Call(Arguments& a)
        : program(program_in(a.object("program"))),
          rate_constants(a, "rate_constants"),
          initial(a, "initial"),
          ceilings(a, "ceilings"),
          times(a, "times"),
          columns(a, "columns"),
          tolerance(tolerance_of(a)),
          threads(a.integer("threads")),
          instructions(a.text("instructions")),
          concentrations(a, "concentrations"),
          derivatives(a, "derivatives"),
          reached(a, "reached"),
          status(a, "status"),
          steps(a, "steps") {
        a.end();
    }

    const Program& program;
    Array<const double> rate_constants, initial, ceilings, times;
    Array<const int32_t> columns;
    Tolerance tolerance;
    int64_t threads;
    const char* instructions;
    Array<double> concentrations, derivatives, reached;
    Array<int32_t> status;
    Array<int64_t> steps;

    size_t batch() const { return reached.size(); }
    bool own_times() const { return times.dimensions() != 1; }
    size_t times_count() const { return own_times() ? times.size() / batch() : times.size(); }

    void check() const {
        check_times();
        const auto species = static_cast<size_t>(program.species);
        const size_t written = batch() * times_count() * species;
        if (rate_constants.size() != batch() * program.constants) refuse("rate_constants");
        if (initial.size() != batch() * species) refuse("initial");
        if (ceilings.size() != batch() * species) refuse("ceilings");
        if (concentrations.size() != written) refuse("concentrations");
        if (derivatives.size() != written * columns.size()) refuse("derivatives");
        if (status.size() != batch() || steps.size() != batch()) refuse("output");
        if (threads < 1 || threads > most_threads) refuse("threads");
        for (int32_t column : columns) {
            if (column < 0 || column >= program.constants + program.species) refuse("columns");
            if (column >= program.constants && program.eliminated.rows() > 0) refuse("columns");
        }
    }

    // Shared times increase; a vector's own may repeat, and all end together.
    void check_times() const {
        if (own_times() && (times.dimensions() != 2 || batch() == 0 || times.size() % batch() != 0))
            refuse("times");
        const size_t count = times_count();
        if (count == 0) refuse("times");
        for (size_t b = 0; b < (own_times() ? batch() : 1); ++b) {
            const double* of = times.data() + b * count;
            if (!(of[0] >= 0) || !(of[count - 1] < 1e300)) refuse("times");
            for (size_t i = 1; i < count; ++i)
                if (!(of[i] > of[i - 1]) && !(own_times() && of[i] == of[i - 1])) refuse("times");
            if (of[count - 1] != times.data()[count - 1]) refuse("times");
        }
    }

    void describe(Job& job) const {
        job.program = &program;
        job.batch = batch();
        job.times_count = times_count();
        job.columns_count = columns.size();
        job.rate_constants = rate_constants.data();
        job.initial = initial.data();
        job.ceilings = ceilings.data();
        job.times = times.data();
        job.own_times = own_times();
        job.columns = columns.data();
        job.tolerance = tolerance;
        job.concentrations = concentrations.data();
        job.derivatives = derivatives.data();
        job.reached = reached.data();
        job.status = status.data();
        job.steps = steps.data();
    }
};

void integrate_released(Job& job, Advance advance, size_t threads) {
    std::exception_ptr fault;
    Py_BEGIN_ALLOW_THREADS;
    try {
        integrate(job, advance, threads);
    } catch (...) {
        fault = std::current_exception();
    }
    Py_END_ALLOW_THREADS;
    if (fault) std::rethrow_exception(fault);
}

}  // namespace

PyObject* integrate(Arguments& arguments) {
    const Call call(arguments);
    call.check();
    Job job;
    call.describe(job);
    integrate_released(job, advance_for(call.instructions), static_cast<size_t>(call.threads));
    const auto done = std::count(call.status.begin(), call.status.end(), int32_t{completed});
    return PyLong_FromSize_t(call.batch() - static_cast<size_t>(done));
}

PyObject* instruction_sets() {
    const Reference names = made(PyList_New(0));
    for (const InstructionSet& set : known_instruction_sets()) {
        if (!set.usable) continue;
        const Reference name = made(PyUnicode_FromString(set.name));
        if (PyList_Append(names.get(), name.get()) < 0) throw PythonError{};
    }
    return PyList_AsTuple(names.get());
}

}  // namespace assemblysim
