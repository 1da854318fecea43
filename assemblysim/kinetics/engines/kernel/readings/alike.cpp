// Equal steps between the points where the integrand has fallen by e^25: of the integrand itself
// where the slope is at most 1, and otherwise by parts, of Phi(y / slope) times the density of the
// smallest distance to a limit, which is as narrow as one error on both sides whatever the slope
// is. Panels where every factor bends at a width of its own.
#include "readings/alike.hpp"

#include <algorithm>
#include <cmath>

#include "readings/instructions.hpp"
#include "readings/mills.hpp"

namespace assemblysim {
namespace {

constexpr double depth = 25;   // what lies so many nats below the top is left out
constexpr double reach = 7.2;  // of a normal density, in standard deviations, for that depth
constexpr int most_search_steps = 200;  // of a search between bounds

struct Height {
    double value, gradient, bend;  // bend: minus the second derivative
};

// Where a concave function is largest, between two points where its gradient has opposite signs.
template <class F>
double top_between(double low, double high, const F& height) {
    double x = high;
    for (int i = 0; i < most_search_steps; ++i) {
        const Height at = height(x);
        (at.gradient > 0 ? low : high) = x;
        double next = x + at.gradient / std::max(at.bend, 1e-300);
        if (!(next > low && next < high)) next = 0.5 * (low + high);
        const double moved = std::abs(next - x);
        x = next;
        if (moved * std::sqrt(at.bend) < 1e-2 || moved <= 1e-15 * std::abs(x)) break;
    }
    return x;
}

// Where a concave function has fallen by `depth` from `top`, at most by one nat more; sign is the
// side. From outside, Newton's steps do not overshoot.
template <class F>
double cut(double mode, double value, double width, int sign, const F& height) {
    double step = width * reach;
    Height at = height(mode + sign * step);
    for (int i = 0; i < most_search_steps && at.value > value - depth; ++i)
        at = height(mode + sign * (step *= 2));
    for (int i = 0; i < most_search_steps && at.value < value - depth - 1; ++i) {
        const double shorter = step - (value - depth - at.value) / std::abs(at.gradient);
        if (!(shorter < step)) break;
        at = height(mode + sign * (step = std::max(shorter, 0.0)));
    }
    return mode + sign * step;
}

// -x^2/2 + sum log Phi(limit - slope x).
struct Plain {
    const double* limits;
    size_t count;
    double slope;

    Height operator()(double x) const {
        Chance product;
        double gradient = -x, bend = 1;
        for (size_t j = 0; j < count; ++j) {
            const double at = limits[j] - slope * x;
            const double hazard = product.times_below_with_hazard(at);
            gradient -= slope * hazard;
            bend += slope * slope * curvature(hazard, at);
        }
        return {product.log() - 0.5 * x * x, gradient, bend};
    }
};

// log Phi(y / slope) + sum log Phi(limit - y).
struct ByParts {
    const double* limits;
    size_t count;
    double slope;

    Height operator()(double y) const {
        Chance product;
        const double own = product.times_below_with_hazard(y / slope);
        double gradient = own / slope;
        double bend = curvature(own, y / slope) / (slope * slope);
        for (size_t j = 0; j < count; ++j) {
            const double at = limits[j] - y, hazard = product.times_below_with_hazard(at);
            gradient -= hazard;
            bend += curvature(hazard, at);
        }
        return {product.log(), gradient, bend};
    }
};

constexpr double margin = 0.7;  // of a rule, for limits nearby
constexpr size_t coarse = 16, coarse_by_parts = 24;

constexpr double log_root_two_pi = 0.91893853320467274;

// The integrand -x^2/2 + sum log Phi(limit - slope x), whatever the slopes.
struct Direct {
    const double *limits, *slopes;
    size_t count;

