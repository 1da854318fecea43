// The engine's lanes in what every processor of its kind has (SSE2, NEON, ...).
#include "method/lanes/outside.hpp"

#define WIDTH 2
namespace assemblysim::baseline {
#include "method/lanes/group.hpp"
}  // namespace assemblysim::baseline

namespace assemblysim {
void advance_baseline(Job& job, size_t share) { baseline::advance(job, share); }
}  // namespace assemblysim
