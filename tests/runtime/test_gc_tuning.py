import gc

from callevents.runtime.gc_tuning import gc_paused


def test_nothing_is_collected_inside_and_all_is_as_before_after() -> None:
    assert gc.isenabled()
    thresholds = gc.get_threshold()
    try:
        with gc_paused():
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() > thresholds
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)


def test_who_switched_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with gc_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
