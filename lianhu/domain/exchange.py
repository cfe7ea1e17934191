"""The cheapest way to seat households where each seat has places that must be filled and places that may be.

A transportation problem in two stages. First the places that must be filled are given out: whoever is not
needed for them waits, at no cost. Then those who wait are seated as well, at places that may be filled.
Either way a path may end with any of many, those who wait or the places left, and so it is short. The
last ones of a stage with little to spare are dealt with together: prices are set so that everyone has a
path that costs nothing, and all paths that share no move are taken (the primal-dual method: Ahuja,
Magnanti and Orlin, *Network Flows*, 1993, section 9.8; for rectangles Bertsekas, *Linear Network
Optimization*, 1991, section 4.2). Where seats have many places an auction does both stages at once.
Shortest paths are Dijkstra's over seats; reduced costs stay non-negative (Edmonds and Karp 1972; Tomizawa
1971).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from heapq import heapify, heappop, heappush

from lianhu.domain.full import balance

_NEAR = 64
"""Seats that a search for one path looks at before it gives up, at the least."""
_PART = 16
"""Where that is more, it looks at one seat in so many of all there are."""
_VAIN = 16
"""Searches in vain after which all paths are measured at once."""
_CLOSE = 64
"""Seats that a search for one path would look at if those that end one were spread evenly: from here on it is long."""
_MANY = 8
"""Places of a seat."""

Choices = list[list[tuple[int, int]]]


class Exchange:
    """Households at seats, and prices that prove that none can change to advantage.

    `rows[h]` lists (cost, seat), cheapest first; `at[h]` is the household's seat or `waiting`, `paid[h]` its
    cost there. Between paths every reduced cost, cost + price less what the household pays with the price of
    its seat, is non-negative. `longest` is more than any path costs.
    """

    def __init__(self, rows: Choices, seats: int, longest: int) -> None:
        self.rows = rows
        self.waiting = seats
        self.longest = longest
        self.near = max(_NEAR, seats // _PART)
        self.columns: Choices = [[] for _ in range(seats)]
        for household, row in enumerate(rows):
            for cost, seat in row:
                self.columns[seat].append((cost, household))
        for column in self.columns:
            column.sort()
        self.at = [seats] * len(rows)
        self.paid = [0] * len(rows)
        self.prices = [0] * (seats + 1)
        self.via: list[tuple[int, int, int]] = [(-1, 0, seats)] * (seats + 1)
        """A household that moves on the path through the seat, its cost after, and the seat at the other end."""

    def fill(self, needed: Sequence[int]) -> None:
        """Give out so many places of each seat at the least cost; households that are not needed wait.

        Prices come out at most 0 and at least -`longest`; no choice of who waits costs less than 0 with its price.
        """
        if any(needed) and self._is_close(needed):
            self._fill_closely(needed)
            return
        for seat, column in enumerate(self.columns):
            self.prices[seat] = -column[0][0] if column else -self.longest
        # Place by place, so that no seat takes all before the others have had a turn.
        order = sorted((place, seat) for seat, places in enumerate(needed) for place in range(places))
        lacking = [seat for _, seat in order]
        while lacking := _without_found(lacking, self._find_waiting):
            self._measure_from_waiting()
            lacking = [seat for seat in lacking if not self._take_from_waiting(seat)]

    def _is_close(self, needed: Sequence[int]) -> bool:
        """Whether an auction is sooner done: searches would be long, and either everyone is needed or, since all
        paths together bring a seat but one household at a time, seats have many places."""
        without = len(self.rows) - sum(needed)
        return without * len(needed) < _CLOSE * len(self.rows) and (without == 0 or max(needed) >= _MANY)

    def _fill_closely(self, needed: Sequence[int]) -> None:
        """Fill the places by auction; where everyone is needed any level of the prices will do."""
        without = len(self.rows) - sum(needed)
        if without:
            prices = self._balance([[(0, self.waiting), *row] for row in self.rows], needed, without)
        else:
            prices = self._balance(self.rows, needed, 0)
            prices[self.waiting] = max(prices)
        self.prices = [price - prices[self.waiting] for price in prices]
        self._measure_from_waiting()  # which brings them into bounds

    def _balance(self, rows: Choices, places: Sequence[int], others: int) -> list[int]:
        """Fill the places by auction, the others at the seat after the last; the prices.

        Rows after those of the households only take places.
        """
        seat_of, prices = balance(rows, [*places, others])
        for household, row in enumerate(self.rows):
            seat = seat_of[household]
            if seat < self.waiting:
                self.at[household] = seat
                self.paid[household] = next(cost for cost, to in row if to == seat)
        return prices

    def is_wide(self, needed: Sequence[int]) -> bool:
        """Whether, if all can be seated, `seat_all` is sooner done: a search looks at all who hold each seat."""
        return max(needed) >= _MANY and sum(needed) < len(self.rows)

    def seat_all(self, needed: Sequence[int], room: Sequence[int]) -> None:
        """Fill so many places of each seat and at most `room[s]` more, 0 or 1, so that nobody waits.

        Done at once by auction: where a seat may have one household less, somebody who costs nothing holds
        the place, or steps aside. As many must do so as households are left over.
        """
        aside = self.waiting
        holds = [seat for seat, more in enumerate(room) if more]
        prices = self._balance([*self.rows, *([(0, seat), (0, aside)] for seat in holds)],
                               [places + more for places, more in zip(needed, room, strict=True)],
                               len(self.rows) - sum(needed))
        self.prices = [price - prices[aside] for price in prices]
        taken = Counter(self.at)
        left = [int(taken[seat] < places + more) for seat, (places, more) in enumerate(zip(needed, room, strict=True))]
        self._measure_to_room(range(aside), left)  # which brings the prices into bounds

    def seat(self, households: Sequence[int], seats: Sequence[int], room: list[int]) -> None:
        """Seat those of the households that still wait, at most `room[s]` more at each seat.

        `seats` are those that the households can have; nobody who has one can go elsewhere, so that only
        differences between their prices count so far. From here on room costs 0: where there is some left
        the price is not above, where some is taken not below.
        """
        highest = max(self.prices[seat] for seat in seats)
        for seat in seats:
            self.prices[seat] -= highest
        self.holders = self._holders()
        left = [household for household in households if self.at[household] == self.waiting]
        while left := _without_found(left, lambda household: self._find_room(household, room)):
            self._measure_to_room(seats, room)
            left = [household for household in left if not self._take_room(household, room)]

    def _holders(self) -> list[list[int]]:
        holders: list[list[int]] = [[] for _ in self.prices]
        for household, seat in enumerate(self.at):
            holders[seat].append(household)
        return holders

    def _find_waiting(self, start: int) -> bool:
        """One household more for a seat: Dijkstra backwards, from the seat to the nearest that waits.

        False, with nothing changed, if that is far.
        """
        at, paid, prices, columns, via, waiting = self.at, self.paid, self.prices, self.columns, self.via, self.waiting
        distance = {start: 0, waiting: self.longest << 2}
        closed: list[int] = []
        heap: list[tuple[int, int]] = []
        reach, here = 0, start
        while here != waiting:
            if len(closed) == self.near:
                return False
            closed.append(here)
            base = reach + prices[here]
            # No seat's reduced cost is below 0: whoever waits bounds what is worth a look.
            stop = distance[waiting] - base
            for cost, household in columns[here]:
                if cost >= stop:
                    break
                seat = at[household]
                to = base + cost - prices[seat] - paid[household]
                if seat not in distance or to < distance[seat]:
                    distance[seat] = to
                    via[seat] = (household, cost, here)
                    heappush(heap, (to, seat))
                    if seat == waiting:
                        stop = to - base
            reach, here = heappop(heap)
            while reach > distance[here]:
                reach, here = heappop(heap)
        for seat in closed:
            prices[seat] -= reach - distance[seat]
        while here != start:
            household, paid_then, here = via[here]
            at[household], paid[household] = here, paid_then
        return True

    def _measure_from_waiting(self) -> None:
        """Lower the prices so that each seat has a path from those who wait that costs nothing.

        A household that anybody could have for `longest` is pretended, so that no price falls further.
        """
        rows, paid, prices, via, holders = self.rows, self.paid, self.prices, self.via, self._holders()
        distance = [self.longest + price for price in prices]
        distance[self.waiting] = 0
        heap = [(0, self.waiting)]
        for pretending in (False, True):
            if pretending:
                heap = [(reach, seat) for seat, reach in enumerate(distance) if reach == self.longest + prices[seat]]
                heapify(heap)
            while heap:
                reach, here = heappop(heap)
                if reach > distance[here]:
                    continue
                base = reach - prices[here]
                for household in holders[here]:
                    offset = base - paid[household]
                    for cost, seat in rows[household]:
                        to = offset + cost + prices[seat]
                        if to < distance[seat]:
                            distance[seat] = to
                            via[seat] = (household, cost, here)
                            heappush(heap, (to, seat))
        self.prices = [price - reach for price, reach in zip(prices, distance, strict=True)]

    def _take_from_waiting(self, seat: int) -> bool:
        """One household more for the seat along its path, unless another path has taken one on it along."""
        moves = []
        while seat != self.waiting:
            household, cost, before = self.via[seat]
            if self.at[household] != before:
                return False
            moves.append((household, cost, seat))
            seat = before
        self._make(moves)
        return True

    def _find_room(self, start: int, room: list[int]) -> bool:
        """Seat one household: Dijkstra from it to the nearest seat with room. False as in `_find_waiting`."""
        rows, paid, prices, via = self.rows, self.paid, self.prices, self.via
        distance: dict[int, int] = {}
        closed: list[int] = []
        heap: list[tuple[int, int]] = []
        reach, here, movers = 0, self.waiting, [start]
        end, last = self.longest << 2, here
        while True:
            base = reach - prices[here]
            for household in movers:
                offset = base - paid[household]
                for cost, seat in rows[household]:
                    to = offset + cost + prices[seat]
                    if to < end and (seat not in distance or to < distance[seat]):
                        distance[seat] = to
                        via[seat] = (household, cost, here)
                        heappush(heap, (to, seat))
                        if room[seat] and to - prices[seat] < end:
                            end, last = to - prices[seat], seat
            while heap and heap[0][0] > distance[heap[0][1]]:
                heappop(heap)
            if not heap or heap[0][0] >= end:
                break
            if len(closed) == self.near:
                return False
            reach, here = heappop(heap)
            closed.append(here)
            movers = self.holders[here]
        for seat in closed:
            prices[seat] += end - distance[seat]
        room[last] -= 1
        while last != self.waiting:
            household, cost, before = via[last]
            self.at[household], paid[household] = last, cost
            self.holders[before].remove(household)
            self.holders[last].append(household)
            last = before
        return True

    def _measure_to_room(self, seats: Sequence[int], room: Sequence[int]) -> None:
        """Raise the prices so that each seat has a path to room that costs nothing.

        Room that anybody could have for `longest` is pretended, so that no price rises further.
        """
        at, paid, prices, columns, via = self.at, self.paid, self.prices, self.columns, self.via
        distance = [0] * len(prices)  # those who wait pass nobody on
        for seat in seats:
            distance[seat] = (0 if room[seat] else self.longest) - prices[seat]
            via[seat] = (-1, 0, seat)
        heap = [(distance[seat], seat) for seat in seats]
        heapify(heap)
        while heap:
            reach, here = heappop(heap)
            if reach > distance[here]:
                continue
            base = reach + prices[here]
            for cost, household in columns[here]:
                seat = at[household]
                to = base + cost - prices[seat] - paid[household]
                if to < distance[seat]:
                    distance[seat] = to
                    via[seat] = (household, cost, here)
                    heappush(heap, (to, seat))
        self.prices = [price + reach for price, reach in zip(prices, distance, strict=True)]

    def _take_room(self, start: int, room: list[int]) -> bool:
        """Seat the household along its path, unless another path has taken one on it along or the room."""
        _, cost, seat = min([(cost + self.prices[seat], cost, seat) for cost, seat in self.rows[start]])
        moves = [(start, cost, seat)]
        while (move := self.via[seat])[0] >= 0:
            household, cost, after = move
            if self.at[household] != seat:
                return False
            moves.append((household, cost, after))
            seat = after
        if not room[seat]:
            return False
        room[seat] -= 1
        for household, _, seat in moves:
            self.holders[self.at[household]].remove(household)
            self.holders[seat].append(household)
        self._make(moves)
        return True

    def _make(self, moves: Iterable[tuple[int, int, int]]) -> None:
        for household, cost, seat in moves:
            self.at[household], self.paid[household] = seat, cost


def _without_found(sources: list[int], find: Callable[[int], bool]) -> list[int]:
    """The sources for which a path is still to be found, those last that have been tried in vain."""
    failed: list[int] = []
    for tried, source in enumerate(sources, 1):
        if not find(source):
            failed.append(source)
            if len(failed) == _VAIN:
                return sources[tried:] + failed
    return failed
