// What the reference engine in Python has too; a test compares them.
#pragma once

namespace assemblysim {

// A broken power or a logarithm takes a concentration at or below zero as this, mM.
constexpr double trace = 1e-30;

// Where no absolute error is allowed this is, so that nothing is divided by zero.
constexpr double least_allowed = 1e-290;

}  // namespace assemblysim
