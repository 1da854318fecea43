// What the lanes use from elsewhere; included before an instruction set is chosen, so that no code
// of the standard library is compiled for processors that may lack it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "method/constants.hpp"
#include "method/job.hpp"
#include "method/lanes/rodas5p.hpp"
