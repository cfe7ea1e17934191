"""Time and memory of the pairing solver: `python tests/bench/bench_assign.py [WORD...]`.

Each case runs in its own process, three times; the median of the solve and the largest peak of
the whole process are printed, beside scipy's dense solver where it fits in memory.
"""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from lianhu.domain.assign import Edge, Problem, Seat, solve

LEVELS = ("hard_with_leader", "fit", "keep")
TOWN_CADRES = 0.1
RUNS = 3
SCIPY_CELLS = 2_000_000


def town(
    villages: int = 60,
    cadres: int = 650,
    households: int = 1230,
    *,
    capacity: int = 2,
    seed: int = 1,
) -> Problem:
    """A town of villages, with town cadres who cover three villages each."""
    rng = random.Random(seed)
    covered: list[list[int]] = [[] for _ in range(villages)]
    leader, trade = [], []
    for seat in range(cadres):
        reach = 3 if rng.random() < TOWN_CADRES else 1
        for village in rng.sample(range(villages), min(reach, villages)):
            covered[village].append(seat)
        leader.append(rng.choice((0, 0, 0, 0, 0, 0, 0, 1, 2, 3)))
        trade.append(rng.randrange(6))
    edges = []
    for household in range(households):
        hard, need = rng.random() < 0.1, rng.randrange(6)
        cluster = rng.randrange(4)
        for seat in covered[household % villages]:
            fit = 30 * (trade[seat] == need) + 15 * (seat % 4 == cluster) + 20 * (seat % 3 == 0)
            edges.append(Edge(household, seat, (leader[seat] if hard else 0, fit, 0)))
    return _problem(cadres, households, edges, capacity, seed)


