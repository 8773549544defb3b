"""Compiled loops of the elimination behind `bases`. Imported on first use: numba is heavy.

Numbers are whole, modulo PRIME, held as doubles: seven products and a number stay below 2^53, so every step is exact.
"""

from __future__ import annotations

import numba as nb
import numpy as np

PRIME = 33_554_393
"""The largest prime below 2^25."""

_AT_ONCE = 7
_PRIME = float(PRIME)
_INVERSE = 1.0 / _PRIME


@nb.njit(nogil=True, cache=True)
def _inverse(value):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Return the number whose product with `value` is 1."""
    base, power, result = np.int64(value), PRIME - 2, np.int64(1)
    while power:
        if power & 1:
            result = result * base % PRIME
        base = base * base % PRIME
        power >>= 1
    return np.float64(result)


@nb.njit(nogil=True, cache=True)
def _mod(value):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Return a whole number below 2^53 modulo PRIME."""
    value -= np.floor(value * _INVERSE) * _PRIME
    value += _PRIME if value < 0.0 else 0.0
    return value - (_PRIME if value >= _PRIME else 0.0)


@nb.njit(nogil=True, cache=True)
def _reduce(row, low):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Bring the numbers of a row, from place `low` on, back between 0 and PRIME - 1."""
    for place in range(low, len(row)):
        row[place] = _mod(row[place])


@nb.njit(nogil=True, cache=True)
def _add(target, source, times, low):  # type: ignore[no-untyped-def]  # pragma: no cover
    for place in range(low, len(target)):
        target[place] += times * source[place]


@nb.njit(nogil=True, cache=True)
def find_pivots(rows, first, last, columns, count, pivots, of):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Find pivots of some columns in rows[first:last]; returns how many there are.

    columns: the first `count` are meant. pivots, of: int64, written: the rows, and the column of each.
    """
    part = np.empty((last - first, count))
    for row in range(first, last):
        for place in range(count):
            part[row - first, place] = rows[row, columns[place]]
    taken = np.zeros(last - first, np.bool_)
    found = 0
    for place in range(count):
        pivot = -1
        for row in range(last - first):
            if not taken[row] and part[row, place] != 0.0:
                pivot = row
                break
        if pivot < 0:
            continue
        taken[pivot] = True
        pivots[found], of[found] = first + pivot, columns[place]
        found += 1
        inverse = _inverse(part[pivot, place])
        for row in range(last - first):
            if not taken[row] and part[row, place] != 0.0:
                times = _PRIME - _mod(part[row, place] * inverse)
                _add(part[row], part[pivot], times, place)
                _reduce(part[row], place)
    return found


@nb.njit(nogil=True, cache=True)
def clear_columns(rows, first, last, pivots, of, count, low):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Clear columns from rows[first:last] by their pivots, which `find_pivots` found. Returns where the rest ends.

    low: the first place at which any row has something.
    """
    # Pivots move to the end; those whose place is needed are told where they went.
    end = last
    for one in range(count):
        end -= 1
        row = pivots[one]
        if row != end:
            for place in range(low, rows.shape[1]):
                rows[row, place], rows[end, place] = rows[end, place], rows[row, place]
            for other in range(one + 1, count):
                if pivots[other] == end:
                    pivots[other] = row
        pivots[one] = end
    for one in range(count):  # each pivot 1 in its own column, 0 in those of the others
        pivot = rows[pivots[one]]
        inverse = _inverse(pivot[of[one]])
        for place in range(low, len(pivot)):
            pivot[place] *= inverse
        _reduce(pivot, low)
        for other in range(count):
            if other != one and rows[pivots[other], of[one]] != 0.0:
                _add(rows[pivots[other]], pivot, _PRIME - rows[pivots[other], of[one]], low)
                _reduce(rows[pivots[other]], low)
    for row in range(first, end):
        target = rows[row]
        for begin in range(0, count, _AT_ONCE):
            some = False
            # What stands in the columns of the pivots does not change by the others: they are 0 there.
            for one in range(begin, min(begin + _AT_ONCE, count)):
                value = target[of[one]]
                if value != 0.0:
                    _add(target, rows[pivots[one]], _PRIME - value, low)
                    some = True
            if some:
                _reduce(target, low)
    return end


@nb.njit(nogil=True, cache=True)
def _push(stack, tops, colour, block, count, earlier):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Clear the earlier cuts from the differences of a block, and put what is left on a colour's stack."""
    left = count
    if earlier > 0 and count > 0:
        pivots, of = np.empty(earlier, np.int64), np.empty(earlier, np.int64)
        found = find_pivots(block, 0, count, np.arange(earlier), earlier, pivots, of)
        left = clear_columns(block, 0, count, pivots, of, found, 0)
    for row in range(left):
        top = tops[colour]
        if top >= stack.shape[1]:
            return
        some = False
        for place in range(stack.shape[2]):
            stack[colour, top, place] = block[row, earlier + place]
            some = some or block[row, earlier + place] != 0.0
        if some:
            tops[colour] = top + 1


