// How accurate an integration is to be and what it may cost: `Tolerance` in kinetics/task.py has
// the same fields, by the same names.
#pragma once

namespace assemblysim {

struct Tolerance {
    double rtol = 1e-5;            // relative error allowed in one step
    double atol_fraction = 1e-10;  // absolute error, as a share of what a species can reach
    double max_steps = 10000;      // tried ones included; a whole number
    double largest_step = 1e300;   // h
};

// One field: what a caller may set it to. A new setting is a field, a row here, and its use.
struct Setting {
    const char* name;
    double Tolerance::* field;
    double least, below;  // refused below `least` and from `below` on
    bool whole;           // a number that counts
    double smallest;      // what a smaller one is taken as
};

constexpr double counted_below = 1e18;
constexpr Setting settings[] = {
    // Steps cannot be told apart more finely than numbers can.
    {"rtol", &Tolerance::rtol, 0, 1, false, 1e-14},
    {"atol_fraction", &Tolerance::atol_fraction, 0, 1e100, false, 0},
    {"max_steps", &Tolerance::max_steps, -counted_below, counted_below, true, -counted_below},
    {"largest_step", &Tolerance::largest_step, 1e-200, 1e301, false, 0},
};

// Puts a value into its field; says whether it may stand there.
inline bool set(Tolerance& tolerance, const Setting& setting, double value) {
    if (!(value >= setting.least && value < setting.below)) return false;
    if (setting.whole && value != static_cast<double>(static_cast<long long>(value))) return false;
    tolerance.*setting.field = value < setting.smallest ? setting.smallest : value;
    return true;
}

}  // namespace assemblysim
