// Small dense matrices, row after row.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace assemblysim {

constexpr int sweeps = 8;

// The Cholesky factor of a matrix, in place, below its diagonal.
inline void factorise(std::vector<double>& matrix, size_t size) {
    for (size_t j = 0; j < size; ++j)
        for (size_t i = j; i < size; ++i) {
            double sum = matrix[i * size + j];
            for (size_t k = 0; k < j; ++k) sum -= matrix[i * size + k] * matrix[j * size + k];
            matrix[i * size + j] =
                i == j ? std::sqrt(std::max(sum, 1e-300)) : sum / matrix[j * size + j];
        }
}

inline void solve_lower(const std::vector<double>& factor, std::vector<double>& x) {
    const size_t size = x.size();
    for (size_t i = 0; i < size; ++i) {
        for (size_t k = 0; k < i; ++k) x[i] -= factor[i * size + k] * x[k];
        x[i] /= factor[i * size + i];
    }
}

inline void solve_upper(const std::vector<double>& factor, std::vector<double>& x) {
    const size_t size = x.size();
    for (size_t i = size; i-- > 0;) {
        for (size_t k = i + 1; k < size; ++k) x[i] -= factor[k * size + i] * x[k];
        x[i] /= factor[i * size + i];
    }
}

inline void rotate(double& a, double& b, double c, double s) {
    const double turned = c * a - s * b;
    b = s * a + c * b;
    a = turned;
}

// Jacobi's rotations: a symmetric matrix becomes diagonal, `axes` are its eigenvectors as columns.
inline void diagonalise(std::vector<double>& matrix, std::vector<double>& axes, size_t size) {
    for (size_t i = 0; i < size; ++i) axes[i * size + i] = 1;
    for (int sweep = 0; sweep < sweeps; ++sweep)
        for (size_t p = 0; p < size; ++p)
            for (size_t q = p + 1; q < size; ++q) {
                const double off = matrix[p * size + q];
                if (off == 0) continue;
                const double theta = (matrix[q * size + q] - matrix[p * size + p]) / (2 * off);
                const double t = std::copysign(1 / (std::abs(theta) + std::hypot(1, theta)), theta);
                const double c = 1 / std::hypot(1, t), s = t * c;
                for (size_t k = 0; k < size; ++k)
                    rotate(matrix[k * size + p], matrix[k * size + q], c, s);
                for (size_t k = 0; k < size; ++k)
                    rotate(matrix[p * size + k], matrix[q * size + k], c, s);
                for (size_t k = 0; k < size; ++k)
                    rotate(axes[k * size + p], axes[k * size + q], c, s);
            }
}

}  // namespace assemblysim
