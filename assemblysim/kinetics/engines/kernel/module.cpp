// The Python extension: checks what comes in, and releases the interpreter while it integrates.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <new>
#include <numeric>
#include <thread>
#include <vector>

#include "gains.hpp"
#include "job.hpp"
#include "program.hpp"

namespace assemblysim {
namespace {

// Thrown when a Python error is set already.
struct PythonError {};

[[noreturn]] void refuse(const char* what) {
    PyErr_Format(PyExc_ValueError, "the engine was given a malformed %s", what);
    throw PythonError{};
}

// A contiguous buffer of one number type, held while this lives.
class Buffer {
public:
    Buffer(PyObject* object, const char* format, bool writable, const char* what) {
        int flags = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
        if (PyObject_GetBuffer(object, &view_, flags) < 0) throw PythonError{};
        const char* found = view_.format ? view_.format : "B";
        if (*found == '<' || *found == '=' || *found == '@') ++found;
        bool same = std::strcmp(found, format) == 0 ||
                    (view_.itemsize == 8 && *format == 'q' && std::strcmp(found, "l") == 0);
        if (!same) {
            PyBuffer_Release(&view_);
            refuse(what);
        }
    }
    ~Buffer() { PyBuffer_Release(&view_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    size_t count() const { return static_cast<size_t>(view_.len / view_.itemsize); }
    int dimensions() const { return view_.ndim; }
    template <class T>
    T* data() const {
        return static_cast<T*>(view_.buf);
    }

private:
    Py_buffer view_{};
};

template <class T>
std::vector<T> copied(PyObject* object, const char* format, const char* what) {
    Buffer buffer(object, format, false, what);
    const T* start = buffer.data<const T>();
    return {start, start + buffer.count()};
}

std::vector<int32_t> integers(PyObject* o, const char* what) { return copied<int32_t>(o, "i", what); }
std::vector<double> numbers(PyObject* o, const char* what) { return copied<double>(o, "d", what); }

PyObject* item(PyObject* tuple, Py_ssize_t i, Py_ssize_t size, const char* what) {
    if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) != size) refuse(what);
    return PyTuple_GET_ITEM(tuple, i);
}

SparseRows sparse(PyObject* object, const char* what) {
    SparseRows rows;
    rows.begin = integers(item(object, 0, 3, what), what);
    rows.index = integers(item(object, 1, 3, what), what);
    rows.weight = numbers(item(object, 2, 3, what), what);
    return rows;
}

Tape tape(PyObject* object, const char* what) {
    Tape made;
    made.numbers = numbers(item(object, 0, 3, what), what);
    made.code = integers(item(object, 1, 3, what), what);
    made.outputs = integers(item(object, 2, 3, what), what);
    return made;
}

// Run Python-facing code; C++ failures become Python errors.
template <class F>
PyObject* guarded(F function) {
    try {
        return function();
    } catch (const PythonError&) {
        return nullptr;
    } catch (const MalformedProgram& fault) {
        PyErr_Format(PyExc_ValueError, "the engine was given a malformed program: %s",
                     fault.what());
    } catch (const std::bad_alloc&) {
        PyErr_NoMemory();
    } catch (const std::exception& fault) {
        PyErr_SetString(PyExc_RuntimeError, fault.what());
    }
    return nullptr;
}

constexpr const char* capsule_name = "assemblysim.kinetics.engines._kernel.Program";

void destroy(PyObject* capsule) {
    delete static_cast<Program*>(PyCapsule_GetPointer(capsule, capsule_name));
}

const Program& program_of(PyObject* capsule) {
    auto* program = static_cast<Program*>(PyCapsule_GetPointer(capsule, capsule_name));
    if (!program) throw PythonError{};
    return *program;
}

PyObject* make_program(PyObject*, PyObject* arguments) {
    return guarded([&]() -> PyObject* {
        int species, constants;
        PyObject *factors, *constant_of, *reactants, *slopes, *by_constant, *tapes, *change;
        PyObject *eliminated, *eliminated_species;
        if (!PyArg_ParseTuple(arguments, "iiOOOOOOOOO", &species, &constants, &factors,
                              &constant_of, &reactants, &slopes, &by_constant, &tapes, &change,
                              &eliminated, &eliminated_species))
            throw PythonError{};
        Tables t;
        t.species = species;
        t.constants = constants;
        t.factors = numbers(factors, "factors");
        t.constant_of = integers(constant_of, "constant_of");
        t.reactants = sparse(reactants, "reactants");
        t.slopes = sparse(slopes, "slopes");
        t.slopes_by_constant = sparse(by_constant, "slopes_by_constant");
        t.laws = tape(item(tapes, 0, 5, "tapes"), "laws");
        t.law_slopes = tape(item(tapes, 1, 5, "tapes"), "law_slopes");
        t.law_by_constant = tape(item(tapes, 2, 5, "tapes"), "law_by_constant");
        t.second = tape(item(tapes, 3, 5, "tapes"), "second");
        t.second_by_constant = tape(item(tapes, 4, 5, "tapes"), "second_by_constant");
        t.change = sparse(change, "change");
        t.eliminated = sparse(eliminated, "eliminated");
        t.eliminated_species = integers(eliminated_species, "eliminated_species");
        auto* program = new Program(t);
        PyObject* capsule = PyCapsule_New(program, capsule_name, destroy);
        if (!capsule) delete program;
        return capsule;
    });
}

PyObject* cost(PyObject*, PyObject* capsule) {
    return guarded([&] { return PyFloat_FromDouble(program_of(capsule).cost); });
}

struct InstructionSet {
    const char* name;
    Advance advance;
    bool usable;
};

// The fastest first.
std::vector<InstructionSet> known_instruction_sets() {
#if defined(__x86_64__)
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
    return {{"avx512", advance_avx512, avx512},
            {"avx2", advance_avx2, avx2},
            {"baseline", advance_baseline, true}};
#else
    return {{"baseline", advance_baseline, true}};
#endif
}

Advance advance_for(const char* name) {
    for (const InstructionSet& set : known_instruction_sets())
        if (set.usable && std::strcmp(name, set.name) == 0) return set.advance;
    PyErr_Format(PyExc_ValueError, "this machine has no instruction set '%s'", name);
    throw PythonError{};
}

PyObject* instruction_sets(PyObject*, PyObject*) {
    PyObject* names = PyList_New(0);
    if (!names) return nullptr;
    for (const InstructionSet& set : known_instruction_sets()) {
        if (!set.usable) continue;
        PyObject* name = PyUnicode_FromString(set.name);
        if (!name || PyList_Append(names, name) < 0) {
            Py_XDECREF(name);
            Py_DECREF(names);
            return nullptr;
        }
        Py_DECREF(name);
    }
    PyObject* tuple = PyList_AsTuple(names);
    Py_DECREF(names);
    return tuple;
}

void integrate_all(Job& job, Advance advance, size_t threads) {
    size_t share = (job.batch + threads - 1) / threads;
    std::vector<std::exception_ptr> faults(threads);
    auto work = [&](size_t which) {
        try {
            advance(job, share);
        } catch (...) {
            faults[which] = std::current_exception();
        }
    };
    std::vector<std::thread> others;
    for (size_t i = 1; i < threads; ++i) {
        try {
            others.emplace_back(work, i);
        } catch (...) {
            break;  // the system gives no more threads; the work is done by those there are
        }
    }
    work(0);
    for (auto& thread : others) thread.join();
    for (auto& fault : faults)
        if (fault) std::rethrow_exception(fault);
}

// Order the vectors of a large network so that those with fast constants, which tend to take the
// most steps, begin first: what is begun last keeps the other lanes waiting.
std::vector<size_t> longest_first(const Job& job, int32_t constants) {
    std::vector<double> speed(job.batch, 0);
    for (size_t b = 0; b < job.batch; ++b)
        for (int32_t k = 0; k < constants; ++k) {
            double rate = job.rates[b * constants + k];
            speed[b] += rate > 0 && rate < 1e300 ? std::ilogb(rate) : 0;
        }
    std::vector<size_t> order(job.batch);
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return speed[a] > speed[b]; });
    return order;
}

