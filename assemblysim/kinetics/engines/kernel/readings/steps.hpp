// Normal chances, WIDTH of them at a time; included once for each instruction set, inside its own
// namespace.

#define INLINE inline __attribute__((always_inline))

using Hard [[gnu::vector_size(8 * WIDTH)]] = double;
using HardBits [[gnu::vector_size(8 * WIDTH)]] = int64_t;

static INLINE Hard hard(double x) { return x - Hard{}; }

#if WIDTH == 4
static INLINE Hard product_sum(Hard x, Hard y, Hard z) { return _mm256_fmadd_pd(x, y, z); }
#else
static INLINE Hard product_sum(Hard x, Hard y, Hard z) { return x * y + z; }
#endif

// As `mills` has it.
static INLINE Hard mills_of(Hard t) {
    const Hard over = 1 / (t + 3), v = (t - 3) * over, v2 = v * v, v4 = v2 * v2;
    Hard chain[4];
    for (size_t k = 0; k < 4; ++k) chain[k] = hard(mills_series[20 + k]);
    chain[0] = product_sum(hard(mills_series[24]), v4, chain[0]);
    for (size_t i = 5; i-- > 0;)
        for (size_t k = 0; k < 4; ++k)
            chain[k] = product_sum(chain[k], v4, hard(mills_series[4 * i + k]));
    const Hard even = product_sum(chain[1], v, chain[0]), odd = product_sum(chain[3], v, chain[2]);
    return product_sum(odd, v2, even) * over;
}

// e^x for x at most 0: by its nearest power of 2, and Taylor's series of the rest.
static INLINE Hard exponential(Hard x) {
    constexpr double per_log_2 = 1.4426950408889634, high = 0.693147180369123816490,
                     low = 1.90821492927058770002e-10, magic = 6755399441055744.0;
    x = x < -700 ? hard(-700) : x;
    const Hard shifted = product_sum(x, hard(per_log_2), hard(magic)), whole = shifted - magic;
    const Hard r = (x - whole * high) - whole * low;
    Hard series = hard(1.0 / 479001600);
    for (const double term : {1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
                              1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0, 1.0})
        series = product_sum(series, r, hard(term));
    // The lowest bits of `shifted` are the whole number.
    const HardBits bits = (reinterpret_cast<HardBits>(shifted) + 1023) << 52;
    return series * reinterpret_cast<Hard>(bits);
}

double log_sum(const double* limits, size_t count, const EqualSteps& steps, double slope,
               double scale) {
    Hard factor[most_equal_steps / WIDTH], power[most_equal_steps / WIDTH];
    Hard along, top = hard(-1e300), sum = hard(0);
    for (size_t k = 0; k < WIDTH; ++k) along[k] = static_cast<double>(k);
    const size_t rows = steps.count / WIDTH;
    for (size_t q = 0; q < rows; ++q) {
        const Hard y = steps.from + (along + static_cast<double>(q * WIDTH)) * steps.step;
        Hard product = hard(1), exponent = scale > 0 ? hard(0) : -0.5 * y * y, hazards = hard(0);
        for (size_t j = 0; j < count + (scale > 0); ++j) {
            const bool own = j == count;
            const Hard x = own ? y / scale : limits[j] - slope * y;
            const Hard t = x < 0 ? -x : x, half = -0.5 * t * t, ratio = mills_of(t);
            const Hard e = exponential(half), chance = x < 0 ? ratio : 1 - ratio * e;
            product *= chance;
            exponent += x < 0 ? half : hard(0);
            if (!own) hazards += (x < 0 ? hard(1) : e) / chance;
        }
        factor[q] = scale > 0 ? product * hazards : product;
        power[q] = exponent;
        top = top < exponent ? exponent : top;
    }
    double highest = top[0];
    for (size_t k = 1; k < WIDTH; ++k) highest = top[k] > highest ? top[k] : highest;
    for (size_t q = 0; q < rows; ++q) sum += factor[q] * exponential(power[q] - highest);
    double total = 0;
    for (size_t k = 0; k < WIDTH; ++k) total += sum[k];
    return std::log(total) + highest;
}

void exponentials(double* values, size_t count) {
    for (size_t i = 0; i < count; i += WIDTH) {
        Hard x;
        std::memcpy(&x, values + i, sizeof x);
        x = exponential(x);
        std::memcpy(values + i, &x, sizeof x);
    }
}

void chances(double limit, const double* at, size_t count, double lift, double* to) {
    constexpr double surely = 37;
    const double certain = std::exp(lift);
    for (size_t i = 0; i < count; i += WIDTH) {
        Hard x;
        std::memcpy(&x, at + i, sizeof x);
        x = limit - x;
        x = x > surely ? hard(surely) : x;
        const Hard t = x < 0 ? -x : x, tail = mills_of(t) * exponential(lift - 0.5 * t * t);
        x = x < 0 ? tail : certain - tail;
        std::memcpy(to + i, &x, sizeof x);
    }
}

