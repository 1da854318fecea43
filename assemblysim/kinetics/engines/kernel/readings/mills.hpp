// The standard normal distribution to all digits, however far below its middle: Mills' ratio, the
// chance to be above t over exp(-t^2 / 2), is a polynomial in (t - 3) / (t + 3) for all t above 0.
// The coefficients are those of a Chebyshev interpolation in 40 digits, good to 4e-16.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace assemblysim {

constexpr double farthest_argument = 1e150;  // its square is a number
constexpr double density_at_middle = 0.39894228040143268;
constexpr size_t mills_terms = 25;
constexpr std::array<double, mills_terms> mills_series{
    0.72908369013337304,     -0.50933198191749218,    0.23001771997460038,
    -0.04726302514269274,    -0.010462867023071108,   0.0069726212319599764,
    0.0010275922527506912,   -0.0010458285024492727,  -0.00025657526273221591,
    0.00015439351229017072,  7.8812041651496654e-05,  -1.3241375674355011e-05,
    -2.0686195750712106e-05, -3.5325306088902466e-06, 3.631186552294432e-06,
    2.287746014628711e-06,   2.5469163156822053e-08,  -6.3646931291160812e-07,
    -2.9582975366031203e-07, 8.0964529863683216e-08,  1.1377674025274314e-07,
    5.0772312919147875e-09,  -2.2246790676615136e-08, -2.3930793360550927e-09,
    1.923983426673317e-09};

inline double mills(double t) {
    constexpr double centre = 3;
    const double over = 1 / (t + centre), v = (t - centre) * over, v2 = v * v, v4 = v2 * v2;
    // Four chains at a time, written out for compilers that make vector instructions of it.
    const auto& c = mills_series;
    const double a0 =
        c[0] + v4 * (c[4] + v4 * (c[8] + v4 * (c[12] + v4 * (c[16] + v4 * (c[20] + v4 * c[24])))));
    const double a1 = c[1] + v4 * (c[5] + v4 * (c[9] + v4 * (c[13] + v4 * (c[17] + v4 * c[21]))));
    const double a2 = c[2] + v4 * (c[6] + v4 * (c[10] + v4 * (c[14] + v4 * (c[18] + v4 * c[22]))));
    const double a3 = c[3] + v4 * (c[7] + v4 * (c[11] + v4 * (c[15] + v4 * (c[19] + v4 * c[23]))));
    return ((a0 + a1 * v) + (a2 + a3 * v) * v2) * over;
}

// A chance as a factor and a power of e, which do not vanish however small it is.
struct Chance {
    double factor = 1, power = 0;

    // Multiplies by the chance of a standard normal below x.
    void times_below(double x) { times(x, mills(std::min(std::abs(x), farthest_argument))); }

    // The same; returns the hazard, the derivative of its logarithm.
    double times_below_with_hazard(double x) {
        const double t = std::min(std::abs(x), farthest_argument), ratio = mills(t);
        times(x, ratio);
        if (x <= 0) return density_at_middle / ratio;
        const double e = std::exp(-0.5 * t * t);
        return density_at_middle * e / (1 - ratio * e);
    }

    double log() const { return std::log(factor) + power; }

private:
    void times(double x, double ratio) {
        const double t = std::min(std::abs(x), farthest_argument), half = -0.5 * t * t;
        if (x > 0) {
            factor *= 1 - ratio * std::exp(half);
        } else {
            factor *= ratio;
            power += half;
        }
        if (factor < 1e-200) {
            power += std::log(factor);
            factor = 1;
        }
    }
};

inline double log_below(double x) {
    const double t = std::min(std::abs(x), farthest_argument), ratio = mills(t);
    const double half = -0.5 * t * t;
    return x > 0 ? std::log1p(-ratio * std::exp(half)) : half + std::log(ratio);
}

// Minus the second derivative of log Phi at a place, from the first.
inline double curvature(double hazard, double at) {
    if (at < -1e4) return 1;  // to 1e-8, where the sum below is nothing but rounding
    return std::clamp(hazard * (hazard + at), 0.0, 1.0);
}

// Adds up e^value; a running top keeps the numbers within range.
class Sum {
public:
    void add(double log_value, double weight = 1) {
        if (log_value > top_) {
            sum_ *= std::exp(top_ - log_value);
            top_ = log_value;
        }
        sum_ += weight * std::exp(log_value - top_);
    }
    double log() const { return std::log(sum_) + top_; }

private:
    double top_ = -1e300, sum_ = 0;
};

}  // namespace assemblysim
