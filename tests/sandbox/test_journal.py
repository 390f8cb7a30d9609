"""What went over the wire."""

from callevents_sandbox.server.journal import Journal


def test_entries_are_numbered_kept_and_followed() -> None:
    journal = Journal(clock=lambda: 7.0, limit=2)
    with journal.following() as entries:
        for number in range(3):
            journal.write("ccc" if number else "fc", "asked", job=number)
    journal.write("fc", "invoked")
    assert [entries.get_nowait().facts for _ in range(3)] == [{"job": 0}, {"job": 1}, {"job": 2}]
    assert entries.empty()
    assert [entry.number for entry in journal.entries()] == [3, 4]
    assert [entry.number for entry in journal.entries("fc")] == [4]
    assert [entry.number for entry in journal.entries(what="asked", after=2)] == [3]
    assert journal.entries()[0].document() == {
        "number": 3, "at": 7.0, "server": "ccc", "what": "asked", "facts": {"job": 2},
    }  # fmt: skip
