#include "network/program.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace assemblysim {
namespace {

// Part of one coefficient of the Jacobian: a weight times a slope.
struct Term {
    int32_t row, column, slope;
    double weight;
    auto key() const { return std::tie(row, column, slope); }
    bool beside(const Term& other) const { return row == other.row && column == other.column; }
};

// Makes the program of checked tables, one part after the other.
class Compiler {
public:
    explicit Compiler(const Tables& t) : t_(t), eliminated_as_(static_cast<size_t>(t.species), -1) {
        p_.species = t.species;
        p_.constants = t.constants;
        p_.monomials = static_cast<int32_t>(t.factors.size());
        p_.reactions = p_.monomials + static_cast<int32_t>(t.laws.outputs.size());
        p_.n = p_.species - static_cast<int32_t>(t.eliminated_species.size());
        p_.laws = t.laws;
        p_.law_slopes = t.law_slopes;
        p_.law_by_constant = t.law_by_constant;
        p_.second = t.second;
        p_.second_by_constant = t.second_by_constant;
        p_.constant_of_law_entry = t.slopes_by_constant.index;
        for (size_t e = 0; e < t.eliminated_species.size(); ++e)
            eliminated_as_[t.eliminated_species[e]] = static_cast<int32_t>(e);
    }

    Program made() {
        order_reactions();
        add_law_slopes();
        collect_terms();
        place_species();
        write_eliminated();
        write_right();
        write_jacobian();
        write_influence();
        write_growing();
        p_.lu = factorisation_of(p_.jacobian, p_.jacobian_terms);
        return std::move(p_);
    }

private:
    // A place in a monomial or law that the rate of a reaction has a slope by.
    struct Slope {
        int32_t species, reaction;
        bool changes;  // with the concentrations
    };

    const Tables& t_;
    Program p_{};
    std::vector<Slope> slopes_;
    // What each reaction, in the program's order, adds of which species.
    std::vector<std::vector<std::pair<int32_t, double>>> change_;
    std::vector<int32_t> eliminated_as_;  // for each species; -1 for a state
    std::vector<Term> terms_;             // of species first, of slots once these are known

    // Monomials by order, then the others; places of the slopes go with them.
    void order_reactions() {
        std::vector<int32_t> by_order(static_cast<size_t>(p_.monomials));
        std::iota(by_order.begin(), by_order.end(), 0);
        auto order_of = [&](int32_t r) {
            return t_.reactants.begin[r + 1] - t_.reactants.begin[r];
        };
        std::stable_sort(by_order.begin(), by_order.end(),
                         [&](int32_t a, int32_t b) { return order_of(a) < order_of(b); });
        for (int32_t at = 0; at < p_.monomials; ++at) {
            int32_t r = by_order[at], order = order_of(r);
            p_.factors.push_back(t_.factors[r]);
            p_.constant_of.push_back(t_.constant_of[r]);
            if (p_.groups.empty() || p_.groups.back().order != order)
                p_.groups.push_back({order, at, at, static_cast<int32_t>(slopes_.size())});
            p_.groups.back().last = at + 1;
            for (int32_t e = t_.reactants.begin[r]; e < t_.reactants.begin[r + 1]; ++e)
                slopes_.push_back({t_.reactants.index[e], at, order > 1});
            add_change(r);
        }
        for (int32_t r = p_.monomials; r < p_.reactions; ++r) add_change(r);
    }

    void add_change(int32_t r) {
        change_.emplace_back();
        for (int32_t e = t_.change.begin[r]; e < t_.change.begin[r + 1]; ++e)
            change_.back().emplace_back(t_.change.index[e], t_.change.weight[e]);
    }

    void add_law_slopes() {
        for (int32_t law = 0; law < t_.slopes.rows(); ++law)
            for (int32_t e = t_.slopes.begin[law]; e < t_.slopes.begin[law + 1]; ++e)
                slopes_.push_back({t_.slopes.index[e], p_.monomials + law, true});
        p_.slopes = static_cast<int32_t>(slopes_.size());
    }

    bool changes_state(int32_t species, double weight) const {
        return eliminated_as_[species] < 0 && weight != 0;
    }

    // The Jacobian as terms, over species.
    void collect_terms() {
        for (int32_t s = 0; s < p_.slopes; ++s) {
            int32_t column = slopes_[s].species, e = eliminated_as_[column];
            for (auto [row, weight] : change_[slopes_[s].reaction]) {
                if (!changes_state(row, weight)) continue;
                if (e < 0) {
                    terms_.push_back({row, column, s, weight});
                    continue;
                }
                for (int32_t at = t_.eliminated.begin[e]; at < t_.eliminated.begin[e + 1]; ++at)
                    terms_.push_back(
                        {row, t_.eliminated.index[at], s, weight * t_.eliminated.weight[at]});
            }
            require(terms_.size() <= 4 * most_numbers, "the Jacobian has too many terms");
        }
    }

