from callevents.tasks.task_id import task_id


def test_a_task_id_has_the_form_function_compute_wants_and_separates_its_parts() -> None:
    first, second = task_id("ab", "c"), task_id("a", "bc")

    assert first != second
    assert first == task_id("ab", "c")
    assert first[0] == "t"
    assert len(first) <= 128
    assert first.replace("_", "").isalnum()
