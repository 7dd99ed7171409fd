"""One case after another: a right result, or one sentence."""

import random
import warnings
from collections.abc import Callable

import xnn
from tests.fuzz.doors import (
    checking,
    commands,
    diagnosing,
    estimators,
    evaluating,
    exports,
    files,
    learning_rates,
    resuming,
    tables,
    training,
)
from tests.fuzz.expect import Wrong, sentence
from xnn.errors import XnnError

# How often each, by what it costs: diagnosing takes a hundred times as long as refusing an option.
DOORS: dict[Callable[[random.Random], None], int] = {
    training.trains: 10,
    training.refuses_option: 20,
    training.refuses_data: 10,
    training.is_the_loop_by_hand: 10,
    tables.is_the_table: 10,
    files.loads_or_refuses: 10,
    commands.commands: 7,
    evaluating.evaluates: 10,
    evaluating.refuses: 10,
    estimators.estimates: 10,
    estimators.refuses: 10,
    exports.exports: 10,
    exports.refuses: 5,
    checking.checks: 5,
    checking.checks_a_layer: 2,
    checking.refuses: 10,
    diagnosing.diagnoses: 1,
    diagnosing.refuses: 5,
    learning_rates.finds: 5,
    learning_rates.refuses: 5,
    resuming.resumes: 10,
    resuming.refuses: 5,
}


def run(first: int, count: int, seed: int = 0) -> list[str]:
    """Run cases `first`, ...; return what is wrong with which of them."""
    wrong = []
    for case in range(first, first + count):
        rng = random.Random(f"{seed} {case}")
        door = rng.choices(list(DOORS), list(DOORS.values()))[0]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                warnings.simplefilter("ignore", xnn.NotLearningWarning)
                door(rng)
        except XnnError as error:  # of options that fit each by itself, but not each other
            try:
                sentence(error)
            except Wrong as no_sentence:
                wrong.append(f"case {case}, {_name(door)}: {no_sentence}")
        except Exception as error:
            wrong.append(f"case {case}, {_name(door)}: {type(error).__name__}: {error}")
    return wrong


def _name(door: Callable[[random.Random], None]) -> str:
    return f"{door.__module__.rpartition('.')[2]}.{door.__name__}"
