"""First gate: the words of a predicate. Anything but the few tokens of the language is refused where it stands."""

import re
from typing import Any, ClassVar

from sqlglot import Dialect, parser, tokens
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from rules.compile.characters import look_alike, odd_space, unseen
from rules.compile.faults import Fault, PredicateFaults
from rules.compile.functions import FUNCTIONS
from rules.compile.sequence import misplaced, statement
from rules.compile.suggestion import suggest_function

LONGEST = 2_000
MOST_TOKENS = 400
DEEPEST_PARENTHESES = 20

_KEYWORDS = ("AND", "OR", "NOT", "IN", "IS", "NULL", "TRUE", "FALSE", "BETWEEN", "LIKE", "ILIKE", "DISTINCT", "FROM")
_REFUSED_WORDS = {
    "select": 'a subquery; use kind = "expect" to look at related rows',
    "with": "a subquery",
    "union": "a set operation",
    "exists": 'a subquery; use kind = "expect"',
    "over": 'a window; use kind = "ratio" or a documented view that holds the measure',
    "filter": "an aggregate filter",
    "case": "a choice; write two rules, or use coalesce",
    "cast": "a cast",
    "interval": "an interval; use add_days or days_between",
    "current_date": "the clock; use $as_of, so that runs repeat",
    "current_timestamp": "the clock; use $as_of, so that runs repeat",
    "escape": "an escape clause",
    "similar": "SIMILAR TO; use contains or starts_with",
    "glob": "GLOB; use contains or starts_with",
    "collate": "a collation",
}
_OF_THE_CLOCK = {"now", "today", "current_date", "current_timestamp", "getdate", "sysdate", "get_current_timestamp"}
_HINTS = {
    "working_days_between": "a predicate holds no calendar; days_between counts calendar days",
    "date_diff": "use days_between(a, b)",
    "datediff": "use days_between(a, b)",
    "date_add": "use add_days(d, n)",
    "isodow": "use iso_weekday(d)",
    "dayofweek": "use iso_weekday(d)",
    "weekday": "use iso_weekday(d)",
    "ifnull": "use coalesce(a, b)",
    "nvl": "use coalesce(a, b)",
    "len": "use length(t)",
    "if": "write two rules, or use coalesce",
    **dict.fromkeys(("regexp_matches", "regexp_like", "regexp_extract"), "use contains, starts_with or LIKE"),
    **dict.fromkeys(("count", "sum", "avg", "min", "max"), 'use kind = "ratio", or a column that holds the measure'),
}
"""What to write instead of functions that people know from elsewhere."""
_FOREIGN_SIGNS = {
    "==": "write `=`",
    "--": "",
    "||": "write OR; texts are not joined",
    "&&": "write AND",
    "//": "write `/`, which never divides by zero",
    "**": "powers are not in the language",
    "!~": "use NOT contains, or NOT LIKE",
    "->": "",
    "=>": "arguments have no names; write `>=` for at least",
    ":=": "arguments have no names",
}
_PLAIN_NUMBER = re.compile(r"(?=.{1,18}$)[0-9]+(\.[0-9]+)?")
_PUNCTUATION = {
    TokenType.L_PAREN, TokenType.R_PAREN, TokenType.COMMA, TokenType.EQ, TokenType.NEQ, TokenType.GT, TokenType.GTE,
    TokenType.LT, TokenType.LTE, TokenType.PLUS, TokenType.DASH, TokenType.STAR, TokenType.SLASH,
}  # fmt: skip
_KEYWORD_TYPES = {
    TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.IN, TokenType.IS, TokenType.NULL, TokenType.TRUE,
    TokenType.FALSE, TokenType.BETWEEN, TokenType.LIKE, TokenType.ILIKE, TokenType.DISTINCT, TokenType.FROM,
    TokenType.DATE,
}  # fmt: skip
_PREFIXES = {TokenType.NOT, TokenType.DASH, TokenType.PLUS}
_ALLOWED = _PUNCTUATION | _KEYWORD_TYPES | {TokenType.VAR, TokenType.STRING, TokenType.NUMBER}


