"""What the local commands say of an import, without the cloud behind it."""

import pytest

from local.importing import ImportResult, RowResult


@pytest.mark.parametrize(
    ("outcomes", "removed", "sentence"),
    [
        (["added"] * 3 + ["duplicate"] + ["rejected"] * 4, (),
         "8 rows: 3 accepted, 1 duplicate, 4 rejected"),  # each outcome by its own name
        (["added"], (), "1 row: 1 accepted, 0 rejected"),  # one is no plural
        (["unchanged", "updated", "added"], (), "3 rows: 3 accepted, 0 rejected"),  # all are in
        (["duplicate"] * 2, (), "2 rows: 0 accepted, 2 duplicates, 0 rejected"),
        (["rejected", "not_applied"], (), "2 rows: 0 accepted, 1 rejected, 1 not applied"),
        (["added"], ("+12065550123",), "1 row: 1 accepted, 0 rejected; 1 number removed"),
    ],
)  # fmt: skip
def test_an_import_is_summed_up_by_outcome(
    outcomes: list[str], removed: tuple[str, ...], sentence: str
) -> None:
    rows = [RowResult(row, "", "", outcome, "") for row, outcome in enumerate(outcomes, start=2)]
    result = ImportResult("numbers/sales/a.csv", "imported", rows, removed)
    assert result.sentence() == sentence
    assert result.as_json()["rejected"] == len(rows) - result.accepted
    assert "notes" not in result.as_json()
