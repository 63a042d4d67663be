"""Heavy work waits for its turn, and who has used least goes first."""

import threading
import time

import pytest

from explorer.ui.session import turns
from explorer.ui.session.turns import Turns


def entered(queue: Turns, owner: str, order: list[str]) -> threading.Thread:
    """A session that waits for a place in a thread of its own, notes its name and gives the place back."""

    def work() -> None:
        queue.enter(owner, lambda before: None)
        order.append(owner)
        queue.leave(owner, 0.0)

    thread = threading.Thread(target=work)
    thread.start()
    until = time.monotonic() + 10
    while queue.counts[1] == 0 and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    return thread


def test_a_session_that_hogs_gets_its_turn_after_others() -> None:
    queue, order = Turns(1), []
    queue.enter("hog", lambda before: None)
    queue.leave("hog", 30.0)
    queue.enter("first", lambda before: None)
    threads = [entered(queue, "hog", order)]
    while queue.counts != (1, 1):
        time.sleep(0.01)
    threads.append(threading.Thread(target=lambda: (queue.enter("late", lambda before: None), order.append("late"))))
    threads[-1].start()
    while queue.counts != (1, 2):
        time.sleep(0.01)
    assert queue.is_wanted("hog", 0.0)  # by the one who came last and has used nothing
    assert not queue.is_wanted("late", -1.0)
    queue.leave("first", 0.1)
    threads[-1].join(10)
    queue.leave("late", 0.0)
    threads[0].join(10)
    assert order == ["late", "hog"]


def test_who_gives_up_waiting_leaves_no_trace() -> None:
    queue = Turns(1)
    queue.enter("one", lambda before: None)

    def stop(before: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        queue.enter("other", stop)
    assert queue.counts == (1, 0)


def test_a_turn_is_given_back_whatever_happens_and_is_one_within_another(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Turns(1)
    monkeypatch.setattr(turns, "TURNS", queue)

    def work() -> None:
        with turns.turn(in_callback=True) as give_way:
            with turns.turn(in_callback=True):
                assert queue.counts == (1, 0)
            give_way()
            assert queue.counts == (1, 0)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        work()
    assert queue.counts == (0, 0)


def test_between_two_pieces_another_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    queue, order = Turns(1), []
    monkeypatch.setattr(turns, "TURNS", queue)
    monkeypatch.setattr(turns, "_PIECE", 0.0)
    with turns.turn(in_callback=True) as give_way:
        thread = entered(queue, "other", order)
        give_way()
        assert order == ["other"]
    thread.join(10)
    assert queue.counts == (0, 0)
