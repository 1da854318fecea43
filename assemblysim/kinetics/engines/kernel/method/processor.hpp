// Which instruction sets the processor has and the system lets programs use.
#pragma once

namespace assemblysim {

struct Processor {
    bool avx2 = false;    // with fused multiply-add
    bool avx512 = false;  // F and DQ
};

// Asked of the processor itself: some compilers' own functions for this are stubs, which say no.
Processor this_processor();

}  // namespace assemblysim
