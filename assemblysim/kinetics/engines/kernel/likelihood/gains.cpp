// The likelihood of readings with unknown gains, without numpy's cost for each call.
#include "gains.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace assemblysim {
namespace {

constexpr double log_two_pi = 1.8378770664093453, root_half = 0.7071067811865476;
// Above this limit, in standard deviations, the chance to exceed it is lost beside 1; below the
// other one the asymptotic series is good to 1e-13.
constexpr double surely_below = 8.5, far_above = -30;

// Chance of a standard normal above x.
double tail(double x) { return x > surely_below ? 0 : 0.5 * std::erfc(x * root_half); }

// Chance of a standard normal below x.
double below(double x) { return x > surely_below ? 1 : 0.5 * std::erfc(-x * root_half); }

double log_normal_below(double x) {
    if (x > -1) return std::log1p(-tail(x));
    if (x > far_above) return std::log(0.5 * std::erfc(-x * root_half));
    double y = 1 / (x * x);
    double series = -y * (1 - y * (3 - y * (15 - y * (105 - 945 * y))));
    return -0.5 * x * x - std::log(-x) - 0.5 * log_two_pi + std::log1p(series);
}

// Log chance that two readings under one gain stay below h and k; see orthants.py.
double log_pair_below(double h, double k, const double* rule, size_t nodes, double negligible) {
    double above_h = tail(h), above_k = tail(k);
    if (above_h + above_k <= negligible) return -(above_h + above_k);
    if (above_h == 0 || above_k == 0) return std::log1p(-(above_h + above_k));
    double squares = h * h + k * k, product = h * k, together = 0;
    const double *by_squares = rule, *by_product = rule + nodes, *weight = rule + 2 * nodes;
    for (size_t q = 0; q < nodes; ++q)
        together += weight[q] * std::exp(by_squares[q] * squares + by_product[q] * product);
    return std::log((1 - above_h) * (1 - above_k) + together);
}

// The same for limits of which one, h, is far below: given that its reading stays below, what it
// stays below by is nearly exponential, t / |h|, so Gauss-Laguerre quadrature over t is sharp.
double log_far_pair_below(double h, double k, double correlation, const double* at,
                          const double* weight, size_t nodes) {
    if (k < h) std::swap(h, k);
    double spread = 1 / std::sqrt(1 - correlation * correlation);
    double room = (k - correlation * h) * spread, slope = -correlation / h * spread;
    double bend = -0.5 / (h * h), start = -0.5 * h * h - std::log(-h) - 0.5 * log_two_pi;
    double lowest = room + slope * at[0], sum = 0;
    if (!(lowest < far_above)) {
        for (size_t q = 0; q < nodes; ++q)
            sum += weight[q] * std::exp(bend * at[q] * at[q]) * below(room + slope * at[q]);
        return start + std::log(sum);
    }
    double top = log_normal_below(lowest);
    for (size_t q = 0; q < nodes; ++q)
        sum += weight[q] *
               std::exp(bend * at[q] * at[q] + log_normal_below(room + slope * at[q]) - top);
    return start + top + std::log(sum);
}

// The same for three readings. With the correlation r of all pairs growing from 0, the chance grows
// by each pair's density at its limits times the chance that the third reading stays below
// (Plackett, Biometrika 41, 351-360, 1954): the pairs' rule with a factor at each node.
double log_triple_below(const double* limit, const double* rule, size_t nodes, double negligible) {
    double above[3], all_above = 0, apart = 1, together = 0;
    for (int i = 0; i < 3; ++i) {
        above[i] = tail(limit[i]);
        all_above += above[i];
        apart *= below(limit[i]);
    }
    if (all_above <= negligible) return -all_above;
    const double *by_squares = rule, *by_product = rule + nodes, *weight = rule + 2 * nodes,
                 *pull = rule + 3 * nodes, *stretch = rule + 4 * nodes;
    for (int third = 0; third < 3; ++third) {
        int i = (third + 1) % 3, j = (third + 2) % 3;
        if (above[i] == 0 || above[j] == 0) continue;
        double squares = limit[i] * limit[i] + limit[j] * limit[j];
        double product = limit[i] * limit[j], sum = limit[i] + limit[j];
        for (size_t q = 0; q < nodes; ++q) {
            double density = std::exp(by_squares[q] * squares + by_product[q] * product);
            double room = (limit[third] - pull[q] * sum) * stretch[q];
            together += weight[q] * density * below(room);
        }
    }
    return std::log(apart + together);
}

// What a group's count of numbers alone decides.
struct Count {
    double number, half_log, spread, correlation;
};

class Group {
public:
    Group(const GainReadings& job, const Count& count, size_t b, size_t g)
        : job_(job),
          count_(count),
          first_(job.begin[2 * g]),
          middle_(job.begin[2 * g + 1]),
          last_(job.begin[2 * g + 2]),
          rule_(job.rule + rule_rows * job.nodes * g),
          signals_(job.log_signals + b * job.places),
          sigma_(job.sigma[b]) {}

