#include "program.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace assemblysim {
namespace {

// Bounds that no network reaches; they keep every product of sizes far from overflow.
constexpr size_t most_species = 20000, most_reactions = 200000, most_numbers = 5000000;

void require(bool holds, const char* what) {
    if (!holds) throw MalformedProgram(what);
}

void check_rows(const SparseRows& rows, size_t count, int32_t limit, const char* what) {
    require(rows.begin.size() == count + 1 && rows.begin[0] == 0, what);
    require(rows.index.size() <= most_numbers, what);
    require(static_cast<size_t>(rows.begin[count]) == rows.index.size(), what);
    require(rows.weight.size() == rows.index.size(), what);
    for (size_t i = 0; i < count; ++i) require(rows.begin[i] <= rows.begin[i + 1], what);
    for (int32_t i : rows.index) require(0 <= i && i < limit, what);
    for (double w : rows.weight) require(std::isfinite(w), what);
}

void check_tape(const Tape& tape, size_t inputs, size_t outputs, const char* what) {
    require(tape.code.size() % 3 == 0 && tape.code.size() <= most_numbers, what);
    require(tape.numbers.size() <= most_numbers && tape.outputs.size() == outputs, what);
    size_t registers = inputs + tape.numbers.size();
    for (size_t at = 0; at < tape.code.size(); at += 3, ++registers) {
        require(0 <= tape.code[at] && tape.code[at] < operation_count, what);
        for (size_t side = 1; side < 3; ++side) {
            int32_t from = tape.code[at + side];
            require(from >= 0 && static_cast<size_t>(from) < registers, what);
        }
    }
    for (int32_t from : tape.outputs)
        require(from >= 0 && static_cast<size_t>(from) < registers, what);
}

void check(const Tables& t) {
    require(t.species >= 0 && static_cast<size_t>(t.species) <= most_species, "species");
    require(t.constants >= 0 && static_cast<size_t>(t.constants) <= most_reactions, "constants");
    size_t monomials = t.factors.size(), laws = t.laws.outputs.size();
    require(monomials + laws <= most_reactions, "reactions");
    require(t.constant_of.size() == monomials, "constant_of");
    for (int32_t k : t.constant_of) require(0 <= k && k < t.constants, "constant_of");
    for (double f : t.factors) require(std::isfinite(f), "factors");
    check_rows(t.reactants, monomials, t.species, "reactants");
    check_rows(t.slopes, laws, t.species, "slopes");
    check_rows(t.slopes_by_constant, laws, t.constants, "slopes_by_constant");
    check_rows(t.change, monomials + laws, t.species, "change");
    check_rows(t.eliminated, t.eliminated_species.size(), t.species, "eliminated");
    size_t inputs = static_cast<size_t>(t.species) + t.constants, wide = inputs + t.species;
    check_tape(t.laws, inputs, laws, "laws");
    check_tape(t.law_slopes, inputs, t.slopes.index.size(), "law_slopes");
    check_tape(t.law_by_constant, inputs, t.slopes_by_constant.index.size(), "law_by_constant");
    check_tape(t.second, wide, t.slopes.index.size(), "second");
    check_tape(t.second_by_constant, wide, t.slopes_by_constant.index.size(),
               "second_by_constant");
    std::vector<bool> gone(static_cast<size_t>(t.species), false);
    for (int32_t e : t.eliminated_species) {
        require(0 <= e && e < t.species && !gone[e], "eliminated_species");
        gone[e] = true;
    }
    for (int32_t i : t.eliminated.index) require(!gone[i], "eliminated follows from eliminated");
}

struct Term {
    int32_t row, column, slope;
    double weight;
    auto key() const { return std::tie(row, column, slope); }
};

using Bits = std::vector<uint64_t>;

bool has(const Bits& bits, int32_t i) { return bits[i >> 6] >> (i & 63) & 1; }
void set(Bits& bits, int32_t i) { bits[i >> 6] |= uint64_t{1} << (i & 63); }
void clear(Bits& bits, int32_t i) { bits[i >> 6] &= ~(uint64_t{1} << (i & 63)); }
void join(Bits& bits, const Bits& others) {
    for (size_t w = 0; w < bits.size(); ++w) bits[w] |= others[w];
}
int64_t count(const Bits& bits) {
    int64_t total = 0;
    for (uint64_t word : bits)
        for (; word; word &= word - 1) ++total;
    return total;
}

}  // namespace

