"""Models with data sets of other people, and the same numbers computed without Tailgate."""
