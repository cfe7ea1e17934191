"""Our pairing solver beside others on the same instances: `python tests/bench/compare_solvers.py [WORD...]`.

Prints a Markdown table of every instance whose name holds one of the words, or of all. Others: scipy's
dense linear_sum_assignment (places as columns), scipy's linprog (HiGHS), ortools' SimpleMinCostFlow, and
a clerk who goes down the roster, 重难点户 first, and gives each household the best cadre who is still free.
`--ortools PYTHON` names an interpreter that has ortools; a solver that is missing is left out with its reason.

Every run has its own process, which reads the instance, then counts the seconds and the growth of the
peak memory (as Linux tells it) from the instance to the pairs: importing the library, building the
solver's own form, solving. All solve one connected component after another, as ours does.

Goals stand strictly above each other. Ours folds them into one Python integer per pair. Others have 64-bit
numbers: int64 in ortools, which multiplies costs by the number of nodes; 53 bits in scipy. So the goals are
folded there without levels on which all pairs are equal, and a component whose weights do not fit is refused
as an overflow. linprog has a tolerance that no folded weight survives; it solves goal after goal, each with
the best of those before as a further row, which keeps the corners of the polytope whole numbers.
"""

from __future__ import annotations

import argparse
import importlib
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from lianhu.domain.assign import Problem, components, solve, totals
from tests.bench import bench_assign

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
LONG = 30.0
"""A solver that takes longer, in seconds, runs once."""
GIVE_UP = 300.0
INT64, FLOAT64 = 2**63, 2**53

Component = tuple[list[int], list[int], list[tuple[int, int, tuple[int, ...]]]]
"""Households, seats, and edges by their positions in these two lists."""


class TooLargeError(Exception):
    """The folded weights do not fit in the solver's numbers."""


def sample_town() -> Problem:
    """The problem that `lianhu assign` solves on the sample rosters."""
    from lianhu.services.assignment import AssignOptions, preview
    from lianhu.services.rosters import ImportOptions, import_files
    from lianhu.store.connection import open_database

    with TemporaryDirectory() as folder, open_database(Path(folder) / "lianhu.db", create=True) as database:
        import_files(database, [ROOT / "data" / "roster.xlsx"], ImportOptions(), today=date(2026, 11, 24),
                     now=datetime(2026, 11, 24))
        return preview(database, AssignOptions(date(2026, 11, 24))).passes[0].problem


INSTANCES: dict[str, Callable[[], Problem]] = {
    "town": sample_town,
    "county": bench_assign.towns,
    "ties": lambda: bench_assign.ties(300, 400, 2),
    "sparse ties": lambda: bench_assign.ties(600, 1200, 2, degree=100),
    "large ties full": lambda: bench_assign.ties(7500, 15_000, 2, degree=8),
    "large ties short": lambda: bench_assign.ties(7400, 15_000, 2, degree=8),
    "hard": lambda: bench_assign.skewed(600, 900, 2, 150),
    "large hard": lambda: bench_assign.skewed(1300, 2500, 2, 48),
}


def parts(problem: Problem) -> Iterator[Component]:
    """The connected components, in the plainest form."""
    rows: list[list[Any]] = [[] for _ in problem.households]
    for edge in problem.edges:
        rows[edge.household].append(edge)
    for network in components(problem):
        seat_at = {seat: at for at, seat in enumerate(network.seats)}
        yield network.households, network.seats, [
            (at, seat_at[edge.seat], edge.values)
            for at, household in enumerate(network.households) for edge in rows[household] if edge.seat in seat_at
        ]


def places_of(problem: Problem, component: Component) -> list[tuple[int, int]]:
    """Each place of a component: the position of its seat and its evenness cost."""
    return [(at, problem.seats[seat].held + k)
            for at, seat in enumerate(component[1]) for k in range(problem.seats[seat].capacity)]


def folded(
    problem: Problem, component: Component, limit: int
) -> tuple[list[int], int]:
    """The gain of each edge with every level in it, and the loss for one more household at a cadre.

    Raises TooLargeError when the gain of a pair reaches the limit.
    """
    households, _, edges = component
    places = places_of(problem, component)
    pairs = min(len(households), len(places))
    step = 1
    below = pairs * max(evenness for _, evenness in places)
    gains = [0] * len(edges)
    for level in reversed(range(len(problem.levels))):
        values = [edge[2][level] for edge in edges]
        spread, least = max(values) - min(values), min(values)
        if spread:
            weight = below + 1
            gains = [gain + weight * (value - least) for gain, value in zip(gains, values, strict=True)]
            below += weight * pairs * spread
    gains = [gain + below + 1 for gain in gains]
    if max(gains) >= limit:
        raise TooLargeError(f"{max(gains).bit_length()} bits")
    return gains, step


def longest_number(problem: Problem) -> str:
    """The bits of the largest weight, as the others would need it and as ours is."""
    theirs = max(max(folded(problem, part, 1 << 999)[0]).bit_length() for part in parts(problem))
    return f"{theirs} bits, ours {max(network.unpaired.bit_length() for network in components(problem))}"