Program::Program(const Tables& t)
    : species(t.species),
      constants(t.constants),
      laws(t.laws),
      law_slopes(t.law_slopes),
      law_by_constant(t.law_by_constant),
      second(t.second),
      second_by_constant(t.second_by_constant),
      constant_of_law_entry(t.slopes_by_constant.index) {
    check(t);
    monomials = static_cast<int32_t>(t.factors.size());
    reactions = monomials + static_cast<int32_t>(t.laws.outputs.size());
    n = species - static_cast<int32_t>(t.eliminated_species.size());

    // Reactions: monomials by order, then the others; places of the slopes go with them.
    std::vector<int32_t> by_order(static_cast<size_t>(monomials));
    std::iota(by_order.begin(), by_order.end(), 0);
    auto order_of = [&](int32_t r) { return t.reactants.begin[r + 1] - t.reactants.begin[r]; };
    std::stable_sort(by_order.begin(), by_order.end(),
                     [&](int32_t a, int32_t b) { return order_of(a) < order_of(b); });
    std::vector<int32_t> new_reaction(static_cast<size_t>(reactions));
    std::iota(new_reaction.begin(), new_reaction.end(), 0);
    std::vector<int32_t> slope_species, slope_reaction;
    std::vector<bool> slope_changes;
    for (int32_t at = 0; at < monomials; ++at) {
        int32_t r = by_order[at], order = order_of(r);
        new_reaction[r] = at;
        factors.push_back(t.factors[r]);
        constant_of.push_back(t.constant_of[r]);
        if (groups.empty() || groups.back().order != order)
            groups.push_back({order, at, at, static_cast<int32_t>(slope_species.size())});
        groups.back().last = at + 1;
        for (int32_t e = t.reactants.begin[r]; e < t.reactants.begin[r + 1]; ++e) {
            slope_species.push_back(t.reactants.index[e]);
            slope_reaction.push_back(at);
            slope_changes.push_back(order > 1);
        }
    }
    size_t places = slope_species.size();
    for (int32_t law = 0; law < t.slopes.rows(); ++law)
        for (int32_t e = t.slopes.begin[law]; e < t.slopes.begin[law + 1]; ++e) {
            slope_species.push_back(t.slopes.index[e]);
            slope_reaction.push_back(monomials + law);
            slope_changes.push_back(true);
        }
    slopes = static_cast<int32_t>(slope_species.size());

    // What each reaction adds, and the species that follow from others.
    std::vector<std::vector<std::pair<int32_t, double>>> change(static_cast<size_t>(reactions));
    for (int32_t r = 0; r < reactions; ++r)
        for (int32_t e = t.change.begin[r]; e < t.change.begin[r + 1]; ++e)
            change[new_reaction[r]].emplace_back(t.change.index[e], t.change.weight[e]);
    std::vector<int32_t> eliminated_as(static_cast<size_t>(species), -1);
    for (size_t e = 0; e < t.eliminated_species.size(); ++e)
        eliminated_as[t.eliminated_species[e]] = static_cast<int32_t>(e);

    // The Jacobian as terms, over species.
    std::vector<Term> terms;
    for (int32_t s = 0; s < slopes; ++s) {
        int32_t column = slope_species[s], e = eliminated_as[column];
        for (auto [row, weight] : change[slope_reaction[s]]) {
            if (eliminated_as[row] >= 0 || weight == 0) continue;
            if (e < 0) {
                terms.push_back({row, column, s, weight});
                continue;
            }
            for (int32_t at = t.eliminated.begin[e]; at < t.eliminated.begin[e + 1]; ++at)
                terms.push_back({row, t.eliminated.index[at], s, weight * t.eliminated.weight[at]});
        }
        require(terms.size() <= 4 * most_numbers, "the Jacobian has too many terms");
    }

    // Pivot order over the states, then slots for all species.
    std::vector<int32_t> states;
    slot_of.assign(static_cast<size_t>(species), -1);
    for (int32_t i = 0; i < species; ++i)
        if (eliminated_as[i] < 0) {
            slot_of[i] = static_cast<int32_t>(states.size());
            states.push_back(i);
        }
    std::vector<Bits> pattern(static_cast<size_t>(n), Bits((static_cast<size_t>(n) + 63) / 64, 0));
    for (int32_t i = 0; i < n; ++i) set(pattern[i], i);
    for (const Term& term : terms) set(pattern[slot_of[term.row]], slot_of[term.column]);
    order_states(pattern);
    for (int32_t slot = 0; slot < n; ++slot) slot_of[states[order_[slot]]] = slot;
    for (size_t e = 0; e < t.eliminated_species.size(); ++e)
        slot_of[t.eliminated_species[e]] = n + static_cast<int32_t>(e);
    species_of.assign(static_cast<size_t>(species), 0);
    for (int32_t i = 0; i < species; ++i) species_of[slot_of[i]] = i;

    reactant_slots.reserve(places);
    for (size_t s = 0; s < places; ++s) reactant_slots.push_back(slot_of[slope_species[s]]);
    for (int32_t e = 0; e < t.eliminated.rows(); ++e) {
        for (int32_t at = t.eliminated.begin[e]; at < t.eliminated.begin[e + 1]; ++at)
            eliminated.add(slot_of[t.eliminated.index[at]], t.eliminated.weight[at]);
        eliminated.end_row();
    }

    std::vector<std::vector<std::pair<int32_t, double>>> rows(static_cast<size_t>(n));
    for (int32_t r = 0; r < reactions; ++r)
        for (auto [i, weight] : change[r])
            if (eliminated_as[i] < 0 && weight != 0) rows[slot_of[i]].emplace_back(r, weight);
    for (const auto& row : rows) {
        for (auto [r, weight] : row) right.add(r, weight);
        right.end_row();
    }

    for (Term& term : terms) {
        term.row = slot_of[term.row];
        term.column = slot_of[term.column];
    }
    std::stable_sort(terms.begin(), terms.end(),
                     [](const Term& a, const Term& b) { return a.key() < b.key(); });
    size_t at = 0;
    for (int32_t i = 0; i < n; ++i) {
        while (at < terms.size() && terms[at].row == i) {
            int32_t column = terms[at].column;
            while (at < terms.size() && terms[at].row == i && terms[at].column == column) {
                int32_t slope = terms[at].slope;
                double weight = 0;
                for (; at < terms.size() && terms[at].row == i && terms[at].column == column &&
                       terms[at].slope == slope;
                     ++at)
                    weight += terms[at].weight;
                if (weight == 0) continue;
                jacobian_terms.add(slope, weight);
                if (slope_changes[slope]) second_terms.add(slope, weight);
            }
            jacobian.add(column, 1);
            jacobian_terms.end_row();
            second_terms.end_row();
        }
        jacobian.end_row();
    }

    influence.resize(static_cast<size_t>(constants));
    auto influences = [&](int32_t constant, int32_t r, int32_t slot) {
        for (auto [i, weight] : change[r])
            if (eliminated_as[i] < 0 && weight != 0)
                influence[constant].push_back({slot_of[i], slot, weight});
    };
    for (int32_t r = 0; r < monomials; ++r) influences(constant_of[r], r, r);
    for (int32_t law = 0; law < t.slopes_by_constant.rows(); ++law)
        for (int32_t e = t.slopes_by_constant.begin[law]; e < t.slopes_by_constant.begin[law + 1];
             ++e)
            influences(t.slopes_by_constant.index[e], monomials + law, monomials + e);
    for (auto& one : influence)
        std::stable_sort(one.begin(), one.end(), [](const Influence& a, const Influence& b) {
            return a.state < b.state;
        });
    factorise();
}