@nb.njit(nogil=True, cache=True)
def _direct(  # type: ignore[no-untyped-def]  # pragma: no cover
    first, last, present, colour, block_of, atom, earlier_label, label, earlier, stack, tops, block
):
    """Put the differences of a node's own people, atom by atom and colour by colour, on the stacks."""
    count, reference, here = 0, -1, -1
    for person in range(first, last):
        if not present[person]:
            continue
        if here >= 0 and (colour[person] != colour[here] or block_of[person] != block_of[here]):
            _push(stack, tops, colour[here], block, count, earlier)
            count, reference = 0, -1
        here = person
        if reference < 0 or atom[person] != atom[reference]:
            reference = person
            continue
        if count >= block.shape[0]:
            continue
        for place in range(block.shape[1]):
            block[count, place] = 0.0
        for cut in range(earlier_label.shape[1]):
            one, other = earlier_label[person, cut], earlier_label[reference, cut]
            if one != other:
                if one >= 0:
                    block[count, one] = 1.0
                if other >= 0:
                    block[count, other] = _PRIME - 1.0
        for cut in range(label.shape[1]):
            one, other = label[person, cut], label[reference, cut]
            if one != other:
                if one >= 0:
                    block[count, earlier + one] = 1.0
                if other >= 0:
                    block[count, earlier + other] = _PRIME - 1.0
        count += 1
    if here >= 0:
        _push(stack, tops, colour[here], block, count, earlier)