def by_ours(problem: Problem) -> list[int]:
    solution = solve(problem)
    assert solution.proved
    return solution.seat_of


def by_scipy_dense(problem: Problem) -> list[int]:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    seat_of = [-1] * len(problem.households)
    for component in parts(problem):
        households, seats, edges = component
        places = places_of(problem, component)
        gains, step = folded(problem, component, FLOAT64)
        columns: list[list[int]] = [[] for _ in seats]
        for column, (seat, _) in enumerate(places):
            columns[seat].append(column)
        matrix = np.zeros((len(households), len(places)))
        for (household, seat, _), gain in zip(edges, gains, strict=True):
            for column in columns[seat]:
                matrix[household, column] = gain - step * places[column][1]
        rows, chosen = linear_sum_assignment(matrix, maximize=True)
        for household, column in zip(rows, chosen, strict=True):
            if matrix[household, column] > 0:
                seat_of[households[household]] = seats[places[column][0]]
    return seat_of


def by_scipy_linprog(problem: Problem) -> list[int]:
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, vstack

    seat_of = [-1] * len(problem.households)
    for component in parts(problem):
        households, seats, edges = component
        places = places_of(problem, component)
        size, width = len(edges), len(edges) + len(places)
        numbers = np.arange(size)
        heads = np.array([edge[0] for edge in edges])
        holders = np.array([edge[1] for edge in edges])
        once = csr_array((np.ones(size), (heads, numbers)), shape=(len(households), width))
        same = csr_array(
            (np.r_[np.ones(size), -np.ones(len(places))],
             (np.r_[holders, [seat for seat, _ in places]], np.arange(width))), shape=(len(seats), width))
        goals = [np.r_[-np.ones(size), np.zeros(len(places))]]
        for level in range(len(problem.levels)):
            values = np.array([-edge[2][level] for edge in edges], float)
            if np.ptp(values):
                goals.append(np.r_[values, np.zeros(len(places))])
        goals.append(np.r_[np.zeros(size), [float(evenness) for _, evenness in places]])
        equal, right = same, np.zeros(len(seats))
        for goal in goals:
            found = linprog(goal, A_ub=once, b_ub=np.ones(len(households)), A_eq=equal, b_eq=right,
                            bounds=(0, 1), method="highs-ds")
            if not found.success:
                raise TooLargeError(found.message)
            equal, right = vstack([equal, csr_array(goal[None, :])]), np.r_[right, round(found.fun)]
        for number in np.flatnonzero(found.x[:size] > 0.5):
            seat_of[households[heads[number]]] = seats[holders[number]]
    return seat_of