// Shared times increase; a vector's own may repeat, and all end together.
void check_times(const Job& job, size_t b) {
    const double* times = job.times_of(b);
    size_t last = job.times_count - 1;
    if (!(times[0] >= 0) || !(times[last] < 1e300)) refuse("times");
    for (size_t i = 1; i <= last; ++i)
        if (!(times[i] > times[i - 1]) && !(job.own_times && times[i] == times[i - 1]))
            refuse("times");
    if (times[last] != job.times[last]) refuse("times");
}

PyObject* integrate(PyObject*, PyObject* arguments) {
    return guarded([&]() -> PyObject* {
        PyObject *capsule, *rates, *initial, *scale, *times, *columns;
        PyObject *concentrations, *derivatives, *reached, *status, *steps;
        double rtol, atol_share;
        long long max_steps;
        Py_ssize_t threads;
        const char* instructions;
        if (!PyArg_ParseTuple(arguments, "OOOOOOddLnsOOOOO", &capsule, &rates, &initial, &scale,
                              &times, &columns, &rtol, &atol_share, &max_steps, &threads,
                              &instructions, &concentrations, &derivatives, &reached, &status,
                              &steps))
            throw PythonError{};
        const Program& p = program_of(capsule);
        Buffer in_rates(rates, "d", false, "rates"), in_initial(initial, "d", false, "initial");
        Buffer in_scale(scale, "d", false, "scale"), in_times(times, "d", false, "times");
        Buffer in_columns(columns, "i", false, "columns");
        Buffer out_concentrations(concentrations, "d", true, "concentrations");
        Buffer out_derivatives(derivatives, "d", true, "derivatives");
        Buffer out_reached(reached, "d", true, "reached");
        Buffer out_status(status, "i", true, "status"), out_steps(steps, "q", true, "steps");

        Job job;
        job.program = &p;
        job.batch = in_scale.count();
        bool shared = in_times.dimensions() == 1;
        if (!shared && (in_times.dimensions() != 2 || !job.batch ||
                        in_times.count() % job.batch != 0))
            refuse("times");
        job.own_times = !shared;
        job.times_count = shared ? in_times.count() : in_times.count() / job.batch;
        job.columns_count = in_columns.count();
        job.rates = in_rates.data<const double>();
        job.initial = in_initial.data<const double>();
        job.scale = in_scale.data<const double>();
        job.times = in_times.data<const double>();
        job.columns = in_columns.data<const int32_t>();
        job.atol_share = atol_share;
        job.max_steps = max_steps;
        job.concentrations = out_concentrations.data<double>();
        job.derivatives = out_derivatives.data<double>();
        job.reached = out_reached.data<double>();
        job.status = out_status.data<int32_t>();
        job.steps = out_steps.data<int64_t>();

        size_t written = job.batch * job.times_count * p.species;
        if (in_rates.count() != job.batch * p.constants) refuse("rates");
        if (in_initial.count() != job.batch * p.species) refuse("initial");
        if (out_concentrations.count() != written) refuse("concentrations");
        if (out_derivatives.count() != written * job.columns_count) refuse("derivatives");
        if (out_reached.count() != job.batch || out_status.count() != job.batch ||
            out_steps.count() != job.batch)
            refuse("output");
        if (!job.times_count) refuse("times");
        for (size_t b = 0; b < (shared ? 1 : job.batch); ++b) check_times(job, b);
        if (!(rtol >= 0 && rtol < 1) || !(atol_share >= 0 && atol_share < 1e100))
            refuse("tolerance");
        // Steps cannot be told apart more finely than numbers can.
        job.rtol = std::max(rtol, 1e-14);
        for (size_t m = 0; m < job.columns_count; ++m) {
            int32_t column = job.columns[m];
            if (column < 0 || column >= p.constants + p.species) refuse("columns");
            if (column >= p.constants && p.eliminated.rows() > 0) refuse("columns");
        }
        if (threads < 1 || threads > 1024) refuse("threads");
        if (p.species > 64 && job.batch > 1) job.order = longest_first(job, p.constants);
        Advance advance = advance_for(instructions);
        size_t useful = std::max<size_t>(1, std::min<size_t>(threads, (job.batch + 15) / 16));
        std::exception_ptr fault;
        Py_BEGIN_ALLOW_THREADS;
        try {
            integrate_all(job, advance, useful);
        } catch (...) {
            fault = std::current_exception();
        }
        Py_END_ALLOW_THREADS;
        if (fault) std::rethrow_exception(fault);
        auto done = std::count(job.status, job.status + job.batch, int32_t{completed});
        return PyLong_FromSize_t(job.batch - static_cast<size_t>(done));
    });
}

