"""Running the same act in many threads at once, each with its own connection."""

import threading

from django.db import connections


def all_at_once(acts):
    """Start every act behind one barrier; their results or exceptions, in order."""
    results = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(number):
        try:
            barrier.wait(timeout=30)
            results[number] = acts[number]()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "an act never ended"
    return results


def one_inside_another(monkeypatch, module, name):
    """A lock's negative control: what is looked at changes before it is acted on.

    From now on whoever has done this waits; `meanwhile(act)` is an act for another thread that
    comes in just then, and lets the first go on.
    """
    looked, gone_by = threading.Event(), threading.Event()
    look = getattr(module, name)

    def look_and_wait(*args, **facts):
        seen = look(*args, **facts)
        looked.set()
        gone_by.wait(timeout=30)
        return seen

    def meanwhile(act):
        def act_once_it_was_looked_at():
            looked.wait(timeout=30)
            try:
                return act()
            finally:
                gone_by.set()

        return act_once_it_was_looked_at

    monkeypatch.setattr(module, name, look_and_wait)
    return meanwhile


def of_kind(results, kind):
    return [result for result in results if isinstance(result, kind)]
