"""Spreadsheets in and out: what staff upload, and the reports that go back beside it."""
