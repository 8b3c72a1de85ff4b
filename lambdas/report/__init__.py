"""The report on how calls are answered: page, mail, text and table of it, and the weekly e-mail."""
