"""What earlier projects left behind, searched across all of them: the records, what repeats, what was like this one.

The way of an answer: `asking.ask` reads a published snapshot and gives sections of rows; `forms` writes them down.
"""