void hazards(const double* at, size_t count, double* to) {
    for (size_t i = 0; i < count; i += WIDTH) {
        Hard x;
        std::memcpy(&x, at + i, sizeof x);
        const Hard t = x < 0 ? -x : x, ratio = mills_of(t), e = exponential(-0.5 * t * t);
        x = x < 0 ? density_at_middle / ratio : density_at_middle * e / (1 - ratio * e);
        std::memcpy(to + i, &x, sizeof x);
    }
}

void singles(const double* limits, size_t count, double* factors, double* exponents) {
    for (size_t i = 0; i < count; i += WIDTH) {
        Hard x, factor, exponent;
        std::memcpy(&x, limits + i, sizeof x);
        std::memcpy(&factor, factors + i, sizeof x);
        std::memcpy(&exponent, exponents + i, sizeof x);
        const Hard t = x < 0 ? -x : x, half = -0.5 * t * t, ratio = mills_of(t);
        factor *= x < 0 ? ratio : 1 - ratio * exponential(half);
        exponent += x < 0 ? half : hard(0);
        std::memcpy(factors + i, &factor, sizeof x);
        std::memcpy(exponents + i, &exponent, sizeof x);
    }
}

// What the logarithms fall by is half of the smallest square that is below both limits.
void pairs(const double* a, const double* b, size_t count, const PairRule& rule, double* factors,
           double* exponents) {
    const double r = rule.correlation, rest = 0.5 / ((1 - r) * (1 + r));
    for (size_t i = 0; i < count; i += WIDTH) {
        Hard x, y, value;
        std::memcpy(&x, a + i, sizeof x);
        std::memcpy(&y, b + i, sizeof x);
        const Hard low = x < y ? x : y, high = x < y ? y : x;
        const Hard squares = x * x + y * y, product = 2 * x * y;
        Hard lift = high < r * low ? (squares - product * r) * rest : 0.5 * low * low;
        lift = low < 0 ? lift : hard(0);
        const Hard t = x < 0 ? -x : x, u = y < 0 ? -y : y;
        const Hard half_t = -0.5 * t * t, half_u = -0.5 * u * u;
        const Hard ratio_t = mills_of(t), ratio_u = mills_of(u);
        const Hard apart = (x < 0 ? half_t : hard(0)) + (y < 0 ? half_u : hard(0));
        Hard sum = (x < 0 ? ratio_t : 1 - ratio_t * exponential(half_t)) *
                   (y < 0 ? ratio_u : 1 - ratio_u * exponential(half_u)) *
                   exponential(lift + apart);
        for (size_t k = 0; k < rule.points; ++k)
            sum += rule.part[k] *
                   exponential(lift - (squares - product * rule.sine[k]) * rule.inverse[k]);
        std::memcpy(&value, factors + i, sizeof value);
        value *= sum;
        std::memcpy(factors + i, &value, sizeof value);
        std::memcpy(&value, exponents + i, sizeof value);
        value -= lift;
        std::memcpy(exponents + i, &value, sizeof value);
    }
}

double series_sum(const Series* cells, size_t count, const double* weights, size_t points) {
    Hard sum = hard(0);
    for (size_t k = 0; k < points; k += WIDTH) {
        Hard product;
        std::memcpy(&product, weights + k, sizeof product);
        for (size_t c = 0; c < count; ++c) {
            Hard value = hard(0), next;
            for (size_t j = series_terms; j-- > 0;) {
                std::memcpy(&next, cells[c].at + j * cells[c].length + k, sizeof next);
                value = product_sum(value, hard(cells[c].off), next);
            }
            product *= value;
        }
        sum += product;
    }
    double total = 0;
    for (size_t k = 0; k < WIDTH; ++k) total += sum[k];
    return total;
}

// Four rows at a time, so that what is loaded of a table serves all of them. Rows are a multiple of
// four, columns of all lanes.
void multiply(const double* first, const double* const* second, size_t rows, size_t columns,
              size_t points, double* sums) {
    constexpr size_t tile = 4;
    for (size_t i = 0; i < rows; i += tile)
        for (size_t j = 0; j < columns; j += WIDTH) {
            Hard sum[tile] = {hard(0), hard(0), hard(0), hard(0)}, value;
            for (size_t q = 0; q < points; ++q) {
                std::memcpy(&value, second[q] + j, sizeof value);
                for (size_t k = 0; k < tile; ++k)
                    sum[k] = product_sum(hard(first[q * rows + i + k]), value, sum[k]);
            }
            for (size_t k = 0; k < tile; ++k) {
                double* to = sums + (i + k) * columns + j;
                std::memcpy(&value, to, sizeof value);
                value *= sum[k];
                std::memcpy(to, &value, sizeof value);
            }
        }
}

#undef INLINE
