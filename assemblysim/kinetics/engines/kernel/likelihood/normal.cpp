// The table of the standard normal distribution.
#include "likelihood/normal.hpp"

namespace assemblysim {

const NormalTable normal_table;

// Each derivative of the density follows from the two before, as Hermite's polynomials do.
NormalTable::NormalTable() noexcept : about{} {
    for (size_t i = 0; i < about.size(); ++i) {
        const double x = (static_cast<double>(i) + 0.5) / places_in_one - farthest;
        const double density = density_at_zero * std::exp(-0.5 * x * x);
        std::array<double, terms> derivative{0.5 * std::erfc(-x * root_of_half), density,
                                             -x * density};
        for (size_t k = 3; k < terms; ++k)
            derivative[k] = -x * derivative[k - 1] - static_cast<double>(k - 2) * derivative[k - 2];
        double factorial = 1;
        for (size_t k = 0; k < terms; ++k) {
            if (k) factorial *= static_cast<double>(k);
            about[i][k] = derivative[k] / factorial;
        }
    }
}

}  // namespace assemblysim
