#include "extension/arguments.hpp"

#include <limits>

namespace assemblysim {

Arguments::Arguments(PyObject* const* values, Py_ssize_t positional, PyObject* names)
    : values_(values), names_(names), count_(names ? PyTuple_Size(names) : 0) {
    if (positional == 0) return;
    PyErr_SetString(PyExc_TypeError, "the engine takes its arguments by their names");
    throw PythonError{};
}

// Callers tend to name the arguments in the order in which they are taken.
PyObject* Arguments::object(const char* name) {
    for (Py_ssize_t i = 0; i < count_; ++i) {
        const Py_ssize_t place = (taken_ + i) % count_;
        if (PyUnicode_CompareWithASCIIString(PyTuple_GetItem(names_, place), name) != 0) continue;
        ++taken_;
        return values_[place];
    }
    PyErr_Format(PyExc_TypeError, "the engine lacks its argument '%s'", name);
    throw PythonError{};
}

double Arguments::real(const char* name) {
    const double value = PyFloat_AsDouble(object(name));
    if (value == -1 && PyErr_Occurred()) throw PythonError{};
    return value;
}

int64_t Arguments::integer(const char* name) {
    const int64_t value = PyLong_AsLongLong(object(name));
    if (value == -1 && PyErr_Occurred()) throw PythonError{};
    return value;
}

int32_t Arguments::small_integer(const char* name) {
    const int64_t value = integer(name);
    if (value < 0 || value > std::numeric_limits<int32_t>::max()) refuse(name);
    return static_cast<int32_t>(value);
}

const char* Arguments::text(const char* name) {
    const char* text = PyUnicode_AsUTF8AndSize(object(name), nullptr);
    if (!text) throw PythonError{};
    return text;
}

void Arguments::end() const {
    if (taken_ == count_) return;
    PyErr_Format(PyExc_TypeError, "the engine takes %zd arguments and was given %zd", taken_,
                 count_);
    throw PythonError{};
}

Buffer::Buffer(PyObject* object, char letter, bool writable, const char* what) {
    const int flags = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
    if (PyObject_GetBuffer(object, &view_, flags) < 0) throw PythonError{};
    const char* found = view_.format ? view_.format : "B";
    if (*found == '<' || *found == '=' || *found == '@') ++found;
    const bool is_long = view_.itemsize == 8 && letter == 'q' && *found == 'l';
    if ((*found == letter || is_long) && found[1] == '\0') return;
    PyBuffer_Release(&view_);
    refuse(what);
}

}  // namespace assemblysim
