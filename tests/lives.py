"""How many lives a state machine lives through: a few in the suite, many in a deep run.

    PORTAL_STATE_MACHINE_EXAMPLES=300 ./test --leg sqlite tests/cpd/state_machine

lives through three hundred that nobody has seen before, and makes what it finds short.
"""

import os

from hypothesis import HealthCheck, Phase, settings

DEEP = int(os.environ.get("PORTAL_STATE_MACHINE_EXAMPLES", "0"))


def lives(*, examples, steps):
    """So many lives of so many steps; those of the suite are the same ones every time."""
    return settings(
        max_examples=DEEP or examples,
        stateful_step_count=steps,
        derandomize=not DEEP,
        database=None,
        report_multiple_bugs=False,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if DEEP else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