class PredicateDialect(Dialect):
    """SQL without any function, statement or keyword that a predicate does not need.

    Every call parses to one node type, so that one list decides what may be called.
    """

    class Tokenizer(tokens.Tokenizer):
        """Knows the language's own keywords; all other words are names."""

        KEYWORDS: ClassVar[dict[str, TokenType]] = {
            **{word: TokenType[word] for word in _KEYWORDS},
            "DATE": TokenType.DATE,
            "<>": TokenType.NEQ,
            "!=": TokenType.NEQ,
            ">=": TokenType.GTE,
            "<=": TokenType.LTE,
            "::": TokenType.DCOLON,
            **dict.fromkeys(_FOREIGN_SIGNS, TokenType.UNKNOWN),
        }

    class Parser(parser.Parser):
        """Knows no function by name."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
        NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}


def read_words(text: str) -> tuple[list[Token], list[Fault]]:
    """Tokens of a predicate, and faults that do not keep us from reading on: functions that are not on the list.

    Raises PredicateFaults for anything else outside the language.
    """
    if not text.strip():
        raise PredicateFaults(
            [Fault(0, 1, "R102", "the predicate is empty", "write a condition, or leave the key out")]
        )
    if len(text) > LONGEST:
        raise PredicateFaults(
            [Fault(0, 1, "R102", f"the predicate has {len(text):,} characters; {LONGEST:,} are allowed")]
        )
    if hidden := unseen(text):
        raise PredicateFaults(hidden)
    try:
        words = PredicateDialect().tokenize(text)
    except TokenError as error:
        raise PredicateFaults([_unclosed(text)]) from error
    if words and (fault := statement(words)):
        raise PredicateFaults([fault])
    faults = [*_comments(text, words), *_refused(words), *_nesting(words)]
    readable = all(fault.code == "R110" for fault in faults)
    if readable and (fault := misplaced(words)):
        faults, readable = [*faults, fault], False
    if not readable:
        raise PredicateFaults(faults)
    return words, faults


def _unclosed(text: str) -> Fault:
    if (at := text.rfind("/*")) >= 0:
        return Fault(at, len(text) - at, "R104", "comments are not allowed inside a predicate")
    at = max(text.rfind("'"), text.rfind('"'), 0)
    hint = "a quote inside a text is written twice: 'it''s'" if "\\'" in text else "add the closing quote"
    return Fault(at, 1, "R100", "a quoted text is not closed", hint)


def _comments(text: str, words: list[Token]) -> list[Fault]:
    """Between two tokens stands nothing but white space; whatever else the tokenizer skipped is a comment."""
    end, faults = 0, []
    for start, stop in [*((w.start, w.end + 1) for w in words), (len(text), len(text))]:
        gap = text[end:start]
        if odd := odd_space(gap, end):
            faults.append(odd)
        elif gap.strip():
            at = end + len(gap) - len(gap.lstrip())
            faults.append(
                Fault(
                    at,
                    len(gap.strip()),
                    "R104",
                    "comments are not allowed inside a predicate",
                    "use `why`, or a TOML comment",
                )
            )
        end = stop
    return faults


def _refused(words: list[Token]) -> list[Fault]:
    faults = []
    for position, word in enumerate(words):
        following = words[position + 1].token_type if position + 1 < len(words) else None
        called = following == TokenType.L_PAREN
        if fault := _fault_of(word, called):
            faults.append(fault)
        if word.token_type == TokenType.SEMICOLON:
            break
    return faults


def _fault_of(word: Token, called: bool) -> Fault | None:  # noqa: PLR0911 - one line a kind of token
    at, width, shown = word.start, word.end - word.start + 1, word.text
    if word.token_type == TokenType.VAR and shown.isascii():
        return _fault_of_name(shown, at, width, called)
    if word.token_type == TokenType.SEMICOLON:
        return Fault(at, 1, "R101", "only one expression is allowed", "remove `;` and what follows")
    if word.token_type == TokenType.IDENTIFIER:
        return Fault(at, width, "R111", "quoted names are not allowed", "texts take single quotes, names none")
    if not shown.isascii() and word.token_type != TokenType.STRING:
        return look_alike(shown, at)
    if word.token_type == TokenType.NATIONAL_STRING:
        return Fault(at, width, "R111", "a letter before a text is not allowed", "a text takes plain single quotes")
    if word.token_type not in _ALLOWED or shown == "!":
        return Fault(at, width, "R111", f"`{shown or '?'}` is not allowed in a predicate", _hint(shown))
    if word.token_type == TokenType.NUMBER and not _PLAIN_NUMBER.fullmatch(shown):
        return Fault(at, width, "R134", f"`{shown}` is not a plain number", "write up to 17 digits, such as 0.05")
    if called and word.token_type == TokenType.DATE:
        return Fault(at, width, "R110", "function `date` is not allowed", "write a date as DATE '2026-01-31'")
    return None


def _fault_of_name(shown: str, at: int, width: int, called: bool) -> Fault | None:
    name = shown.lower()
    if name in _REFUSED_WORDS:
        return Fault(at, width, "R111", f"`{shown}` is not allowed in a predicate: {_REFUSED_WORDS[name]}")
    if called and name not in FUNCTIONS:
        clock = "use $as_of, so that runs repeat" if name in _OF_THE_CLOCK else ""
        hint = (
            clock
            or _HINTS.get(name, "")
            or suggest_function(name, FUNCTIONS)
            or f"allowed: {', '.join(sorted(FUNCTIONS))}"
        )
        return Fault(at, width, "R110", f"function `{shown}` is not allowed in a predicate", hint)
    return None


def _hint(shown: str) -> str:
    return {
        **_FOREIGN_SIGNS,
        "!": "write NOT",
        "%": "remainders are not in the language",
        "::": "casts are not in the language",
        ":": "parameters are written $name",
        ".": "name the column alone; a number begins with a digit, such as 0.5",
        "?": "parameters are written $name",
        "@": "parameters are written $name",
        "{": "parameters are written $name",
    }.get(shown, "")


def _nesting(words: list[Token]) -> list[Fault]:
    if len(words) > MOST_TOKENS:
        at = words[MOST_TOKENS].start
        return [
            Fault(at, 1, "R103", f"the predicate has {len(words)} words; {MOST_TOKENS} are allowed", "split the rule")
        ]
    depth, repeated = 0, 0
    for word in words:
        depth += (word.token_type == TokenType.L_PAREN) - (word.token_type == TokenType.R_PAREN)
        repeated = repeated + 1 if word.token_type in _PREFIXES else 0
        if max(depth, repeated) > DEEPEST_PARENTHESES:
            what = f"nested more than {DEEPEST_PARENTHESES} levels deep"
            return [Fault(word.start, 1, "R103", what, "simplify, or split the rule")]
    return []