    Height operator()(double x) const {
        Chance product;
        double gradient = -x, bend = 1;
        for (size_t j = 0; j < count; ++j) {
            const double at = limits[j] - slopes[j] * x;
            const double hazard = product.times_below_with_hazard(at);
            gradient -= slopes[j] * hazard;
            bend += slopes[j] * slopes[j] * curvature(hazard, at);
        }
        return {product.log() - 0.5 * x * x, gradient, bend};
    }
};

double log_by_panels(const Direct& f) {
    double low = 0, high = 0;
    const Height middle = f(0);
    for (size_t j = 0; j < f.count; ++j) {
        Chance one;
        const double pull = f.slopes[j] * one.times_below_with_hazard(f.limits[j]);
        (pull > 0 ? low : high) -= pull;
    }
    const double mode = middle.gradient == 0 ? 0 : top_between(low, high, f);
    const Height top = f(mode);
    const double width = 1 / std::sqrt(top.bend);
    const double from = cut(mode, top.value, width, -1, f);
    const double to = cut(mode, top.value, width, 1, f);
    std::vector<double> edges{from, mode, to};
    for (size_t j = 0; j < f.count; ++j)
        if (std::abs(f.slopes[j]) > 0.7)
            for (const double bend : {-5.5, -1.5, 2.0, 6.5})
                edges.push_back((f.limits[j] + bend) / f.slopes[j]);
    // The normal density bends too: panels of its own width at most.
    for (int i = 1; from + 3 * i < to; ++i) edges.push_back(from + 3 * i);
    std::sort(edges.begin(), edges.end());
    Sum sum;
    for (size_t i = 1; i < edges.size(); ++i) {
        const double left = std::max(edges[i - 1], from), right = std::min(edges[i], to);
        if (!(right > left)) continue;
        const double half = 0.5 * (right - left), centre = 0.5 * (right + left);
        for (size_t q = 0; q < panel_half; ++q)
            for (const int side : {-1, 1})
                sum.add(f(centre + side * half * panel_at[q]).value, half * panel_weight[q]);
    }
    return sum.log() - log_root_two_pi;
}

}  // namespace

void Alike::lay(const double* limits, size_t count, double slope, bool fine) {
    limits_.assign(limits, limits + count);
    drift_.assign(count, 0);
    count_ = count;
    slope_ = slope;
    steps_ = fine ? most_equal_steps : by_parts() ? coarse_by_parts : coarse;
    if (count < 2 || slope == 0) return;
    double mode = 0, to = 0;
    if (by_parts()) {
        const ByParts f{limits, count, slope};
        const double lowest = *std::min_element(limits, limits + count);
        const double above = (std::max(-lowest, 0.0) / slope + 1) / slope;
        mode = top_between(lowest - 12, lowest + above, f);
        const Height top = f(mode);
        const double width = 1 / std::sqrt(std::max(top.bend, 1e-2));
        to = cut(mode, top.value, width, 1, f);
        from_ = lowest - reach;
        if (f(from_).value < top.value - depth) from_ = cut(mode, top.value, width, -1, f);
    } else {
        const Plain f{limits, count, slope};
        mode = top_between(f(0).gradient, 0, f);
        const Height top = f(mode);
        from_ = cut(mode, top.value, 1 / std::sqrt(top.bend), -1, f);
        to = cut(mode, top.value, 1 / std::sqrt(top.bend), 1, f);
    }
    // By parts the points follow the lowest limits, or the mode where that lies above them.
    const double place =
        by_parts() ? std::max(mode, *std::min_element(limits, limits + count)) : mode;
    const double scale = by_parts() ? 1 : slope;
    const Height there =
        by_parts() ? ByParts{limits, count, slope}(place) : Plain{limits, count, slope}(place);
    for (size_t j = 0; j < count; ++j) {
        const double at = limits[j] - scale * place;
        Chance one;
        const double bent = curvature(one.times_below_with_hazard(at), at);
        drift_[j] = (by_parts() ? 1 : slope) * bent / there.bend;
    }
    from_ -= margin;
    step_ = (to + margin - from_) / static_cast<double>(steps_ - 1);
    log_step_ = std::log(density_at_middle * step_);
}

double Alike::log_mean(const double* limits) const {
    if (count_ == 1) return log_below(limits[0] / std::hypot(1, slope_));
    double from = from_;
    for (size_t j = 0; j < count_; ++j) from += drift_[j] * (limits[j] - limits_[j]);
    return log_step_ + fastest_instructions().log_sum(limits, count_, {from, step_, steps_},
                                                      by_parts() ? 1 : slope_,
                                                      by_parts() ? slope_ : 0);
}

double log_mean_alike(const double* limits, size_t count, double slope) {
    if (slope == 0) {
        double sum = 0;
        for (size_t j = 0; j < count; ++j) sum += log_below(limits[j]);
        return sum;
    }
    Alike rule;
    rule.lay(limits, count, slope, true);
    return rule.log_mean(limits);
}

double log_mean_unlike(const double* limits, const double* slopes, size_t count) {
    if (count == 1) return log_below(limits[0] / std::hypot(1, slopes[0]));
    return log_by_panels({limits, slopes, count});
}

double log_pair_below(double h, double k, double minus, double plus) {
    const double correlation = minus < plus ? 1 - minus : plus - 1;
    if (correlation == 0) return log_below(h) + log_below(k);
    const double apart = std::sqrt(std::max(correlation > 0 ? minus : plus, 1e-300));
    const double limits[] = {h / apart, k / apart};
    const double slope = std::sqrt(std::abs(correlation)) / apart;
    if (correlation > 0) return log_mean_alike(limits, 2, slope);
    const double slopes[] = {slope, -slope};
    return log_mean_unlike(limits, slopes, 2);
}

}  // namespace assemblysim
