import pytest

from crossline.kernel.workers import in_order, worker_pool


def _square(number: int) -> int:
    if number < 0:
        raise ValueError("negative")
    return number * number


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_tasks(workers: int) -> None:
    with worker_pool(workers, 40) as pool:
        assert list(in_order(pool, _square, range(40), ahead=4)) == [n * n for n in range(40)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_that_fails_raises_where_its_result_is_asked_for(workers: int) -> None:
    with worker_pool(workers, 3) as pool:
        results = in_order(pool, _square, [2, -1, 3])
        assert next(results) == 4
        with pytest.raises(ValueError, match="negative"):
            next(results)


def test_tasks_are_taken_only_as_results_are_read() -> None:
    taken = []

    def tasks():  # type: ignore[no-untyped-def]
        for number in range(100):
            taken.append(number)
            yield number

    with worker_pool(1, 100) as pool:
        results = in_order(pool, _square, tasks())
        next(results)
        assert len(taken) == 1
