// The chance that what sentences claim of noisy signals holds: as joint.py of
// measurement/statements has it in numpy; one parameter vector after the other.
#pragma once

#include <cstddef>
#include <cstdint>

#include "likelihood/panels.hpp"

namespace assemblysim {

// What is claimed of a signal at a time, as bits.
enum Said : uint32_t {
    said_detected = 1,
    said_absent = 2,
    said_below_next = 4,
    said_above_next = 8,
    said_perhaps_largest = 16,
    said_abundant = 32,
    said_all = 63
};

// Their names, in the order of the bits.
constexpr const char* said_names[] = {"detected",   "absent",          "below_next",
                                      "above_next", "perhaps_largest", "abundant"};

constexpr size_t claim_shares = 3;

// Every size and place has been checked against the arrays.
struct ClaimTables {
    size_t batch, times, signals, parts;
    const int32_t* begin;   // (parts + 1,): the entries of a part, one for each of its times
    const int32_t* signal;  // (parts,), below `signals`
    const int32_t* time;    // of an entry, below `times`
    const uint32_t* said;
    // Of an entry: logs of the fraction of the spectrum that it is at most (infinity where nothing
    // is said), of the largest that it is at least (minus infinity), and at most (infinity).
    const double* share;
    PanelRule rule;
    double reach;            // of noise, in standard deviations
    const double* logs;      // (batch, times, signals)
    const double* whole;     // (batch, times), log of the sum of all signals
    const double* limit;     // (batch,), log
    const double* noise;     // (batch,)
    const double* abundant;  // (batch,), log
    double* chances;         // (batch, parts)
};

void claim_chances(const ClaimTables& job);

}  // namespace assemblysim