// Minimum local fill (Markowitz, Management Sci. 3, 255-269, 1957) along the diagonal: at each
// step the state whose row and column are the shortest goes first. The pattern becomes that of
// the factors, its rows and columns in the new order.
void Program::order_states(const std::vector<std::vector<uint64_t>>& pattern) {
    std::vector<Bits> rows = pattern, columns(pattern.size(), Bits((size_t(n) + 63) / 64, 0));
    for (int32_t i = 0; i < n; ++i)
        for (int32_t j = 0; j < n; ++j)
            if (has(rows[i], j)) set(columns[j], i);
    std::vector<int64_t> in_row(pattern.size()), in_column(pattern.size());
    for (int32_t i = 0; i < n; ++i) {
        in_row[i] = count(rows[i]);
        in_column[i] = count(columns[i]);
    }
    std::vector<bool> done(pattern.size(), false);
    order_.clear();
    for (int32_t step = 0; step < n; ++step) {
        int32_t best = -1;
        int64_t least = std::numeric_limits<int64_t>::max();
        for (int32_t i = 0; i < n; ++i) {
            if (done[i]) continue;
            int64_t fill = (in_row[i] - 1) * (in_column[i] - 1);
            if (fill < least) {
                least = fill;
                best = i;
            }
        }
        done[best] = true;
        order_.push_back(best);
        Bits row = rows[best], column = columns[best];
        clear(row, best);
        clear(column, best);
        for (int32_t i = 0; i < n; ++i) {
            if (done[i]) continue;
            if (has(column, i)) {
                join(rows[i], row);
                clear(rows[i], best);
                in_row[i] = count(rows[i]);
            }
            if (has(row, i)) {
                join(columns[i], column);
                clear(columns[i], best);
                in_column[i] = count(columns[i]);
            }
        }
    }
}