def by_ortools(problem: Problem) -> list[int]:
    import numpy as np
    from ortools.graph.python import min_cost_flow

    seat_of = [-1] * len(problem.households)
    for component in parts(problem):
        households, seats, edges = component
        places = places_of(problem, component)
        nodes = len(households) + len(seats) + 1
        gains, step = folded(problem, component, INT64 // (nodes + 1))
        town, size = nodes - 1, len(edges)
        first = len(households)
        flow = min_cost_flow.SimpleMinCostFlow()
        tails = [edge[0] for edge in edges] + [first + seat for seat, _ in places] + list(range(first))
        heads = [first + edge[1] for edge in edges] + [town] * (len(places) + first)
        costs = [-gain for gain in gains] + [step * evenness for _, evenness in places] + [0] * first
        arcs = flow.add_arcs_with_capacity_and_unit_cost(
            np.array(tails), np.array(heads), np.ones(len(tails), int), np.array(costs))
        flow.set_nodes_supplies(np.arange(nodes), np.array([1] * first + [0] * len(seats) + [-first]))
        status = flow.solve()
        if status != flow.OPTIMAL:
            raise TooLargeError(str(status))
        for number in np.flatnonzero(flow.flows(arcs[:size])):
            seat_of[households[edges[number][0]]] = seats[edges[number][1]]
    return seat_of


def by_clerk(problem: Problem) -> list[int]:
    """Down the roster, 重难点户 first: the free cadre who suits best, among equals whoever has least."""
    rows: list[list[tuple[tuple[int, ...], int]]] = [[] for _ in problem.households]
    for household, seat, values in problem.edges:
        rows[household].append((values, seat))
    hard = [any(values[0] for values, _ in row) for row in rows]
    free = [seat.capacity for seat in problem.seats]
    held = [seat.held for seat in problem.seats]
    seat_of = [-1] * len(rows)
    for household in sorted(range(len(rows)), key=lambda at: not hard[at]):
        able = [(values, -held[seat], -seat) for values, seat in rows[household] if free[seat]]
        if able:
            seat = seat_of[household] = -max(able)[2]
            free[seat] -= 1
            held[seat] += 1
    return seat_of


SOLVERS: dict[str, tuple[Callable[[Problem], list[int]], str, str]] = {
    "lianhu": (by_ours, "", "yes, every run"),
    "scipy linear_sum_assignment": (by_scipy_dense, "scipy.optimize", "no"),
    "scipy linprog (HiGHS)": (by_scipy_linprog, "scipy.optimize", "within a tolerance"),
    "ortools SimpleMinCostFlow": (by_ortools, "ortools.graph.python.min_cost_flow", "no"),
    "clerk's list": (by_clerk, "", "–"),
}
"""The function, the module it needs, and whether it gives a proof of its optimum back."""


def installed_bytes(distribution: str) -> int:
    """What a distribution and all that it requires take on disk, compiled modules left out."""
    waiting, seen, size = [distribution], set(), 0
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        for file in found.files or []:
            path = Path(str(found.locate_file(file)))
            if path.suffix != ".pyc" and path.is_file():
                size += path.stat().st_size
        for line in found.requires or []:
            if "extra ==" not in line:
                waiting.append("".join(letter if letter.isalnum() or letter in "-_." else " " for letter in line).split()[0])
    return size


def our_bytes() -> int:
    return sum((ROOT / "lianhu" / "domain" / name).stat().st_size for name in ("assign.py", "flow.py", "equal.py"))


def peak_kilobytes() -> int:
    """The most memory the process has had since it began or since the peak was set back."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1])


def one(solver: str, instance: Path) -> None:
    """Runs one solver and writes (seconds, of them importing, MB, totals, MB installed) or a reason to stdout."""
    problem: Problem = pickle.loads(instance.read_bytes())
    function, needs, _ = SOLVERS[solver]
    Path("/proc/self/clear_refs").write_text("5")  # sets the peak back to what is in use
    before = peak_kilobytes()
    begun = time.perf_counter()
    outcome: object
    try:
        if needs:
            importlib.import_module(needs)
        imported = time.perf_counter() - begun
        seat_of = function(problem)
    except ImportError as error:
        outcome = f"{error.name} is not installed"
    except TooLargeError as error:
        outcome = f"overflow: {error}"
    else:
        took = time.perf_counter() - begun
        peak = (peak_kilobytes() - before) / 1024
        size = (installed_bytes(needs.partition(".")[0]) if needs else our_bytes()) / 1e6
        outcome = (took, imported, peak, totals(problem, seat_of), size)
    sys.stdout.buffer.write(pickle.dumps(outcome))


def measured(solver: str, instance: Path, python: str) -> list[Any] | str:
    """The outcomes of the runs of one solver, or why there are none."""
    runs: list[Any] = []
    while len(runs) < RUNS:
        try:
            done = subprocess.run([python, __file__, "--one", solver, str(instance)], capture_output=True,
                                  timeout=GIVE_UP, check=False)
        except subprocess.TimeoutExpired:
            return f"not done in {GIVE_UP:.0f} s"
        if done.returncode:
            return done.stderr.decode().strip().splitlines()[-1]
        outcome = pickle.loads(done.stdout)
        if isinstance(outcome, str):
            return outcome
        runs.append(outcome)
        if outcome[0] > LONG:
            break
    return runs


def difference(ours: tuple[int, ...], theirs: tuple[int, ...]) -> str:
    """Theirs less ours, level by level; none when all are equal."""
    if ours == theirs:
        return "none"
    return " / ".join(f"{their - our:+d}" if their != our else "0" for our, their in zip(ours, theirs, strict=True))


def compare(name: str, ortools: str, folder: Path) -> None:
    """Prints the rows of one instance."""
    problem = INSTANCES[name]()
    instance = folder / "instance"
    instance.write_bytes(pickle.dumps(problem))
    levels = " / ".join(("paired", *problem.levels, "evenness"))
    print(f"\n**{name}**: {len(problem.seats)} cadres, {len(problem.households)} households, "
          f"{len(problem.edges)} possible pairs, {sum(1 for _ in components(problem))} components; goals {levels}; longest number {longest_number(problem)}\n")
    print("| solver | s, median (least–most) | of it importing | MB more | difference from ours | proof | installed MB |")
    print("|---|--:|--:|--:|---|---|--:|")
    ours: tuple[int, ...] = ()
    for solver, (_, needs, proof) in SOLVERS.items():
        runs = measured(solver, instance, ortools if needs.startswith("ortools") else sys.executable)
        if isinstance(runs, str):
            print(f"| {solver} | – | – | – | {runs} | – | – |", flush=True)
            continue
        seconds = [run[0] for run in runs]
        reached = runs[0][3]
        ours = ours or reached
        shown = " / ".join(map(str, reached)) if solver == "lianhu" else difference(ours, reached)
        print(f"| {solver} | {statistics.median(seconds):.2f} ({min(seconds):.2f}–{max(seconds):.2f}) "
              f"| {statistics.median(run[1] for run in runs):.2f} | {max(run[2] for run in runs):.0f} | {shown} | {proof} "
              f"| {runs[0][4]:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="WORD")
    parser.add_argument("--ortools", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--one", nargs=2, metavar=("SOLVER", "INSTANCE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one[0], Path(given.one[1]))
        return
    with TemporaryDirectory() as folder:
        for name in INSTANCES:
            if not given.words or any(word in name for word in given.words):
                compare(name, given.ortools, Path(folder))


if __name__ == "__main__":
    main()
