import numpy as np

_Rows = tuple[np.ndarray, np.ndarray, np.ndarray]

OPERATIONS: tuple[str, ...]
ENDINGS: tuple[str, ...]
TRACE: float
SAID: tuple[str, ...]
PANEL_NODES: int
MOST_GROWING: int

def make_program(
    *,
    species: int,
    constants: int,
    factors: np.ndarray,
    constant_of: np.ndarray,
    reactants: _Rows,
    slopes: _Rows,
    slopes_by_constant: _Rows,
    tapes: tuple[_Rows, ...],
    change: _Rows,
    eliminated: _Rows,
    eliminated_species: np.ndarray,
    growing: _Rows,
) -> object: ...
def cost(program: object, /) -> float: ...
def instruction_sets() -> tuple[str, ...]: ...
def integrate(
    *,
    program: object,
    rate_constants: np.ndarray,
    initial: np.ndarray,
    ceilings: np.ndarray,
    times: np.ndarray,
    columns: np.ndarray,
    threads: int,
    instructions: str,
    concentrations: np.ndarray,
    derivatives: np.ndarray,
    reached: np.ndarray,
    status: np.ndarray,
    steps: np.ndarray,
    **tolerance: float,
) -> int: ...
def reading_points(
    *,
    begin: np.ndarray,
    gain: np.ndarray,
    error: np.ndarray,
    place: np.ndarray,
    own: np.ndarray,
    censored: np.ndarray,
    log: np.ndarray,
    rule_excess: np.ndarray,
    rule_count: np.ndarray,
    rule_points: np.ndarray,
    rule_weights: np.ndarray,
    negligible: float,
    axes: int,
    lattice: np.ndarray,
    log_signals: np.ndarray,
    sigma: np.ndarray,
    tau: np.ndarray,
    points: np.ndarray,
) -> None: ...
def reading_gradients(
    *,
    begin: np.ndarray,
    gain: np.ndarray,
    error: np.ndarray,
    place: np.ndarray,
    own: np.ndarray,
    censored: np.ndarray,
    log: np.ndarray,
    rule_excess: np.ndarray,
    rule_count: np.ndarray,
    rule_points: np.ndarray,
    rule_weights: np.ndarray,
    negligible: float,
    axes: int,
    lattice: np.ndarray,
    log_signals: np.ndarray,
    sigma: np.ndarray,
    tau: np.ndarray,
    points: np.ndarray,
    by_signal: np.ndarray,
    by_own: np.ndarray,
    by_shared: np.ndarray,
) -> None: ...
def claim_chances(
    *,
    begin: np.ndarray,
    signal: np.ndarray,
    time: np.ndarray,
    said: np.ndarray,
    share: np.ndarray,
    points: np.ndarray,
    weights: np.ndarray,
    up_to: np.ndarray,
    width: float,
    reach: float,
    logs: np.ndarray,
    whole: np.ndarray,
    limit: np.ndarray,
    noise: np.ndarray,
    abundant: np.ndarray,
    chances: np.ndarray,
) -> None: ...
def line_points(
    *,
    begin: np.ndarray,
    censored: np.ndarray,
    number: np.ndarray,
    slope: np.ndarray,
    additive: np.ndarray,
    relative: np.ndarray,
    width: np.ndarray,
    heavy: int,
    low: float,
    high: float,
    points: np.ndarray,
    by_number: np.ndarray,
    by_size: np.ndarray,
) -> None: ...
