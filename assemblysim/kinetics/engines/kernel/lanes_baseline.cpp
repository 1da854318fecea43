// The engine's lanes in what every processor of its kind has (SSE2, NEON, ...); see lanes.hpp.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <vector>

#include "job.hpp"
#include "rodas5p.hpp"

#define WIDTH 2
namespace assemblysim::baseline {
#include "vectors.hpp"
#include "lanes.hpp"
}  // namespace assemblysim::baseline
namespace assemblysim {
void advance_baseline(Job& job, size_t share) { baseline::advance(job, share); }
}  // namespace assemblysim
