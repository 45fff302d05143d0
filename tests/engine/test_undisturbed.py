"""While a run computes nobody looks for rubbish; afterwards everything is as it was, however many ran at once."""

import gc
import sys
from threading import Barrier, Thread

import numpy as np
import pyarrow as pa
import pytest

from shouwang.engine.cores import at_once
from shouwang.engine.undisturbed import undisturbed


@pytest.fixture(autouse=True)
def as_it_was():
    on = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if on else gc.disable)()


def test_the_search_stops_inside_and_goes_on_after_a_fault():
    seen = []

    @undisturbed()
    def fails():
        seen.append(gc.isenabled())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert seen == [False]
    assert gc.isenabled()


def test_it_goes_on_only_after_the_last_of_several():
    with undisturbed():
        with undisturbed():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_whoever_had_it_off_keeps_it_off():
    gc.disable()
    with undisturbed(), undisturbed():
        pass
    assert not gc.isenabled()


def test_two_runs_that_end_in_another_order_than_they_began():
    both, first_is_out = Barrier(2), Barrier(2)
    seen = []

    def first():
        with undisturbed():
            both.wait(5)
        first_is_out.wait(5)

    def second():
        with undisturbed():
            both.wait(5)
            first_is_out.wait(5)
            seen.append(gc.isenabled())

    threads = [Thread(target=first), Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert seen == [False]
    assert gc.isenabled()


def test_parts_begun_at_once_answer_by_name_and_pass_their_faults_on():
    with at_once(lambda number: 12 // number, {"a": 3, "b": 0, "c": 4}) as done:
        assert (done("c"), done("a")) == (3, 4)
        with pytest.raises(ZeroDivisionError):
            done("b")


def test_memory_is_taken_from_one_place_inside_and_from_the_usual_one_afterwards():
    usual = pa.default_memory_pool().backend_name
    with undisturbed():
        with undisturbed():
            pass
        inside = pa.default_memory_pool().backend_name
        kept = np.arange(1 << 20)
        shared = pa.array(kept)
    assert inside == ("system" if sys.platform == "linux" else usual)
    assert pa.default_memory_pool().backend_name == usual
    assert int(kept[-1]) == shared[-1].as_py() == (1 << 20) - 1