def towns(count: int = 20, cadres: int = 13_000, households: int = 25_000) -> Problem:
    """Towns side by side, about 300 000 edges."""
    edges: list[Edge] = []
    for at in range(count):
        part = town(54, cadres // count, households // count, seed=at)
        first_household, first_seat = at * (households // count), at * (cadres // count)
        edges += [
            Edge(household + first_household, seat + first_seat, values)
            for household, seat, values in part.edges
        ]
    return _problem(cadres, households, edges, 2, 0)


def ties(cadres: int, households: int, capacity: int, degree: int | None = None) -> Problem:
    """One component in which every edge is worth the same at every level."""
    rng = random.Random(3)
    edges = [
        Edge(household, seat, (0, 30, 0))
        for household in range(households)
        for seat in (range(cadres) if degree is None else rng.sample(range(cadres), degree))
    ]
    return _problem(cadres, households, edges, capacity, 3)


def equal_pairs(pairs: Iterable[tuple[int, int]], places: Sequence[int], households: int) -> Problem:
    """These pairs of a household and a cadre, all worth the same, and the places of each cadre."""
    problem = _problem(len(places), households, [Edge(household, seat, (0, 30, 0)) for household, seat in pairs], 2, 3)
    return replace(problem, seats=[replace(seat, capacity=many) for seat, many in zip(problem.seats, places, strict=True)])


def chain(households: int) -> Problem:
    """Each household can have its own cadre or the next: who moves at one end, moves all."""
    return equal_pairs([(h, h + d) for h in range(households) for d in (0, 1)], [1] * (households + 1), households)


def road(households: int, cadres: int, places: int, degree: int, lean: float) -> Problem:
    """Cadres along a road and households ever closer together, who can have those near them."""
    at = [int(cadres * (h / households) ** lean) for h in range(households)]
    return equal_pairs([(h, s) for h in range(households) for s in range(at[h], min(cadres, at[h] + degree))],
                       [places] * cadres, households)


def square(side: int, places: int, lean: float) -> Problem:
    """Cadres on a square, households ever closer to one corner of it, who can have the eight nearest."""
    near = ((0, 0), (1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (2, 0), (0, 2))
    along = [int(side * (at / side) ** lean) for at in range(side)]
    pairs = [(h, (x + right) * side + y + down) for h, (x, y) in enumerate((x, y) for x in along for y in along)
             for right, down in near if 0 <= x + right < side and 0 <= y + down < side]
    return equal_pairs(pairs, [places] * side**2, side**2)


def torus(side: int) -> Problem:
    """Cadres on a square whose edges meet, one place each, and a household at each who can have two neighbours too."""
    pairs = [(x * side + y, (x + right) % side * side + (y + down) % side)
             for x in range(side) for y in range(side) for right, down in ((0, 0), (1, 0), (0, 1))]
    return equal_pairs(pairs, [1] * side**2, side**2)


def uneven(households: int) -> Problem:
    """A chain whose cadres already hold any number of pairs up to a million, and a third choice anywhere."""
    rng = random.Random(1)
    pairs = {(h, s) for h in range(households) for s in (h, h + 1, rng.randrange(households))}
    problem = equal_pairs(sorted(pairs), [2] * (households + 1), households)
    return replace(problem, seats=[replace(seat, held=rng.randrange(10**6)) for seat in problem.seats])


def stairs(cadres: int, places: int) -> Problem:
    """Each cadre is wanted by one household more than the one before, and by all of that one's."""
    first = [at * (at + 1) // 2 for at in range(cadres + 1)]
    pairs = [(h, s) for at in range(cadres) for h in range(first[at], first[at + 1]) for s in range(at, min(at + 2, cadres))]
    return equal_pairs(pairs, [places] * cadres, first[-1])


def towers(cadres: int) -> Problem:
    """Each cadre has one place more than the last and is just full, but for one place to spare at the lowest."""
    first = [at * (at + 1) // 2 for at in range(cadres + 1)]
    pairs = [(h, at) for at in range(cadres) for h in range(first[at], first[at + 1])]
    pairs += [(first[at], at + 1) for at in range(cadres - 1)] + [(first[-1], at) for at in (0, cadres, cadres + 1)]
    return equal_pairs(pairs, [*range(1, cadres + 1), 1, 1], first[-1] + 1)


def hub(households: int, places: int) -> Problem:
    """One cadre is wanted by most and can have them, two others by the rest only."""
    pairs = [(h, s) for h in range(households) for s in ((0,) if h < households * 3 // 5 else (0, 1, 2))]
    return equal_pairs(pairs, [places] * 3, households)


def shared_ties(cadres: int, households: int, capacity: int, degree: int, *, towns: int = 5, places: int = 100) -> Problem:
    """Equal pairs where every household can also have the first few cadres, who have many places each."""
    rng = random.Random(3)
    edges = [
        Edge(household, seat, (0, 30, 0))
        for household in range(households)
        for seat in (*range(towns), *rng.sample(range(towns, cadres), degree))
    ]
    problem = _problem(cadres, households, edges, capacity, 3)
    seats = [replace(seat, capacity=places) if at < towns else seat for at, seat in enumerate(problem.seats)]
    return replace(problem, seats=seats)


def graded(cadres: int, households: int, capacity: int, *, product: bool = False) -> Problem:
    """One complete component with few distinct fits, or the classic hard case of products."""
    rng = random.Random(4)
    edges = [
        Edge(h, s, (0, h * s if product else rng.choice((0, 15, 30, 45, 65)), 0))
        for h in range(households)
        for s in range(cadres)
    ]
    return _problem(cadres, households, edges, capacity, 4)


def skewed(cadres: int, households: int, capacity: int, degree: int) -> Problem:
    """One component, short in a quarter of its cadres and not in the rest, who hold 0 to 2."""
    rng = random.Random(5)
    edges = []
    for h in range(households):
        pool = range(cadres // 4 if h % 4 else cadres)
        for s in rng.sample(pool, min(degree, len(pool))):
            leader = rng.choice((0, 0, 0, 0, 1, 2, 3))
            edges.append(Edge(h, s, (leader, rng.choice((0, 15, 30, 45, 65)), rng.randrange(2))))
    problem = _problem(cadres, households, edges, capacity, 5)
    return replace(problem, seats=[replace(seat, held=rng.randrange(3)) for seat in problem.seats])


def _problem(cadres: int, households: int, edges: list[Edge], capacity: int, seed: int) -> Problem:
    return Problem(
        LEVELS,
        [Seat(f"C{at:05}", capacity, 0, f"cadre {seed} {at}") for at in range(cadres)],
        [f"H{at:05}" for at in range(households)],
        [f"household {seed} {at}" for at in range(households)],
        edges,
    )


CASES: dict[str, Callable[[], Problem]] = {
    "town": town,
    "town short": lambda: town(capacity=1),
    "twenty towns": towns,
    "ties 300x400": lambda: ties(300, 400, 2),
    "ties 300x400 short": lambda: ties(300, 400, 1),
    "ties 600x1200 sparse": lambda: ties(600, 1200, 2, degree=100),
    "ties 600x1200 sparse short": lambda: ties(600, 1200, 1, degree=100),
    "ties 100x1200 short": lambda: ties(100, 1200, 2),
    "ties 600x200": lambda: ties(600, 200, 2),
    "ties 7500x15000 full": lambda: ties(7500, 15_000, 2, degree=8),
    "ties 7400x15000 short": lambda: ties(7400, 15_000, 2, degree=8),
    "ties 6000x15000 short": lambda: ties(6000, 15_000, 2, degree=8),
    "ties 7600x15000 spare": lambda: ties(7600, 15_000, 2, degree=8),
    "ties 9000x15000 spare": lambda: ties(9000, 15_000, 2, degree=8),
    "ties 13000x15000 spare": lambda: ties(13_000, 15_000, 2, degree=8),
    "ties 15000x15000, 1 place": lambda: ties(15_000, 15_000, 1, degree=8),
    "ties 15000x30000 sparse": lambda: ties(15_000, 30_000, 2, degree=4),
    "ties 900x15000, 20 places": lambda: ties(900, 15_000, 20, degree=8),
    "ties 760x15000, 20 places": lambda: ties(760, 15_000, 20, degree=8),
    "ties 1700x15000, 9 places": lambda: ties(1700, 15_000, 9, degree=8),
    "ties 35x3500, 100 places": lambda: ties(35, 3500, 100),
    "ties 30x4000, 100 places": lambda: ties(30, 4000, 100),
    "ties 30x2500, 100 places": lambda: ties(30, 2500, 100),
    "ties shared 4370x9230 full": lambda: shared_ties(4370, 9230, 2, 8),
    "ties shared 4005x9230 short": lambda: shared_ties(4005, 9230, 2, 8),
    "ties shared 4370x8500 spare": lambda: shared_ties(4370, 8500, 2, 8),
    "ties 40000x22000, 3 choices": lambda: ties(22_000, 40_000, 2, degree=3),
    "ties 60000x30000, 2 choices": lambda: ties(30_000, 60_000, 2, degree=2),
    "ties chain of 60000": lambda: chain(60_000),
    "ties road 15000x9000": lambda: road(15_000, 9000, 2, 8, 2.0),
    "ties road 15000x1500, 30 places": lambda: road(15_000, 1500, 30, 8, 1.5),
    "ties square 122, full": lambda: square(122, 1, 1.0),
    "ties square 122, crowded": lambda: square(122, 2, 1.3),
    "ties torus 200, full": lambda: torus(200),
    "ties uneven 40000, held": lambda: uneven(40_000),
    "ties stairs of 340": lambda: stairs(340, 1000),
    "ties towers of 480": lambda: towers(480),
    "ties hub 50000x3": lambda: hub(50_000, 40_000),
    "graded 300x400": lambda: graded(300, 400, 2),
    "skewed 600x900 short": lambda: skewed(600, 900, 2, 150),
    "graded 300x400 short": lambda: graded(300, 400, 1),
    "products 100x200": lambda: graded(100, 200, 2, product=True),
}


def run(name: str) -> None:
    """Print seconds, peak MB, scipy's seconds, proved and edges of one solve."""
    problem = CASES[name]()
    begun = time.perf_counter()
    solution = solve(problem)
    took = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(took, peak, scipy_seconds(problem), solution.proved, len(problem.edges))


def scipy_seconds(problem: Problem) -> float:
    """Seconds of scipy on the same pairs by fit alone, seats expanded; 0 if too large."""
    places = sum(seat.capacity for seat in problem.seats)
    if places * len(problem.households) > SCIPY_CELLS:
        return 0.0
    # Not at the top: they would count in the peak measured before.
    import numpy as np
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]  # no stubs

    first = [0]
    for seat in problem.seats:
        first.append(first[-1] + seat.capacity)
    matrix = np.zeros((len(problem.households), places))
    for household, seat_at, values in problem.edges:
        matrix[household, first[seat_at] : first[seat_at + 1]] = 1000 + values[1]
    matrix += np.random.default_rng(0).random(matrix.shape) / 1000
    begun = time.perf_counter()
    linear_sum_assignment(matrix, maximize=True)
    return time.perf_counter() - begun


def main(words: list[str]) -> None:
    """Print the table of the cases whose names hold one of the words, or of all."""
    print(f"{'case':33}{'edges':>9}{'solve s':>9}{'peak MB':>9}{'scipy s':>9}  proved")
    for name in [name for name in CASES if not words or any(word in name for word in words)]:
        seconds, peaks, scipy_runs, proved, size = [], [], [], [], "0"
        for _ in range(RUNS):
            done = subprocess.run(
                [sys.executable, __file__, "--one", name],
                capture_output=True,
                text=True,
                check=True,
            )
            took, peak, by_scipy, is_proved, size = done.stdout.split()
            seconds.append(float(took))
            peaks.append(int(peak))
            scipy_runs.append(float(by_scipy))
            proved.append(is_proved == "True")
        scipy_text = f"{statistics.median(scipy_runs):9.3f}" if any(scipy_runs) else f"{'-':>9}"
        print(
            f"{name:33}{size:>9}{statistics.median(seconds):9.3f}{max(peaks):9}{scipy_text}"
            f"  {all(proved)}"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(sys.argv[2])
    else:
        main(sys.argv[1:])
