// Numbers of the method that the reference engine in Python has too; a test compares them.
#pragma once

namespace assemblysim {

// A broken power or a logarithm takes a concentration at or below zero as this, mM.
constexpr double trace = 1e-30;
// Errors of derivatives, in the units of their scales, may be larger than those of the
// concentrations by these factors.
constexpr double absolute_slack = 100, relative_slack = 10;

}  // namespace assemblysim
