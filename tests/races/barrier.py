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


def of_kind(results, kind):
    return [result for result in results if isinstance(result, kind)]
