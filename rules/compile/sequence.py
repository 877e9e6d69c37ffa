"""Whether the words of a predicate follow each other as they must, before any parser sees them.

A value, an operator, a value: one pass without recursion, so that a mistake is told where it stands and in the author's
words, and what the parser builds is known beforehand.
"""

from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

from rules.compile.faults import Fault

_VALUES = {
    TokenType.VAR, TokenType.STRING, TokenType.NUMBER, TokenType.NULL, TokenType.TRUE, TokenType.FALSE,
}  # fmt: skip
_SIGNS = {TokenType.PLUS, TokenType.DASH}
_BETWEEN_VALUES = _SIGNS | {
    TokenType.EQ, TokenType.NEQ, TokenType.GT, TokenType.GTE, TokenType.LT, TokenType.LTE, TokenType.STAR,
    TokenType.SLASH, TokenType.AND, TokenType.OR, TokenType.LIKE, TokenType.ILIKE, TokenType.BETWEEN,
}  # fmt: skip
_ONLY_AFTER_IS = {
    TokenType.DISTINCT: ("DISTINCT stands only in IS DISTINCT FROM", ""),
    TokenType.FROM: ("`FROM` is not allowed in a predicate: it sees one view", "see `view` of the rule"),
}
_NEGATED = {TokenType.IN, TokenType.LIKE, TokenType.ILIKE, TokenType.BETWEEN}
_STATEMENTS = {
    "alter", "analyze", "attach", "begin", "call", "checkpoint", "comment", "commit", "copy", "create", "deallocate",
    "delete", "describe", "detach", "drop", "execute", "explain", "export", "force", "grant", "import", "insert",
    "install", "listen", "load", "merge", "pivot", "pragma", "prepare", "refresh", "reset", "revoke", "rollback",
    "set", "show", "summarize", "table", "truncate", "unpivot", "update", "use", "vacuum", "values",
}  # fmt: skip
_ELSEWHERE = {
    "as": "a condition needs no name",
    "at": "days have no zone; the run's day is $as_of",
    "div": "write `/`",
    "escape": "write `\\` as it is; LIKE knows `%` and `_` only",
    "group": 'use kind = "ratio" to count',
    "isnull": "write IS NULL",
    "limit": "`evidence` says how many rows are shown",
    "mod": "remainders are not in the language",
    "notnull": "write IS NOT NULL",
    "order": "`evidence` says in which order rows are shown",
    "regexp": "use contains, starts_with or LIKE",
    "rlike": "use contains, starts_with or LIKE",
    "xor": "write a <> b",
}


def misplaced(words: Sequence[Token]) -> Fault | None:
    """The first word that cannot stand where it does; None where all is well."""
    return _Walk(words).fault()


def statement(words: Sequence[Token]) -> Fault | None:
    """The fault of a text that is a statement rather than a condition."""
    first, after = words[0], words[1].token_type if len(words) > 1 else None
    if first.token_type != TokenType.VAR or first.text.lower() not in _STATEMENTS:
        return None
    if after not in _VALUES | {TokenType.FROM, TokenType.STAR}:
        return None
    what = f"`{first.text}` is not allowed in a predicate: a statement"
    return _at(first, what, "write a condition that is true or false", "R111")


