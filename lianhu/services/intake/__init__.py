"""Taking sheets in: who a row is about, what it changes, and what is written."""
