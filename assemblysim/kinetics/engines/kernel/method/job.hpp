// One call of the engine: the parameter vectors to integrate and where the answers go.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "method/tolerance.hpp"
#include "network/program.hpp"

namespace assemblysim {

enum Status : int32_t { completed = 0, spent = 1, not_finite = 2, stalled = 3, negative = 4 };
constexpr const char* status_names[] = {"completed", "spent", "not_finite", "stalled", "negative"};

struct Job {
    const Program* program;
    size_t batch, times_count, columns_count;
    const double* rate_constants;  // (batch, constants)
    const double* initial;         // (batch, species)
    const double* ceilings;        // (batch, species), what absolute errors of each are a share of
    const double* times;  // (times_count,), increasing; or (batch, times_count), see `own_times`
    bool own_times;       // each vector has its own, not decreasing, the last one the same for all
    const int32_t* columns;  // derivatives wanted: a constant p as p, a species i as constants + i
    Tolerance tolerance;
    double* concentrations;     // (batch, times_count, species)
    double* derivatives;        // (batch, times_count, species, columns_count)
    double* reached;            // (batch,)
    int32_t* status;            // (batch,)
    int64_t* steps;             // (batch,)
    std::vector<size_t> order;  // in which vectors are begun; empty for their own
    std::atomic<size_t> next{0};

    const double* times_of(size_t b) const { return own_times ? times + b * times_count : times; }

    // Return the number of the vector that is begun next, `batch` when none is left.
    size_t take() {
        const size_t place = next.fetch_add(1, std::memory_order_relaxed);
        if (place >= batch) return batch;
        return order.empty() ? place : order[place];
    }
};

// Takes vectors from the job until none is left; about `share` of them will be its own.
using Advance = void (*)(Job&, size_t share);
void advance_baseline(Job& job, size_t share);
void advance_avx2(Job& job, size_t share);
void advance_avx512(Job& job, size_t share);

struct InstructionSet {
    const char* name;
    Advance advance;
    bool usable;  // on this machine
};

// The fastest first.
std::vector<InstructionSet> known_instruction_sets();

// Integrates all vectors of a job on up to so many threads.
void integrate(Job& job, Advance advance, size_t threads);

}  // namespace assemblysim
