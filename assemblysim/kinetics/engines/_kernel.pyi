import numpy as np

_Rows = tuple[np.ndarray, np.ndarray, np.ndarray]

OPERATIONS: tuple[str, ...]
ENDINGS: tuple[str, ...]
TRACE: float
SAID: tuple[str, ...]
RULE_ROWS: int
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
    rtol: float,
    atol_share: float,
    max_steps: int,
    threads: int,
    instructions: str,
    concentrations: np.ndarray,
    derivatives: np.ndarray,
    reached: np.ndarray,
    status: np.ndarray,
    steps: np.ndarray,
) -> int: ...
def gain_points(
    *,
    begin: np.ndarray,
    place: np.ndarray,
    log: np.ndarray,
    rule: np.ndarray,
    far_rule: np.ndarray,
    nearest_limit: float,
    negligible: float,
    log_signals: np.ndarray,
    sigma: np.ndarray,
    points: np.ndarray,
    rooms: np.ndarray,
    open: np.ndarray,
) -> int: ...
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
