"""How many of what, in English, where people read it in a shell: 1 project, 2 projects."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """The number with its word; `many` where the plural is not the word with an s. Nought is many."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