PyObject* gain_points(PyObject*, PyObject* arguments) {
    return guarded([&]() -> PyObject* {
        PyObject *begin, *place, *log, *rule, *far_rule, *signals, *sigma, *points, *rooms, *open;
        GainReadings job;
        if (!PyArg_ParseTuple(arguments, "OOOOOddOOOOO", &begin, &place, &log, &rule, &far_rule,
                              &job.nearest_limit, &job.negligible, &signals, &sigma, &points,
                              &rooms, &open))
            throw PythonError{};
        const char* what = "table of readings";
        Buffer in_begin(begin, "i", false, what), in_place(place, "i", false, what);
        Buffer in_log(log, "d", false, what), in_rule(rule, "d", false, what);
        Buffer in_far_rule(far_rule, "d", false, what);
        Buffer in_signals(signals, "d", false, what), in_sigma(sigma, "d", false, what);
        Buffer out_points(points, "d", true, what), out_rooms(rooms, "d", true, what);
        Buffer out_open(open, "B", true, what);
        job.batch = in_sigma.count();
        job.groups = in_begin.count() / 2;
        if (!job.batch || !job.groups) refuse(what);
        job.places = in_signals.count() / job.batch;
        job.nodes = in_rule.count() / (rule_rows * job.groups);
        job.far_nodes = in_far_rule.count() / 2;
        job.widest = out_rooms.count() / (job.batch * job.groups);
        job.begin = in_begin.data<const int32_t>();
        job.place = in_place.data<const int32_t>();
        job.log = in_log.data<const double>();
        job.rule = in_rule.data<const double>();
        job.far_rule = in_far_rule.data<const double>();
        job.log_signals = in_signals.data<const double>();
        job.sigma = in_sigma.data<const double>();
        job.points = out_points.data<double>();
        job.rooms = out_rooms.data<double>();
        job.open = out_open.data<uint8_t>();
        size_t entries = in_place.count(), cells = job.batch * job.groups;
        if (in_begin.count() != 2 * job.groups + 1 || in_log.count() != entries ||
            in_rule.count() != rule_rows * job.groups * job.nodes || !job.nodes ||
            in_far_rule.count() != 2 * job.far_nodes || !job.far_nodes ||
            in_signals.count() != job.batch * job.places || out_points.count() != cells ||
            out_rooms.count() != cells * job.widest || out_open.count() != cells)
            refuse(what);
        for (size_t i = 0; i < in_begin.count(); ++i) {
            int32_t least = i ? job.begin[i - 1] + (i % 2) : 0;  // each group has a number
            if (job.begin[i] < least || static_cast<size_t>(job.begin[i]) > entries) refuse(what);
            if (i && i % 2 == 0 && size_t(job.begin[i] - job.begin[i - 1]) > job.widest)
                refuse(what);
        }
        for (size_t i = 0; i < entries; ++i)
            if (job.place[i] < 0 || static_cast<size_t>(job.place[i]) >= job.places) refuse(what);
        return PyLong_FromSize_t(gain_points(job));
    });
}

PyMethodDef methods[] = {
    {"make_program", make_program, METH_VARARGS,
     "Check a network's tables and prepare them; returns an opaque program."},
    {"cost", cost, METH_O, "Multiplications of one step of a program."},
    {"instruction_sets", instruction_sets, METH_NOARGS,
     "Names of the instruction sets that this machine can use, the fastest first."},
    {"integrate", integrate, METH_VARARGS, "Integrate a batch into the arrays given; returns how many did not come to their end."},
    {"gain_points", gain_points, METH_VARARGS,
     "Log-likelihoods of readings with unknown gains into the arrays given."},
    {nullptr, nullptr, 0, nullptr}};

PyModuleDef_Slot slots[] = {{0, nullptr}};
PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", "The native engine.", 0, methods, slots,
                      nullptr, nullptr, nullptr};

}  // namespace
}  // namespace assemblysim

PyMODINIT_FUNC PyInit__kernel() { return PyModuleDef_Init(&assemblysim::module); }
