// Lanes of doubles: N hardware vectors of WIDTH doubles each. Included once for each instruction
// set, inside its own namespace; every product-sum is written out, so that lanes give the same
// digits however many of them there are.

#define INLINE inline __attribute__((always_inline))
#define OUTLINE __attribute__((noinline))

using Hard [[gnu::vector_size(8 * WIDTH)]] = double;
using HardBits [[gnu::vector_size(8 * WIDTH)]] = uint64_t;

static INLINE Hard hard(double x) { return x - Hard{}; }

#if WIDTH == 8
static INLINE Hard product_sum(Hard x, Hard y, Hard z) { return _mm512_fmadd_pd(x, y, z); }
static INLINE Hard difference(Hard x, Hard y, Hard z) { return _mm512_fnmadd_pd(x, y, z); }
#elif WIDTH == 4
static INLINE Hard product_sum(Hard x, Hard y, Hard z) { return _mm256_fmadd_pd(x, y, z); }
static INLINE Hard difference(Hard x, Hard y, Hard z) { return _mm256_fnmadd_pd(x, y, z); }
#else
static INLINE Hard product_sum(Hard x, Hard y, Hard z) { return x * y + z; }
static INLINE Hard difference(Hard x, Hard y, Hard z) { return z - x * y; }
#endif

template <int N>
struct Lanes {
    Hard v[N];
    static constexpr int count = N * WIDTH;

    static INLINE Lanes all(double x) {
        Lanes r;
        for (int i = 0; i < N; ++i) r.v[i] = hard(x);
        return r;
    }
    double* data() { return reinterpret_cast<double*>(this); }
    const double* data() const { return reinterpret_cast<const double*>(this); }
};

#define EACH(expression)                                                       \
    Lanes<N> r;                                                                \
    _Pragma("GCC unroll 8") for (int i = 0; i < N; ++i) r.v[i] = (expression); \
    return r

template <int N>
static INLINE Lanes<N> operator+(const Lanes<N>& x, const Lanes<N>& y) {
    EACH(x.v[i] + y.v[i]);
}
template <int N>
static INLINE Lanes<N> operator-(const Lanes<N>& x, const Lanes<N>& y) {
    EACH(x.v[i] - y.v[i]);
}
template <int N>
static INLINE Lanes<N> operator*(const Lanes<N>& x, const Lanes<N>& y) {
    EACH(x.v[i] * y.v[i]);
}
template <int N>
static INLINE Lanes<N> operator/(const Lanes<N>& x, const Lanes<N>& y) {
    EACH(x.v[i] / y.v[i]);
}
// x y + z and z - x y.
template <int N>
static INLINE Lanes<N> fma(const Lanes<N>& x, const Lanes<N>& y, const Lanes<N>& z) {
    EACH(product_sum(x.v[i], y.v[i], z.v[i]));
}
template <int N>
static INLINE Lanes<N> fma(double x, const Lanes<N>& y, const Lanes<N>& z) {
    EACH(product_sum(hard(x), y.v[i], z.v[i]));
}
template <int N>
static INLINE Lanes<N> fnma(const Lanes<N>& x, const Lanes<N>& y, const Lanes<N>& z) {
    EACH(difference(x.v[i], y.v[i], z.v[i]));
}
template <int N>
static INLINE Lanes<N> fnma(double x, const Lanes<N>& y, const Lanes<N>& z) {
    EACH(difference(hard(x), y.v[i], z.v[i]));
}
template <int N>
static INLINE Lanes<N> larger(const Lanes<N>& x, const Lanes<N>& y) {
    EACH(x.v[i] > y.v[i] ? x.v[i] : y.v[i]);
}
// The larger; what is not a number wins.
template <int N>
static INLINE Lanes<N> worse(const Lanes<N>& x, const Lanes<N>& y) {
    EACH(x.v[i] > y.v[i] ? x.v[i] : (x.v[i] == x.v[i] ? y.v[i] : x.v[i]));
}
template <int N>
static INLINE Lanes<N> size(const Lanes<N>& x) {
    EACH(x.v[i] > hard(0) ? x.v[i] : -x.v[i]);
}
template <int N>
static INLINE Lanes<N> smaller(const Lanes<N>& x, const Lanes<N>& y) {
    EACH(x.v[i] < y.v[i] ? x.v[i] : y.v[i]);
}
// Truth in lanes is 1 or 0; comparing with what is not a number gives 0.
template <int N>
static INLINE Lanes<N> at_most(const Lanes<N>& x, const Lanes<N>& y) {
    EACH(x.v[i] <= y.v[i] ? hard(1) : hard(0));
}
template <int N>
static INLINE Lanes<N> choose(const Lanes<N>& truth, const Lanes<N>& x, const Lanes<N>& y) {
    EACH(truth.v[i] > hard(0) ? x.v[i] : y.v[i]);
}
// About x^(-1/10) for x > 0, to a few percent: a tenth of the bits of the exponent and of the
// mantissa, taken from those of 1.
template <int N>
static INLINE Lanes<N> tenth_root_reciprocal(const Lanes<N>& x) {
    constexpr uint64_t one = 0x3ff0000000000000, from = one + one / 10;
    Lanes<N> r;
    for (int i = 0; i < N; ++i) {
        const auto b = (HardBits)x.v[i];
        HardBits tenth = (b >> 4) + (b >> 5) + (b >> 8) + (b >> 9) + (b >> 12) + (b >> 13);
        r.v[i] = (Hard)(from - tenth);
    }
    return r;
}
// The truth of lane l in bit l.
template <int N>
static INLINE uint32_t bits(const Lanes<N>& truth) {
    uint32_t all = 0;
#if WIDTH == 8
    for (int i = 0; i < N; ++i)
        all |= uint32_t(_mm512_cmp_pd_mask(truth.v[i], _mm512_setzero_pd(), _CMP_GT_OQ)) << 8U * i;
#elif WIDTH == 4
    for (int i = 0; i < N; ++i) {
        Hard above = _mm256_cmp_pd(truth.v[i], _mm256_setzero_pd(), _CMP_GT_OQ);
        all |= uint32_t(_mm256_movemask_pd(above)) << 4U * i;
    }
#else
    for (int l = 0; l < Lanes<N>::count; ++l) all |= uint32_t(truth.data()[l] > 0) << unsigned(l);
#endif
    return all;
}
template <int N>
static INLINE bool any(const Lanes<N>& truth) {
    return bits(truth) != 0;
}
#undef EACH