// Entries of L (unit diagonal) and U by rows, each with what it is computed from.
void Program::factorise() {
    Bits in_row((static_cast<size_t>(n) + 63) / 64, 0);
    std::vector<int32_t> entry_at(static_cast<size_t>(n), -1);
    lower_begin.push_back(0);
    upper_begin.push_back(0);
    std::vector<std::vector<std::pair<int32_t, int32_t>>> upper_rows(static_cast<size_t>(n));
    for (int32_t i = 0; i < n; ++i) {
        std::fill(in_row.begin(), in_row.end(), 0);
        set(in_row, i);
        for (int32_t e = jacobian.begin[i]; e < jacobian.begin[i + 1]; ++e)
            set(in_row, jacobian.index[e]);
        for (int32_t k = 0; k < i; ++k)
            if (has(in_row, k))
                for (auto [j, entry] : upper_rows[k]) set(in_row, j);
        std::vector<int32_t> columns;
        for (int32_t j = 0; j < n; ++j)
            if (has(in_row, j)) columns.push_back(j);
        int32_t first = static_cast<int32_t>(entries.size());
        for (size_t c = 0; c < columns.size(); ++c)
            entry_at[columns[c]] = first + static_cast<int32_t>(c);
        std::vector<std::vector<int32_t>> pairs_of(columns.size());
        for (int32_t k : columns) {
            if (k >= i) break;
            for (auto [j, entry] : upper_rows[k]) {
                auto& list = pairs_of[static_cast<size_t>(entry_at[j] - first)];
                list.push_back(entry_at[k]);
                list.push_back(entry);
            }
        }
        int32_t term = jacobian.begin[i];
        for (size_t c = 0; c < columns.size(); ++c) {
            int32_t j = columns[c], entry = first + static_cast<int32_t>(c);
            Entry made{i, j, 0, 0, 0, 0};
            if (term < jacobian.begin[i + 1] && jacobian.index[term] == j) {
                made.terms_begin = jacobian_terms.begin[term];
                made.terms_end = jacobian_terms.begin[term + 1];
                ++term;
            }
            made.pairs_begin = static_cast<int32_t>(pairs.size() / 2);
            pairs.insert(pairs.end(), pairs_of[c].begin(), pairs_of[c].end());
            require(pairs.size() <= 20 * most_numbers, "the factors of the Jacobian are too full");
            made.pairs_end = static_cast<int32_t>(pairs.size() / 2);
            entries.push_back(made);
            if (j < i) {
                lower_entry.push_back(entry);
                lower_column.push_back(j);
            } else if (j > i) {
                upper_rows[i].emplace_back(j, entry);
                upper_entry.push_back(entry);
                upper_column.push_back(j);
            }
        }
        lower_begin.push_back(static_cast<int32_t>(lower_entry.size()));
        upper_begin.push_back(static_cast<int32_t>(upper_entry.size()));
    }
    double eliminations = 0;
    for (int32_t e = 0; e < eliminated.rows(); ++e)
        eliminations += eliminated.begin[e + 1] - eliminated.begin[e];
    cost = static_cast<double>(pairs.size()) / 2 + jacobian_terms.index.size() + 60.0 * n +
           8 * (static_cast<double>(right.index.size()) + lower_entry.size() +
                upper_entry.size() + 2.0 * reactant_slots.size() + eliminations);
}

}  // namespace assemblysim
