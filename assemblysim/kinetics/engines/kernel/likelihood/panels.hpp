// Panels on the line of one noisy log signal, in units of its noise: as lattice.py of
// measurement/statements has them in numpy; every threshold is an edge. Within a panel the rule is
// Gauss and Legendre's.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "likelihood/normal.hpp"

namespace assemblysim {

constexpr size_t panel_nodes = 10;

// Points and weights on (-1, 1), and what turns values at the points into integrals up to each.
struct PanelRule {
    double width;
    const double *points, *weights, *up_to;
};

using Panel = std::array<double, panel_nodes>;

// Chance that a signal about `centre` is read between two bounds, which may be infinite.
inline double chance_between(double lower, double upper, double centre) {
    double low = lower - centre, high = upper - centre;
    if (low > 0) {  // differences of small numbers, not of numbers close to one
        double mirrored = -low;
        low = -high;
        high = mirrored;
    }
    return std::max(normal_below(high) - (std::isinf(low) ? 0 : normal_below(low)), 0.0);
}

class Panels {
public:
    explicit Panels(const PanelRule& rule) : rule_(rule) {}

    // Covers `from` to `to`; thresholds need not be sorted, and those outside are left out.
    void cover(double from, double to, std::vector<double>& thresholds) {
        edges_.assign(1, from);
        std::sort(thresholds.begin(), thresholds.end());
        for (double threshold : thresholds)
            if (threshold > edges_.back() && threshold < to) advance(threshold);
        advance(to);
    }

    size_t count() const { return edges_.size() - 1; }
    double left(size_t panel) const { return edges_[panel]; }
    double right(size_t panel) const { return edges_[panel + 1]; }
    double half(size_t panel) const { return 0.5 * (edges_[panel + 1] - edges_[panel]); }
    double node(size_t panel, size_t i) const {
        return edges_[panel] + half(panel) * (1 + rule_.points[i]);
    }
    // The nodes of a panel, from a centre.
    Panel nodes(size_t panel, double centre) const {
        const double from = edges_[panel] - centre, half_width = half(panel);
        Panel found;
        for (size_t i = 0; i < panel_nodes; ++i)
            found[i] = from + half_width * (1 + rule_.points[i]);
        return found;
    }
    // Whether two panels are of one width, but for rounding.
    bool alike(size_t one, size_t other) const {
        return std::fabs(half(one) - half(other)) < 1e-12;
    }
    const PanelRule& rule() const { return rule_; }

    // The first panel that ends above a place, and the first that begins at it or above.
    size_t above(double place) const {
        return std::upper_bound(edges_.begin() + 1, edges_.end(), place) - edges_.begin() - 1;
    }
    size_t beyond(double place) const {
        return std::lower_bound(edges_.begin(), edges_.end() - 1, place) - edges_.begin();
    }

private:
    PanelRule rule_;
    std::vector<double> edges_;

    void advance(double to) {
        double from = edges_.back();
        const double width = to - from, number = std::ceil(width / rule_.width);
        const auto count = static_cast<size_t>(number);
        for (size_t i = 1; i < count; ++i)
            edges_.push_back(from + width * (static_cast<double>(i) / number));
        edges_.push_back(to);
    }
};

}  // namespace assemblysim
