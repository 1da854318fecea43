// What Python hands over in one call: arguments that are found by their names, and checked.
#pragma once

#define PY_SSIZE_T_CLEAN
// One file serves all Pythons from 3.11 on, but for those without a global lock.
#define Py_LIMITED_API 0x030b0000
#include <pyconfig.h>
#ifdef Py_GIL_DISABLED
#undef Py_LIMITED_API
#endif
#include <Python.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#include "network/tables.hpp"

namespace assemblysim {

// Thrown when a Python error is set already.
struct PythonError : std::exception {};

[[noreturn]] inline void refuse(const char* what) {
    PyErr_Format(PyExc_ValueError, "the engine was given a malformed %s", what);
    throw PythonError{};
}

struct Released {
    void operator()(PyObject* object) const { Py_DECREF(object); }
};
using Reference = std::unique_ptr<PyObject, Released>;

// Takes what a call of the interpreter has made; throws where it has made an error.
inline Reference made(PyObject* object) {
    if (!object) throw PythonError{};
    return Reference(object);
}

// Run Python-facing code; C++ failures become Python errors.
template <class F>
auto guarded(F function, decltype(function()) failed) -> decltype(function()) {
    try {
        return function();
    } catch (const PythonError&) {
        return failed;
    } catch (const MalformedProgram& fault) {
        PyErr_Format(PyExc_ValueError, "the engine was given a malformed program: %s",
                     fault.what());
    } catch (const std::bad_alloc&) {
        PyErr_NoMemory();
    } catch (const std::exception& fault) {
        PyErr_SetString(PyExc_RuntimeError, fault.what());
    }
    return failed;
}

// The keyword arguments of a call; each is taken once.
class Arguments {
public:
    Arguments(PyObject* const* values, Py_ssize_t positional, PyObject* names);

    PyObject* object(const char* name);
    double real(const char* name);
    int64_t integer(const char* name);
    int32_t small_integer(const char* name);
    const char* text(const char* name);

    // Throws where some argument has not been taken.
    void end() const;

private:
    PyObject* const* values_;
    PyObject* names_;
    Py_ssize_t count_, taken_ = 0;
};

// The letter by which Python's buffers call a type of numbers.
template <class T>
constexpr char letter = '?';
template <>
inline constexpr char letter<double> = 'd';
template <>
inline constexpr char letter<int32_t> = 'i';
template <>
inline constexpr char letter<int64_t> = 'q';
template <>
inline constexpr char letter<uint32_t> = 'I';
template <>
inline constexpr char letter<uint8_t> = 'B';

// A contiguous buffer of one number type, held while this lives.
class Buffer {
public:
    Buffer(PyObject* object, char letter, bool writable, const char* what);
    ~Buffer() { PyBuffer_Release(&view_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    size_t size() const { return static_cast<size_t>(view_.len / view_.itemsize); }
    int dimensions() const { return view_.ndim; }

protected:
    Py_buffer view_{};
};

// An array of T, which is const for those that are only read.
template <class T>
class Array : public Buffer {
public:
    Array(PyObject* object, const char* what)
        : Buffer(object, letter<std::remove_const_t<T>>, !std::is_const_v<T>, what) {}
    Array(Arguments& arguments, const char* name) : Array(arguments.object(name), name) {}

    T* data() const { return static_cast<T*>(view_.buf); }
    T* begin() const { return data(); }
    T* end() const { return data() + size(); }
};

template <class T>
std::vector<T> copied(PyObject* object, const char* what) {
    const Array<const T> array(object, what);
    return {array.begin(), array.end()};
}

}  // namespace assemblysim