class _Walk:
    """Goes through the words once; `opened` says what each open parenthesis belongs to."""

    def __init__(self, words: Sequence[Token]) -> None:
        self.words = words
        self.position = 0
        self.opened: list[tuple[str, Token]] = []

    def fault(self) -> Fault | None:
        """The first mistake."""
        found, value_next = None, True
        while found is None and self.position < len(self.words):
            found, value_next = self._value() if value_next else self._operator()
            self.position += 1
        if found is None and value_next:
            found = _missing("after", self.words[-1])
        if found is None and self.opened:
            found = _at(self.opened[-1][1], "a parenthesis is not closed", "add `)`")
        return found

    def _value(self) -> tuple[Fault | None, bool]:  # noqa: PLR0911 - one line a kind of word
        """Where a value, NOT, a sign or an opening parenthesis must stand."""
        word = self.words[self.position]
        kind = word.token_type
        if kind == TokenType.DATE:
            if self._kind(1) == TokenType.STRING:
                self.position += 1
                return None, False
            return _at(word, "DATE is followed by a day in quotes", "write DATE '2026-01-31'"), False
        if kind in _VALUES:
            if self._kind(1) != TokenType.L_PAREN or kind != TokenType.VAR:
                return None, False
            self.position += 1
            return self._open("call")
        if kind == TokenType.L_PAREN:
            return self._open("group")
        if kind == TokenType.NOT or kind in _SIGNS:
            return None, True
        return self._no_value(word), False

    def _no_value(self, word: Token) -> Fault:
        if word.token_type == TokenType.STAR and (self.position == 0 or self._kind(-1) != TokenType.STAR):
            return _at(word, "`*` is not allowed in a predicate", "name the columns", "R111")
        if word.token_type in _ONLY_AFTER_IS:
            return _at(word, *_ONLY_AFTER_IS[word.token_type], "R111")
        before = self.words[self.position - 1] if self.position else None
        if before is None or word.token_type == TokenType.R_PAREN:
            return _missing("before", word)
        return _at(word, f"a value is missing between `{before.text}` and `{word.text}`")

    def _open(self, belongs_to: str) -> tuple[Fault | None, bool]:
        self.opened.append((belongs_to, self.words[self.position]))
        if self._kind(1) != TokenType.R_PAREN:
            return None, True
        if belongs_to == "call":  # no arguments: the checker knows how many are needed
            self.opened.pop()
            self.position += 1
            return None, False
        what = "IN takes a list of values" if belongs_to == "list" else "there is nothing between the parentheses"
        return _at(self.words[self.position], what, "write x IN ('a', 'b')" if belongs_to == "list" else ""), False

    def _operator(self) -> tuple[Fault | None, bool]:  # noqa: PLR0911 - one line a kind of word
        """Where an operator, a comma or a closing parenthesis must stand."""
        word = self.words[self.position]
        kind = word.token_type
        if kind == TokenType.R_PAREN:
            if not self.opened:
                return _at(word, "this parenthesis was never opened", "remove `)`"), False
            self.opened.pop()
            return None, False
        if kind == TokenType.COMMA:
            return self._comma(word), True
        if kind == TokenType.IS:
            return self._is(word)
        if kind == TokenType.NOT and self._kind(1) in _NEGATED:
            self.position += 1
            kind = self.words[self.position].token_type
        if kind == TokenType.IN:
            if self._kind(1) != TokenType.L_PAREN:
                what = "IN takes a list of values"
                return _at(word, what, "write x IN ('a', 'b')", "R111"), False
            self.position += 1
            return self._open("list")
        return (None, True) if kind in _BETWEEN_VALUES else (self._no_operator(word), False)

    def _is(self, word: Token) -> tuple[Fault | None, bool]:
        """IS [NOT] NULL, TRUE, FALSE; IS [NOT] DISTINCT FROM."""
        if self._kind(1) == TokenType.NOT:
            self.position += 1
        following = self._kind(1)
        if following in (TokenType.NULL, TokenType.TRUE, TokenType.FALSE):
            self.position += 1
            return None, False
        if following == TokenType.DISTINCT and self._kind(2) == TokenType.FROM:
            self.position += 2
            return None, True
        return _at(word, "IS is followed by NULL, TRUE, FALSE or DISTINCT FROM", "", "R111"), False

    def _comma(self, word: Token) -> Fault | None:
        if self.opened and self.opened[-1][0] != "group":
            return None
        what = "a list stands only after IN and in calls" if self.opened else "only one expression is allowed"
        return _at(word, what, "join conditions with AND or OR", "R111" if self.opened else "R101")

    def _no_operator(self, word: Token) -> Fault:
        first, name = self.words[self.position - 1], word.text.lower()
        if first.token_type == TokenType.NUMBER and word.start == first.end + 1:
            what = f"`{first.text}{word.text}` is not a plain number"
            width = word.end - first.start + 1
            return Fault(first.start, width, "R134", what, "write up to 17 digits, such as 0.05")
        if word.token_type in _ONLY_AFTER_IS:
            return _at(word, *_ONLY_AFTER_IS[word.token_type], "R111")
        hint = _ELSEWHERE.get(name, "") if word.token_type == TokenType.VAR else ""
        if not hint and word.start == first.end + 1 and word.token_type == TokenType.STRING:
            hint = "a text takes plain single quotes, without a letter before them"
        if not hint and first.text.lower() in ("timestamp", "time", "datetime"):
            hint = "write DATE '2026-01-31'"
        if not hint and first.text == "$":
            hint = "write a parameter as $name, without a blank"
        shown = f"'{word.text}'" if word.token_type == TokenType.STRING else f"`{word.text}`"
        return _at(word, f"an operator is missing before {shown}", hint)

    def _kind(self, ahead: int) -> TokenType | None:
        place = self.position + ahead
        return self.words[place].token_type if 0 <= place < len(self.words) else None


def _missing(side: str, word: Token) -> Fault:
    return _at(word, f"a value is missing {side} `{word.text}`")


def _at(word: Token, what: str, help: str = "", code: str = "R100") -> Fault:
    return Fault(word.start, word.end - word.start + 1, code, what, help)
