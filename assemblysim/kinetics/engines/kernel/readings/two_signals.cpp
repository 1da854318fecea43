// A product grid over the two errors, as fine as a cell's own error at the limit, or at the mode
// above it, and the coarser the farther from there. A spectrum's error needs the chances only at
// each point of the two axes: the sums over it are products of tables.
#include "readings/two_signals.hpp"

#include <algorithm>
#include <cmath>

#include "readings/alike.hpp"
#include "readings/instructions.hpp"
#include "readings/mills.hpp"

namespace assemblysim {
namespace {

constexpr double wide = 2.5;  // from here on the limit is what bends
constexpr double step = 0.24, highest = 5.2, reach_up = 6.5, reach_down = 7, near = 7.5,
                 coarsest = 2.5;
// Equal steps over a spectrum's error, in standard deviations; it is pulled down by low limits.
constexpr size_t rule = 28;
constexpr double lowest_error = -8, error_step = 0.52;

// Points at equal steps of v, where dw/dv is as large as the distance to the edge, but not smaller
// than one error and not larger than what a normal density bears.
struct Spacing {
    double edge, unit, most;

    double operator()(double w) const {
        const double away = unit * unit + (w - edge) * (w - edge);
        return 1 / std::sqrt(1 / away + 1 / (most * most));
    }
    // Runge and Kutta's method, in parts of a step.
    double next(double w, double by) const {
        constexpr int parts = 3;
        const double h = by / parts;
        for (int i = 0; i < parts; ++i) {
            const double k1 = (*this)(w), k2 = (*this)(w + 0.5 * h * k1);
            const double k3 = (*this)(w + 0.5 * h * k2), k4 = (*this)(w + h * k3);
            w += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        }
        return w;
    }
};

struct Axis {
    std::vector<double> at, log_weight;
};

Axis axis_of(const std::vector<double>& limits, double sd, double own) {
    const double lowest = *std::min_element(limits.begin(), limits.end());
    std::vector<double> scaled;
    for (const double limit : limits)
        if (std::isfinite(limit)) scaled.push_back(limit / own);
    const double mode = mode_of_alike(scaled, sd / own) * sd;
    const double edge = sd > wide ? std::max(std::min(lowest, highest * sd), mode) : mode;
    const double unit = std::min(1.0, sd);
    const double top = std::max(std::min(lowest + near * unit, reach_up * sd), edge + near * unit);
    const double bottom = std::min(edge, 0.0) - reach_down * sd;
    const Spacing spacing{edge, unit, sd * coarsest};
    Axis axis;
    const auto put = [&](double w) {
        axis.at.push_back(w);
        axis.log_weight.push_back(std::log(step * spacing(w)));
    };
    put(edge);
    double w = edge;
    while (w < top) put(w = spacing.next(w, step));
    w = edge;
    while (w > bottom || axis.at.size() % 4) put(w = spacing.next(w, -step));
    return axis;
}

}  // namespace

double log_two_below(const TwoSignals& cells) {
    const Instructions& lanes = fastest_instructions();
    const double sd = std::sqrt(cells.own + cells.common), own = std::hypot(1, cells.spread);
    const Axis one = axis_of(cells.limits[0], sd, own), two = axis_of(cells.limits[1], sd, own);
    const size_t rows = one.at.size(), columns = two.at.size();
    std::vector<double> sums(rows * columns), first(rows * rule), second(columns * rule);
    // The log density of both errors.
    const double det = cells.own * (cells.own + 2 * cells.common);
    const double same = (cells.own + cells.common) / det, cross = -cells.common / det;
    const double constant = -std::log(6.283185307179586 * std::sqrt(det));
    for (size_t i = 0; i < rows; ++i)
        for (size_t j = 0; j < columns; ++j) {
            const double x = one.at[i], y = two.at[j];
            const double density = -0.5 * (same * (x * x + y * y) + 2 * cross * x * y);
            sums[i * columns + j] = density + one.log_weight[i] + two.log_weight[j] + constant;
        }
    lanes.exponentials(sums.data(), sums.size());
    for (size_t r = 0; r < cells.limits[0].size(); ++r) {
        for (size_t q = 0; q < rule; ++q) {
            const double error = lowest_error + error_step * static_cast<double>(q);
            const double weight = error_step * density_at_middle * std::exp(-0.5 * error * error);
            const double shift = cells.spread * error;
            lanes.chances(cells.limits[0][r] - shift, one.at.data(), rows, &first[q * rows]);
            lanes.chances(cells.limits[1][r] - shift, two.at.data(), columns, &second[q * columns]);
            for (size_t i = 0; i < rows; ++i) first[q * rows + i] *= weight;
        }
        lanes.multiply(first.data(), second.data(), rows, columns, rule, sums.data());
    }
    double total = 0;
    for (const double term : sums) total += term;
    return std::log(total);
}

}  // namespace assemblysim