@nb.njit(nogil=True, cache=True)
def _keep_some(rows, first, last, most, people):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Keep some rows: half of them those of the rarest levels, the others evenly. Returns where they end."""
    if last - first <= most:
        return last
    rarest = np.empty(last - first, np.int64)
    for row in range(first, last):
        rarest[row - first] = np.int64(1) << 60
        for place in range(rows.shape[1]):
            if rows[row, place] != 0.0:
                rarest[row - first] = min(rarest[row - first], people[place])
    order = np.argsort(rarest, kind="mergesort")
    half = most // 2
    step = (last - first - half) / (most - half)
    chosen = np.zeros(last - first, np.bool_)
    for place in range(half):
        chosen[order[place]] = True
    for place in range(most - half):
        chosen[order[half + int(place * step)]] = True
    at = first
    for row in range(first, last):
        if chosen[row - first]:
            if at != row:
                rows[at] = rows[row]
            at += 1
    return at


@nb.njit(nogil=True, cache=True)
def choose(  # type: ignore[no-untyped-def]  # pragma: no cover
    k, nodes_first, parent, present, counted, colour, block_of, atom, earlier_label, label, earlier, starts, candidates,
    claimed, most, room, stack, block, shown,
):  # fmt: skip
    """Choose, node by node from the bottom, the levels of every cut that stay safe; writes them into `shown`.

    nodes_first: int64[B + 1], people of each node, nodes in preorder. parent: int64[B]. present: bool[P], people who
    make rows. counted: bool[P], people who are in any of the totals, at least those. colour, block_of, atom: int64[P].
    earlier_label, label: int16[P, cuts]. starts: int64[X + 1]. candidates, shown: bool[B, W]. claimed: int64[B], rows a
    colour that are left for units above; most: int64[B], rows passed on. room: a share of rows that is left free.
    """
    nodes, cuts, colours, width = len(parent), label.shape[1], stack.shape[0], stack.shape[2]
    pending = np.zeros((nodes, width), np.int64)
    nowhere = np.zeros((nodes, cuts), np.int64)
    begins = np.zeros((nodes, colours), np.int64)
    seen = np.zeros(nodes, np.bool_)
    tops = np.zeros(colours, np.int64)
    columns, hidden = np.empty(width, np.int64), np.empty(width, np.bool_)
    pivots, of = np.empty((colours, width), np.int64), np.empty((colours, width), np.int64)
    for node in range(nodes - 1, -1, -1):
        if not seen[node]:  # nothing below it
            begins[node] = tops
        for person in range(nodes_first[node], nodes_first[node + 1]):
            if counted[person]:
                for cut in range(cuts):
                    if label[person, cut] >= 0:
                        pending[node, label[person, cut]] += 1
                    else:
                        nowhere[node, cut] += 1
        _direct(
            nodes_first[node], nodes_first[node + 1], present, colour, block_of, atom, earlier_label, label, earlier,
            stack, tops, block,
        )  # fmt: skip
        used = low = 0
        for cut in range(cuts):
            while low < width and pending[node, low] == 0:
                low += 1
            first, last = starts[cut], starts[cut + 1]
            chosen, people = 0, nowhere[node, cut]
            for level in range(first, last):
                hidden[level] = True
                if candidates[node, level]:
                    if pending[node, level] == 0:
                        shown[node, level] = True
                    elif pending[node, level] >= k:
                        hidden[level] = False
                        chosen += 1
                if hidden[level]:
                    people += pending[node, level]
            while chosen > 0:
                base = -1
                if people == 0:
                    for level in range(first, last):
                        if not hidden[level] and (base < 0 or pending[node, level] > pending[node, base]):
                            base = level
                count = 0
                for level in range(first, last):
                    if not hidden[level] and level != base:
                        columns[count] = level
                        count += 1
                fits = people == 0 or people >= k
                for one in range(colours):
                    rows = tops[one] - begins[node, one] - claimed[node]
                    fits = fits and rows - int(room * (used + count)) >= count
                for one in range(colours):
                    if fits:
                        found = find_pivots(stack[one], begins[node, one], tops[one], columns, count, pivots[one],
                                            of[one])  # fmt: skip
                        fits = found == count
                if fits:
                    for one in range(colours):
                        tops[one] = clear_columns(stack[one], begins[node, one], tops[one], pivots[one], of[one],
                                                  count, low)  # fmt: skip
                        if base >= 0:
                            for row in range(begins[node, one], tops[one]):
                                stack[one, row, base] = 0.0
                    used += count
                    for level in range(first, last):
                        if not hidden[level]:
                            shown[node, level] = True
                            pending[node, level] = 0
                    break
                # Fewer levels: the smallest joins those that are not shown; where all are shown, the smallest two.
                for _ in range(2 if people == 0 else 1):
                    least = -1
                    for level in range(first, last):
                        if not hidden[level] and (least < 0 or pending[node, level] < pending[node, least]):
                            least = level
                    if least >= 0:
                        hidden[least] = True
                        people += pending[node, least]
                        chosen -= 1
        above = parent[node]
        for one in range(colours):
            tops[one] = _keep_some(stack[one], begins[node, one], tops[one], most[node], pending[node])
        if above >= 0:
            if not seen[above]:
                begins[above] = begins[node]
                seen[above] = True
            pending[above] += pending[node]
            nowhere[above] += nowhere[node]
