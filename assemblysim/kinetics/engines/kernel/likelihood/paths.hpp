// Neighbouring times whose noisy signals are compared: as paths.py of measurement/statements has it
// in numpy, where the method is explained; one parameter vector after the other.
#pragma once

#include <cstdint>
#include <vector>

#include "likelihood/panels.hpp"

namespace assemblysim {

// One log signal at some sampling times, in units of its noise, and what it is held against.
struct Readings {
    std::vector<double> centre, lower, upper;
    // Of each but the last: whether the next is above it (1), below it (-1) or not compared (0).
    std::vector<int> link;

    void resize(size_t count) {
        centre.resize(count);
        lower.resize(count);
        upper.resize(count);
        link.resize(count);
    }
};

// How far noise reaches, in standard deviations, and in the difference of two readings.
struct Reach {
    double single, pair;
};

// Forgets bounds and comparisons that surely hold, of the times from `first` to `last`; returns
// whether the rest may hold at all.
bool simplify(Readings& readings, size_t first, size_t last, const Reach& reach);

// The integral of a density up to each node, or from it on, as the next of the path needs it.
struct Accumulated {
    std::vector<Panel> values;
    size_t first = 0;  // panel of the first of the values
    double below = 0, above = 0;

    // Multiplies a panel's values with it.
    void multiply(size_t panel, Panel& by) const {
        if (panel < first || panel - first >= values.size()) {
            const double all = panel < first ? below : above;
            for (double& value : by) value *= all;
            return;
        }
        const Panel& own = values[panel - first];
        for (size_t i = 0; i < panel_nodes; ++i) by[i] *= own[i];
    }
};

class Paths {
public:
    Paths(const PanelRule& rule, const Reach& reach) : reach_(reach), panels_(rule) {}

    // Returns the chance that all bounds and comparisons from `first` to `last` hold.
    double chance(const Readings& given, size_t first, size_t last);

    // The same for simplified readings that are all linked with each other, with `top` below each
    // node of the panels from `begin` to `end`, multiplied into `found`.
    void multiply_below(const Readings& readings, size_t first, size_t last, size_t top,
                        const Panels& panels, size_t begin, std::vector<Panel>& found);

    // Where each of linked times may be read, as far as its neighbours allow; false where nowhere.
    bool reachable(const Readings& readings, size_t first, size_t last);
    double lowest(size_t time) const { return low_[time]; }
    double highest(size_t time) const { return high_[time]; }

private:
    Reach reach_;
    Panels panels_;
    Readings own_;
    std::vector<double> low_, high_, thresholds_;
    std::vector<Panel> density_;
    Accumulated before_, behind_;

    double linked(size_t first, size_t last);
    void set_density(const Readings& readings, size_t time, const Panels& panels,
                     const Accumulated* before);
    void set_alike(const Panels& panels, double centre, size_t begin, size_t end);
    void accumulate(const Panels& panels, bool from_below, Accumulated& to);
    const Accumulated* arrive(const Readings& readings, size_t from, size_t to,
                              const Panels& panels, Accumulated& carried);
    size_t start_ = 0;  // panel of the first of the density
    double alike_half_ = 0;
    Panel alike_factor_{};
};

}  // namespace assemblysim
