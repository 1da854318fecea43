// Lists of numbers as a page hands them to the engine, and how the engine's entries are named.
#pragma once

#include <cstdint>
#include <vector>

#include "network/tables.hpp"

#define ENTRY(name) extern "C" __attribute__((export_name(#name)))

namespace assemblysim {

// Lists as `explorer/tables.py` lays them out: the count of each, then its numbers.
class Lists {
public:
    Lists(const int32_t* whole, const double* real) : whole_(whole), real_(real) {}

    int32_t number() { return *whole_++; }

    std::vector<int32_t> numbers() {
        const int32_t count = number();
        whole_ += count;
        return {whole_ - count, whole_};
    }

    std::vector<double> reals() {
        const int32_t count = number();
        real_ += count;
        return {real_ - count, real_};
    }

    SparseRows rows() {
        auto begin = numbers();
        auto index = numbers();
        return {begin, index, reals()};
    }

    Tape tape() {
        auto values = reals();
        auto code = numbers();
        return {values, code, numbers()};
    }

private:
    const int32_t* whole_;
    const double* real_;
};

}  // namespace assemblysim