    // Pivot order over the states, then slots for all species.
    void place_species() {
        std::vector<int32_t> states;
        p_.slot_of.assign(static_cast<size_t>(p_.species), -1);
        for (int32_t i = 0; i < p_.species; ++i)
            if (eliminated_as_[i] < 0) {
                p_.slot_of[i] = static_cast<int32_t>(states.size());
                states.push_back(i);
            }
        std::vector<Bits> pattern(states.size(), no_bits(p_.n));
        for (int32_t i = 0; i < p_.n; ++i) set(pattern[i], i);
        for (const Term& term : terms_) set(pattern[p_.slot_of[term.row]], p_.slot_of[term.column]);
        const auto order = pivot_order(pattern);
        for (int32_t slot = 0; slot < p_.n; ++slot) p_.slot_of[states[order[slot]]] = slot;
        for (size_t e = 0; e < t_.eliminated_species.size(); ++e)
            p_.slot_of[t_.eliminated_species[e]] = p_.n + static_cast<int32_t>(e);
        p_.species_of.assign(static_cast<size_t>(p_.species), 0);
        for (int32_t i = 0; i < p_.species; ++i) p_.species_of[p_.slot_of[i]] = i;
        for (const Slope& slope : slopes_)
            if (slope.reaction < p_.monomials)
                p_.reactant_slots.push_back(p_.slot_of[slope.species]);
    }

    void write_eliminated() {
        for (int32_t e = 0; e < t_.eliminated.rows(); ++e) {
            for (int32_t at = t_.eliminated.begin[e]; at < t_.eliminated.begin[e + 1]; ++at)
                p_.eliminated.add(p_.slot_of[t_.eliminated.index[at]], t_.eliminated.weight[at]);
            p_.eliminated.end_row();
        }
    }

    void write_right() {
        std::vector<std::vector<std::pair<int32_t, double>>> rows(static_cast<size_t>(p_.n));
        for (int32_t r = 0; r < p_.reactions; ++r)
            for (auto [i, weight] : change_[r])
                if (changes_state(i, weight)) rows[p_.slot_of[i]].emplace_back(r, weight);
        for (const auto& row : rows) {
            for (auto [r, weight] : row) p_.right.add(r, weight);
            p_.right.end_row();
        }
    }

    void write_jacobian() {
        for (Term& term : terms_) {
            term.row = p_.slot_of[term.row];
            term.column = p_.slot_of[term.column];
        }
        std::stable_sort(terms_.begin(), terms_.end(),
                         [](const Term& a, const Term& b) { return a.key() < b.key(); });
        auto term = terms_.cbegin();
        for (int32_t i = 0; i < p_.n; ++i) {
            while (term != terms_.cend() && term->row == i) term = write_coefficient(term);
            p_.jacobian.end_row();
        }
    }

    // Sums the terms of one coefficient by slope; returns the first term behind them.
    std::vector<Term>::const_iterator write_coefficient(std::vector<Term>::const_iterator term) {
        const Term first = *term;
        while (term != terms_.cend() && term->beside(first)) {
            int32_t slope = term->slope;
            double weight = 0;
            for (; term != terms_.cend() && term->beside(first) && term->slope == slope; ++term)
                weight += term->weight;
            if (weight == 0) continue;
            p_.jacobian_terms.add(slope, weight);
            if (slopes_[slope].changes) p_.second_terms.add(slope, weight);
        }
        p_.jacobian.add(first.column, 1);
        p_.jacobian_terms.end_row();
        p_.second_terms.end_row();
        return term;
    }

    void write_influence() {
        p_.influence.resize(static_cast<size_t>(p_.constants));
        for (int32_t r = 0; r < p_.monomials; ++r) add_influence(p_.constant_of[r], r, r);
        const SparseRows& laws = t_.slopes_by_constant;
        for (int32_t law = 0; law < laws.rows(); ++law)
            for (int32_t e = laws.begin[law]; e < laws.begin[law + 1]; ++e)
                add_influence(laws.index[e], p_.monomials + law, p_.monomials + e);
        for (auto& one : p_.influence)
            std::stable_sort(one.begin(), one.end(),
                             [](const auto& a, const auto& b) { return a.state < b.state; });
    }

    void write_growing() {
        for (int32_t block = 0; block < t_.growing.rows(); ++block) {
            Program::Block made;
            for (int32_t at = t_.growing.begin[block]; at < t_.growing.begin[block + 1]; ++at)
                made.slots.push_back(p_.slot_of[t_.growing.index[at]]);
            for (int32_t row : made.slots)
                for (int32_t column : made.slots)
                    made.coefficients.push_back(coefficient(row, column));
            p_.growing.push_back(std::move(made));
        }
    }

    int32_t coefficient(int32_t row, int32_t column) const {
        for (int32_t e = p_.jacobian.begin[row]; e < p_.jacobian.begin[row + 1]; ++e)
            if (p_.jacobian.index[e] == column) return e;
        return -1;
    }

    void add_influence(int32_t constant, int32_t reaction, int32_t slot) {
        for (auto [i, weight] : change_[reaction])
            if (changes_state(i, weight))
                p_.influence[constant].push_back({p_.slot_of[i], slot, weight});
    }
};

}  // namespace

double Program::cost() const {
    auto size = [](const auto& numbers) { return static_cast<double>(numbers.size()); };
    return size(lu.pairs) / 2 + size(jacobian_terms.index) + 60.0 * n +
           8 * (size(right.index) + size(lu.lower_entry) + size(lu.upper_entry) +
                2.0 * size(reactant_slots) + size(eliminated.index));
}

Program program_of(const Tables& tables) {
    check(tables);
    return Compiler(tables).made();
}

}  // namespace assemblysim
