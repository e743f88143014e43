"""What `shell.parse` makes of shell text, in a short notation: `'quoted'`, `<variable>`, `«computed»`, `(a | b)`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fargate_patch.shell import grammar, parser, quoting
from fargate_patch.shell.syntax import (
    AndOr,
    Background,
    Case,
    Computed,
    Function,
    Group,
    If,
    Loop,
    Negated,
    Pipeline,
    Redirect,
    ShellWord,
    Simple,
    Statement,
    Text,
    Unreadable,
    Variable,
    parse,
)


def word(one: ShellWord) -> str:
    shown = []
    for part in one.parts:
        if isinstance(part, Text):
            shown.append(f"'{part.text}'" if part.quoted else part.text)
        elif isinstance(part, Computed):
            shown.append(f"«{part.source}»")
        else:
            argument = word(part.argument) if part.argument else ""
            shown.append(f"<{'q:' if part.quoted else ''}{part.name}{part.operator}{argument}>")
    return "".join(shown)


def redirect(one: Redirect) -> str:
    fd = "" if one.fd is None else str(one.fd)
    return fd + one.operator + (word(one.target) if one.target else "") + (f"[{word(one.body)}]" if one.body else "")


def simple(one: Simple) -> str:
    parts = [f"{name}={word(value)}" for name, value in one.assignments]
    return " ".join([*parts, *map(word, one.words), *map(redirect, one.redirects)])


def block(statements: tuple[Statement, ...]) -> str:
    return "; ".join(map(statement, statements))


def statement(one: Statement) -> str:  # noqa: PLR0911
    match one:
        case Simple():
            return simple(one)
        case Pipeline(commands):
            return "(" + " | ".join(map(statement, commands)) + ")"
        case AndOr(left, operator, right):
            return f"({statement(left)} {operator} {statement(right)})"
        case Background(body):
            return f"BACK({statement(body)})"
        case Negated(body):
            return f"NOT({statement(body)})"
        case Group(body, subshell, redirects):
            return ("SUB{" if subshell else "{") + block(body) + "}" + "".join(map(redirect, redirects))
        case If(branches, otherwise):
            return " ".join(f"IF {block(c)} THEN {block(b)}" for c, b in branches) + f" ELSE {block(otherwise)}"
        case Case(subject, items):
            return f"CASE {word(subject)} " + " ".join(f"{','.join(map(word, p))}) {block(b)};;" for p, b in items)
        case Loop(name, words, condition, body, redirects):
            head = f"FOR {name} IN {','.join(map(word, words))}" if name else f"WHILE {block(condition)}"
            return f"{head} DO {block(body)} DONE" + "".join(map(redirect, redirects))
        case Function(name, body):
            return f"FUN {name} {{{block(body)}}}"
        case Unreadable(source):
            return f"?{source}?"
    raise AssertionError(one)


ROWS = [
    # quoting
    ("su - app -c 'x; y'", "su - app -c 'x; y'"),
    ('nginx -g "daemon off;"', "nginx -g 'daemon off;'"),
    ('x "" \'\' "a"b', "x '' '' 'a'b"),
    (r"x $'a\n\t\x41\101\'z' a\ b \$c", "x 'a\n\tAA'z' a' 'b '$'c"),
    (r'x "a\$b\"c\\d\e"', "x 'a$b\"c\\d\\e'"),
    ("x a\\\n  b\\\nc", "x a bc"),
    ('x "a\\\nb"', "x 'ab'"),
    ('x $"hi"', "x 'hi'"),
    ("echo é ü=1 '日本' # ü", "echo é ü=1 '日本'"),
    # expansions
    ('exec "$@"', "exec <q:@>"),
    ('exec "${@}" "${@:2}" ${1:0:1}', "exec <q:@> <q:@:'2'> <1:0:1>"),
    ("$CMD arg", "<CMD> arg"),
    ('echo "${1#-}" ${X%%.*} ${X##*/} ${Y%"$Z"}', "echo <q:1#-> <X%%.*> <X##*/> <Y%<q:Z>>"),
    ('echo ${X:-"a b"} ${X:-d e} ${X-} ${X:?no} ${X:+y}', "echo <X:-'a b'> <X:-d e> <X-> <X:?no> <X:+y>"),
    ('[[ $x =~ "a"(b|c) ]]; y', "[[ <x> =~ 'a'(b|c) ]]; y"),
    ("mv !(x|y) z; y", "mv !(x|y) z; y"),
    ('echo "${x:-"a b"}" "${y:-don\'t}"', "echo <q:x:-'a b'> <q:y:-'don't'>"),
    ("echo ${#X} ${X//a/b} ${X[1]} ${!X} ${X^^}", "echo «${#X}» «${X//a/b}» «${X[1]}» «${!X}» «${X^^}»"),
    ('echo $((1+2)) `ls \\`a\\`` $(b "$(c)") $[1] <(d)', 'echo «$((1+2))» «`ls \\`a\\``» «$(b "$(c)")» «$[1]» «<(d)»'),
    ('a"$X"b$1c$# $$ $', "a<q:X>b<1>c<#> <$> $"),
    # simple commands
    ('A=b C="d $e" cmd', "A=b C='d '<q:e> cmd"),
    ("A=1 B=2", "A=1 B=2"),
    ("A=", "A="),
    ("A=$(b) c", "A=«$(b)» c"),
    ("VAR=x exec y", "VAR=x exec y"),
    ("z+=1; x=(a b) y; a[1]=2", "z=<q:z>1; x=«(a b)» y; a=«2»"),
    (
        'export A=$x "B=c d" C; local d; readonly Q=1; declare -x E=f; unset X',
        "export A=<x> 'B=c d' C; local d; readonly Q=1; declare -x E=f; unset X",
    ),
    ('[ "$1" = x -a ! -f y ]', "[ <q:1> = x -a ! -f y ]"),
    ("[[ $1 == p* && -z $x ]] && y", "([[ <1> == p* && -z <x> ]] && y)"),
    ("[[ $a =~ ^x(a|b)$ ]]", "[[ <a> =~ ^x(a|b)$ ]]"),
    ('test -z "$x"', "test -z <q:x>"),
    ("(( x > 1 )) && ((a++))", "((( « x > 1 » )) && (( «a++» )))"),
    ("env A=b c %x x{a,b}y *.sh ~/x", "env A=b c %x x{a,b}y *.sh ~/x"),
    ("time x; coproc y", "time x; coproc y"),
    ("trap 'x y' EXIT", "trap 'x y' EXIT"),
    # redirects
    ("a >f 2>&1 </dev/null", "a >f 2>&1 </dev/null"),
    ("a &>g; b >|h; c >>i; d 3>&-", "a &>g; b >|h; c >>i; d 3>&-"),
    ("a 2>/dev/null b c", "a b c 2>/dev/null"),
    ("> f cmd; >f; A=1 >f", "cmd >f; >f; A=1 >f"),
    ("exec 3>&1 >&2", "exec 3>&1 >&2"),
    ('cat <<<"$x" b', "cat b <<<[<q:x>]"),
    ('cat <<EOF | sudo tee f\nhi $x "q" \\$a\nEOF\necho z', "(cat <<['hi '<q:x>' \"q\" $a\n'] | sudo tee f); echo z"),
    ("su app <<'E'\n$x \\\nE", "su app <<['$x \\\n']"),
    ("cat <<-EOF && z\n\t\t  hi\n\tEOF\nq", "(cat <<-['  hi\n'] && z); q"),
    ("cat <<A <<B >f && x\n1\nA\n2\nB\ny", "(cat <<['1\n'] <<['2\n'] >f && x); y"),
    ("cat <<E; x\na\nE\ny", "cat <<['a\n']; x; y"),
    ("a | cat <<E &\n b\nE", "BACK((a | cat <<[' b\n']))"),
    ("a <<E &&\nx\nE\nb", "(a <<['x\n'] && b)"),
    ('cat <<"E F"\na $b\nE F\nx', "cat <<['a $b\n']; x"),
    ("cat <<E\nno end", "cat <<['no end']"),
    ('x "$(cat <<E\ndon\'t\nE\n)" z\ny', "x «$(cat <<E\ndon't\nE\n)\"» z; y"),
    ("((1<<2)); echo $((1<<3)) '<<X'; a # <<E\nb", "(( «1<<2» )); echo «$((1<<3))» '<<X'; a; b"),
    # lists
    ("a && b || c; d & e", "((a && b) || c); BACK(d); e"),
    ("a && b &", "BACK((a && b))"),
    ("a | b 2>&1 | c >g", "(a | b 2>&1 | c >g)"),
    ("a |& b | c && d", "((a | b | c) && d)"),
    ("a && b >f", "(a && b >f)"),
    ("! a && b", "(NOT(a) && b)"),
    ("! x | y >f && z", "(NOT((x | y >f)) && z)"),
    ("a;;b", "a; b"),
    ("#!/bin/sh\n# c\na # d\n\n\nb", "a; b"),
    # compound commands
    ("{ a; b; } > f", "{a; b}>f"),
    ("( a; b ) >f 2>&1 | c", "(SUB{a; b}>f2>&1 | c)"),
    ("if a; then b; elif c; then d; else e; fi", "IF a THEN b IF c THEN d ELSE e"),
    ("if ! a\nthen b\nfi > f", "{IF NOT(a) THEN b ELSE }>f"),
    ("if cat <<E\nq\nE\nthen x; fi", "IF cat <<['q\n'] THEN x ELSE "),
    ("case $1 in -*|b) x;; (*) y ;; esac", "CASE <1> -*,b) x;; *) y;;"),
    ('case "$1" in\n  a) ;;\n  b) x ;& c) y; esac', "CASE <q:1> a) ;; b) x; y;; c) y;;"),
    ('for x in a "$b"; do c; done', "FOR x IN a,<q:b> DO c DONE"),
    ("for x in a; do ( c ) done", "FOR x IN a DO SUB{c} DONE"),
    ("for x; do c; done", "FOR x IN <q:@> DO c DONE"),
    ("for x in a b\ndo\nc\ndone", "FOR x IN a,b DO c DONE"),
    ("select x in a; do b; done", "FOR x IN «select» DO b DONE"),
    ("for ((i=0;i<3;i++)); do x; done", "WHILE (( «i=0;i<3;i++» )) DO x DONE"),
    ("while read -r l; do b; done <f", "WHILE read -r l DO b DONE<f"),
    ('while (( "$#" )); do a; done', 'WHILE (( « "$#" » )) DO a DONE'),
    ("until a; b; do c; done", "WHILE a; NOT(b) DO c DONE"),
    ("f() { a; }\nfunction g { b; }; h() ( c )", "FUN f {a}; FUN g {b}; FUN h {SUB{c}}"),
    # what cannot be read
    ("a; ) b; c", "a; ?)?; b; c"),
    ("foo (a); b", "?foo (a)?; b"),
    ('echo "a', 'echo; ?"a?'),
    ("if a; then\nb\n", "IF a THEN b; ?fi is missing? ELSE "),
    ("case x in a) b;;& c) d;; esac", "CASE x a) b; ?;;&?;; c) d;;"),
    ("", ""),
    ("\n \n", ""),
    # other people's editors
    ('a\r\nb "c\\\r\n d"\r\n', "a; b 'c d'"),
    ("a\0b\tc\n", "ab c"),
]


@pytest.mark.parametrize(("text", "read"), ROWS)
def test_parse(text: str, read: str) -> None:
    assert block(parse(text)) == read


def test_the_data() -> None:
    assert parse('\nA=b cmd "x$Y" 2>f\n') == (
        Simple(
            (("A", ShellWord("b", (Text("b", False),))),),
            (
                ShellWord("cmd", (Text("cmd", False),)),
                ShellWord('"x$Y"', (Text("x", True), Variable("Y", "", None, True))),
            ),
            (Redirect(">", 2, ShellWord("f", (Text("f", False),))),),
            1,
        ),
    )


def test_lines_count_from_zero_in_the_text() -> None:
    read = parse("#!/bin/sh\ncat <<E\n1\n2\nE\nif a\nthen\n  b \\\n    c\nfi\nd\r\n")
    assert [s.line for s in read] == [1, 5, 10]
    assert isinstance(read[1], If) and [s.line for s in read[1].branches[0][1]] == [7]


def test_a_line_of_plain_words_does_not_load_the_grammar() -> None:
    assert quoting.plain("su - app -c 'nginx -g \"daemon off;\"'\n") is not None
    for more in ("a $b", "a; b", "A=b c", "if", "export A", "a\nb", "a \\\nb", "", "[ a ]", "a *", "a ~"):
        assert quoting.plain(more) is None


@settings(max_examples=800, deadline=None)
@given(st.text(alphabet="aIf1-_./=:,@%+ \t'\"", max_size=24))
def test_plain_words_are_read_as_the_grammar_reads_them(text: str) -> None:
    fast = quoting.plain(text)
    assert fast is None or fast == grammar.read(text)


PIECES = (  # noqa: SIM905
    "if |then |fi|; |\n|a|$(|)|\"|'|<<E|E|${|}|do |done|case | in |esac|((|))|[[ | ]]|&|&&|f()|{ |! |x=|>f|2>&1|`|\\|"
    "for |while | ' '|$x|#|<<<|select |function |export |unset |é|\0|\r\n"
).split("|")


@settings(max_examples=800, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)))
def test_parse_never_raises(text: str) -> None:
    assert isinstance(block(parse(text)), str)


DEEP = {
    "subshells": "( " * 10_000 + "a" + " )" * 10_000,
    "groups": "{ " * 10_000 + "a" + "; }" * 10_000,
    "ifs": "if a; then " * 10_000 + "b" + "; fi" * 10_000,
    "open": "( " * 10_000,
    "substitutions": "echo " + "$(" * 10_000 + "a" + ")" * 10_000,
    "quoted substitutions": "echo " + '"$(' * 10_000 + "a" + ')"' * 10_000,
    "defaults": "echo " + "${a:-" * 10_000 + "x" + "}" * 10_000,
    "chain": " && ".join(["a"] * 10_000),
    "mixed chain": " && a || ".join(["a"] * 10_000),
    "functions": "f() { " * 10_000 + "a" + "}" * 10_000,
    "heredocs": "cat " + "<<A " * 10_000 + "\n",
    "extended patterns": "x !(" * 10_000,
    "regular expressions": '[[ a =~ "b ' * 10_000,
    "body": "cat <<E\n" + "${a:-$(`" * 10_000 + "\nE\n",
    "quotes": '"' * 10_001,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_depth_does_not_overflow(text: str) -> None:
    assert block(parse(text))


def test_endless_recovery_from_errors_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "PATIENCE", 0.01)
    assert parse("<" * 30_000) == (Unreadable("<" * 200, 0),)


def test_a_long_chain_keeps_its_order() -> None:
    read = block(parse(" && ".join(f"c{n}" for n in range(1000))))
    assert [w.strip("()") for w in read.split(" && ")] == [f"c{n}" for n in range(1000)]
