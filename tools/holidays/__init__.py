"""The build of holidays.txt."""