    double numbers(double log_sigma) {
        double sum = 0, scatter = 0;
        for (int32_t i = first_; i < middle_; ++i) sum += residual(i);
        mean_ = sum / count_.number;
        for (int32_t i = first_; i < middle_; ++i) {
            double off = residual(i) - mean_;
            scatter += off * off;
        }
        return -0.5 * (count_.number - 1) * (log_two_pi + 2 * log_sigma) - count_.half_log -
               0.5 * scatter / (sigma_ * sigma_);
    }

    // Log chance of staying below the limits; not a number where another rule is needed.
    double limits() const {
        int32_t count = last_ - middle_;
        if (count == 0) return 0;
        if (count == 1) return log_normal_below(room(0) / count_.spread);
        if (count == 2) {
            double h = room(0) / count_.spread, k = room(1) / count_.spread;
            if (std::min(room(0), room(1)) > job_.nearest_limit)
                return log_pair_below(h, k, rule_, job_.nodes, job_.negligible);
            return log_far_pair_below(h, k, count_.correlation, job_.far_rule,
                                      job_.far_rule + job_.far_nodes, job_.far_nodes);
        }
        if (count == 3 && std::min({room(0), room(1), room(2)}) > job_.nearest_limit) {
            double apart[] = {room(0) / count_.spread, room(1) / count_.spread,
                              room(2) / count_.spread};
            return log_triple_below(apart, rule_, job_.nodes, job_.negligible);
        }
        double sum = 0;
        for (int32_t j = 0; j < count; ++j) sum += log_normal_below(room(j) / count_.spread);
        return sum < -job_.negligible ? std::numeric_limits<double>::quiet_NaN() : sum;
    }

    void write_rooms(double* to) const {
        for (int32_t j = 0; j < static_cast<int32_t>(job_.widest); ++j)
            to[j] = j < last_ - middle_ ? room(j) : std::numeric_limits<double>::infinity();
    }

private:
    const GainReadings& job_;
    const Count& count_;
    int32_t first_, middle_, last_;
    const double *rule_, *signals_;
    double sigma_, mean_ = 0;

    double residual(int32_t i) const { return job_.log[i] - signals_[job_.place[i]]; }
    double room(int32_t j) const { return (residual(middle_ + j) - mean_) / sigma_; }
};

}  // namespace

size_t gain_points(const GainReadings& job) {
    size_t left = 0;
    std::vector<Count> counts;
    for (size_t g = 0; g < job.groups; ++g) {
        double number = job.begin[2 * g + 1] - job.begin[2 * g];
        counts.push_back(
            {number, 0.5 * std::log(number), std::sqrt(1 + 1 / number), 1 / (1 + number)});
    }
    for (size_t b = 0; b < job.batch; ++b) {
        double log_sigma = std::log(job.sigma[b]);
        for (size_t g = 0; g < job.groups; ++g) {
            size_t at = b * job.groups + g;
            Group group(job, counts[g], b, g);
            double point = group.numbers(log_sigma), below = group.limits();
            job.open[at] = std::isnan(below) && !std::isnan(point);
            if (job.open[at]) {
                group.write_rooms(job.rooms + at * job.widest);
                ++left;
                below = 0;
            }
            job.points[at] = point + below;
        }
    }
    return left;
}

}  // namespace assemblysim
