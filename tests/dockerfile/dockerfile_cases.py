"""Dockerfiles with a trap in each, and the instructions that BuildKit reads in them.

An instruction is `(name, text, first line, last line)`, 1-based, and its here-documents `(name, content, expand, chomp,
fd)` where it has any. A file that is refused has the message instead, and the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    data: bytes
    expected: tuple[Any, ...]
    newer: bool = False  # the rule is younger than the BuildKit of PyPI's `dockerfile`
    ours: bool = False  # refused here on purpose, or told apart from a limit of that package


FROM = ("FROM", "a", 1, 1)

CASES: dict[str, Case] = {
    # lines
    "one line": Case(b"FROM a\n", (FROM,)),
    "no final newline": Case(b"FROM a", (FROM,)),
    "crlf": Case(b"FROM a\r\nRUN b\r\n", (FROM, ("RUN", "b", 2, 2))),
    "several carriage returns": Case(b"FROM a\r\r\nRUN b\n", (FROM, ("RUN", "b", 2, 2))),
    "lone carriage return ends no line": Case(b"FROM a\rRUN b\n", (("FROM", "a\rRUN b", 1, 1),)),
    "form feed and vertical tab end no line": Case(
        b"FROM a\nRUN b\x0cUSER c\x0bd\n", (FROM, ("RUN", "b\x0cUSER c\x0bd", 2, 2))
    ),
    "form feed parts the keyword": Case(b"FROM\x0ca\n", (FROM,)),
    "next line and line separator end no line": Case(
        "FROM a\nRUN b\x85USER c\u2028USER d\n".encode(), (FROM, ("RUN", "b\x85USER c\u2028USER d", 2, 2))
    ),
    "no-break space is no part of the keyword's end": Case(
        "FROM a\nRUN\xa0b c\n".encode(), (FROM, ("RUN\xa0B", "c", 2, 2))
    ),
    "no-break space around is trimmed": Case("\xa0FROM a\xa0\n".encode(), (FROM,)),
    "unit separator is text": Case(b"FROM a\nRUN b \x1f\n", (FROM, ("RUN", "b \x1f", 2, 2))),
    "bom": Case(b"\xef\xbb\xbfFROM a\n", (FROM,)),
    "bom before a directive": Case(
        b"\xef\xbb\xbf# escape=`\nFROM a\nRUN b `\nc\n", (("FROM", "a", 2, 2), ("RUN", "b c", 3, 4))
    ),
    "bom on line 2 is text": Case(b"# x\n\xef\xbb\xbfFROM a\n", (("\ufeffFROM", "a", 2, 2),)),
    "latin-1": Case(b"FROM a\nMAINTAINER J\xf6rg\n", (FROM, ("MAINTAINER", "J\udcf6rg", 2, 2)), ours=True),
    "line of 65,535 bytes": Case(b"FROM a\nRUN " + b"b" * 65531 + b"\n", (FROM, ("RUN", "b" * 65531, 2, 2))),
    "line of 65,536 bytes": Case(b"FROM a\nRUN " + b"b" * 65532 + b"\n", ("the line is longer than 65535 bytes", 2)),
    "last line of 65,536 bytes": Case(b"FROM a\nRUN " + b"b" * 65532, ("the line is longer than 65535 bytes", 2)),
    "many short lines in one instruction": Case(
        b"FROM a\nRUN b\\\n" + b"c\\\n" * 70000, (FROM, ("RUN", "b" + "c" * 70000, 2, 70002))
    ),
    "nul": Case(b"FROM a\nRUN \0\n", ("the file holds a NUL byte, so it is no text", 2), ours=True),
    "utf-16": Case(b"\xff\xfeF\0R\0O\0M\0 \0a\0\n\0", ("the file is UTF-16; save it as UTF-8", 1), ours=True),
    # directives
    "all three": Case(
        b"# syntax=docker/dockerfile:1\n# check=skip=all\n# escape=`\nFROM a\nRUN b \\\nRUN c `\nd\n",
        (("FROM", "a", 4, 4), ("RUN", "b \\", 5, 5), ("RUN", "c d", 6, 7)),
        newer=True,
    ),
    "any case and blanks": Case(
        b" \t#  ESCAPE\t=  ` \nFROM a\nRUN b `\nc\n", (("FROM", "a", 2, 2), ("RUN", "b c", 3, 4))
    ),
    "blank line ends the search": Case(
        b"\n# escape=`\nFROM a\nRUN b \\\nc\n", (("FROM", "a", 3, 3), ("RUN", "b c", 4, 5))
    ),
    "comment ends the search": Case(
        b"# hello\n# escape=`\nFROM a\nRUN b \\\nc\n", (("FROM", "a", 3, 3), ("RUN", "b c", 4, 5))
    ),
    "unknown key ends the search": Case(
        b"# hello=1\n# escape=`\nFROM a\nRUN b \\\nc\n", (("FROM", "a", 3, 3), ("RUN", "b c", 4, 5))
    ),
    "empty value ends the search": Case(
        b"# escape=\n# escape=`\nFROM a\nRUN b \\\nc\n", (("FROM", "a", 3, 3), ("RUN", "b c", 4, 5))
    ),
    "instruction ends the search": Case(b"FROM a\n# escape=`\nRUN b \\\nc\n", (FROM, ("RUN", "b c", 3, 4))),
    "repeated": Case(b"# escape=`\n# escape=`\nFROM a\n", ("only one escape directive can be used", 2)),
    "repeated in another case": Case(b"# syntax=a\n# Syntax=b\nFROM a\n", ("only one syntax directive can be used", 2)),
    "wrong escape": Case(b"# escape=x\nFROM a\n", ("the escape directive takes \\ or `", 1)),
    # comments
    "indented comment": Case(b"FROM a\n \t# b\nRUN c\n", (FROM, ("RUN", "c", 3, 3))),
    "comment that ends in a backslash": Case(b"FROM a\n# b \\\nRUN c\n", (FROM, ("RUN", "c", 3, 3))),
    "comment inside a continuation": Case(b"FROM a\nRUN b \\\n  # c\n#d \\\n  e\n", (FROM, ("RUN", "b   e", 2, 5))),
    "hash after text is text": Case(b"FROM a # b\n", (("FROM", "a # b", 1, 1),)),
    "hash after a continuation's text": Case(
        b"FROM a\nRUN b \\\n c # d \\\n e\n", (FROM, ("RUN", "b  c # d  e", 2, 4))
    ),
    # continuations
    "leading blanks are kept on later lines": Case(b"  FROM a\n\tRUN b\\\n\t c\n", (FROM, ("RUN", "b\t c", 2, 3))),
    "blanks behind the backslash": Case(b"FROM a\nRUN b \\ \t\nc\n", (FROM, ("RUN", "b c", 2, 3))),
    "form feed behind the backslash": Case(
        b"FROM a\nRUN b \\\x0c\nRUN c\n", (FROM, ("RUN", "b \\", 2, 2), ("RUN", "c", 3, 3))
    ),
    "backslash, carriage return": Case(b"FROM a\r\nRUN b \\\r\nc\r\n", (FROM, ("RUN", "b c", 2, 3))),
    "escaped backslash": Case(b"FROM a\nRUN b \\\\\nRUN c\n", (FROM, ("RUN", "b \\\\", 2, 2), ("RUN", "c", 3, 3))),
    "three backslashes": Case(b"FROM a\nRUN b \\\\\\\nRUN c\n", (FROM, ("RUN", "b \\\\\\", 2, 2), ("RUN", "c", 3, 3))),
    "backslash alone": Case(b"FROM a\nRUN b \\\n\\\nc\n", (FROM, ("RUN", "b c", 2, 4))),
    "file begins with a backslash": Case(b"\\\nFROM a\n", (("FROM", "a", 1, 2),)),
    "blank line inside": Case(b"FROM a\nRUN b \\\n\n \t\nc\n", (FROM, ("RUN", "b c", 2, 5))),
    "keyword alone on its line": Case(b"FROM a\nRUN \\\nb\n", (FROM, ("RUN", "b", 2, 3))),
    "keyword broken in two": Case(b"FR\\\nOM a\n", (("FROM", "a", 1, 2),)),
    "ends in a continuation": Case(b"FROM a\nRUN b \\\n", (FROM, ("RUN", "b", 2, 2))),
    "ends in a continuation and a comment": Case(b"FROM a\nRUN b \\\n# c\n\n", (FROM, ("RUN", "b", 2, 4))),
    "other escape character": Case(
        b"# escape=`\nFROM a\nRUN b `\n  c\\\nCOPY d e:\\\n",
        (("FROM", "a", 2, 2), ("RUN", "b   c\\", 3, 4), ("COPY", "d e:\\", 5, 5)),
    ),
    "instruction inside a continuation is text": Case(
        b"FROM a\nRUN b \\\nUSER c\nUSER d\n", (FROM, ("RUN", "b USER c", 2, 3), ("USER", "d", 4, 4))
    ),
    # here-documents
    "heredoc": Case(
        b"FROM a\nRUN <<EOF\nUSER x\n# y \\\n\nEOF\nUSER b\n",
        (FROM, ("RUN", "<<EOF", 2, 6, ("EOF", "USER x\n# y \\\n\n", True, False, 0)), ("USER", "b", 7, 7)),
    ),
    "quoted name": Case(
        b"FROM a\nCOPY <<'E F' /x\n$y\nE F\n", (FROM, ("COPY", "<<'E F' /x", 2, 4, ("E F", "$y\n", False, False, 0)))
    ),
    "partly quoted name": Case(
        b'FROM a\nADD <<E"O"F /x\nEOF\n', (FROM, ("ADD", '<<E"O"F /x', 2, 3, ("EOF", "", False, False, 0)))
    ),
    "tabs chomped": Case(
        b"FROM a\nRUN <<-EOF\n\tb\n\t\tc\n d\n\t\tEOF\n",
        (FROM, ("RUN", "<<-EOF", 2, 6, ("EOF", "b\nc\n d\n", True, True, 0))),
    ),
    "blanks are no tabs": Case(
        b"FROM a\nRUN <<-EOF\n EOF\nEOF\n", (FROM, ("RUN", "<<-EOF", 2, 4, ("EOF", " EOF\n", True, True, 0)))
    ),
    "terminator must be exact": Case(
        b"FROM a\nRUN <<EOF\nEOF \n EOF\nEOFX\nEOF\n",
        (FROM, ("RUN", "<<EOF", 2, 6, ("EOF", "EOF \n EOF\nEOFX\n", True, False, 0))),
    ),
    "terminator with a carriage return": Case(
        b"FROM a\r\nRUN <<EOF\r\nb\r\nEOF\r\n", (FROM, ("RUN", "<<EOF", 2, 4, ("EOF", "b\r\n", True, False, 0)))
    ),
    "terminator without a newline": Case(
        b"FROM a\nRUN <<EOF\nb\nEOF", (FROM, ("RUN", "<<EOF", 2, 4, ("EOF", "b\n", True, False, 0)))
    ),
    "two in order": Case(
        b"FROM a\nCOPY <<A <<B /x/\n1\nB\nA\n2\nB\n",
        (FROM, ("COPY", "<<A <<B /x/", 2, 7, ("A", "1\nB\n", True, False, 0), ("B", "2\n", True, False, 0))),
    ),
    "descriptor": Case(
        b"FROM a\nRUN cat 3<<EOF\nEOF\n", (FROM, ("RUN", "cat 3<<EOF", 2, 3, ("EOF", "", True, False, 3)))
    ),
    "behind flags and other words": Case(
        b"FROM a\nCOPY --chmod=755 <<EOF /x\nb\nEOF\n",
        (FROM, ("COPY", "--chmod=755 <<EOF /x", 2, 4, ("EOF", "b\n", True, False, 0))),
    ),
    "behind a continuation": Case(
        b"FROM a\nRUN \\\n# c\n <<EOF \\\n cat\nb\nEOF\n",
        (FROM, ("RUN", "<<EOF  cat", 2, 7, ("EOF", "b\n", True, False, 0))),
    ),
    "body with continuations": Case(
        b"FROM a\nRUN <<EOF\nb \\\nEOF\nUSER c\n",
        (FROM, ("RUN", "<<EOF", 2, 4, ("EOF", "b \\\n", True, False, 0)), ("USER", "c", 5, 5)),
    ),
    "onbuild": Case(
        b"FROM a\nONBUILD RUN <<EOF\nb\nEOF\n", (FROM, ("ONBUILD", "RUN <<EOF", 2, 4, ("EOF", "b\n", True, False, 0)))
    ),
    "not in other instructions": Case(
        b"FROM a\nCMD cat <<EOF\nUSER b\n", (FROM, ("CMD", "cat <<EOF", 2, 2), ("USER", "b", 3, 3))
    ),
    "not in json": Case(b'FROM a\nRUN ["<<EOF"]\nUSER b\n', (FROM, ("RUN", '["<<EOF"]', 2, 2), ("USER", "b", 3, 3))),
    "in bad json": Case(
        b"FROM a\nRUN ['<<EOF'] <<E\nE\n", (FROM, ("RUN", "['<<EOF'] <<E", 2, 3, ("E", "", True, False, 0)))
    ),
    "quoted mark is none": Case(
        b'FROM a\nRUN echo "<<EOF"\nUSER b\n', (FROM, ("RUN", 'echo "<<EOF"', 2, 2), ("USER", "b", 3, 3))
    ),
    "shift is none": Case(
        b"FROM a\nRUN echo $((1<<2))\nUSER b\n", (FROM, ("RUN", "echo $((1<<2))", 2, 2), ("USER", "b", 3, 3))
    ),
    "here-string is none": Case(
        b"FROM a\nRUN cat <<<EOF\nUSER b\n", (FROM, ("RUN", "cat <<<EOF", 2, 2), ("USER", "b", 3, 3))
    ),
    "glued to a word is none": Case(
        b"FROM a\nRUN cat<<EOF\nUSER b\n", (FROM, ("RUN", "cat<<EOF", 2, 2), ("USER", "b", 3, 3))
    ),
    "open quote means none": Case(
        b"FROM a\nRUN <<EOF it's\nUSER b\n", (FROM, ("RUN", "<<EOF it's", 2, 2), ("USER", "b", 3, 3))
    ),
    "blank before the name": Case(
        b"FROM a\nRUN cat << EOF\nb\nEOF\n",
        (FROM, ("RUN", "cat << EOF", 2, 4, ("EOF", "b\n", True, False, 0))),
        newer=True,
    ),
    "variable in the name": Case(
        b"FROM a\nRUN <<$X\nb\n$X\n", (FROM, ("RUN", "<<$X", 2, 4, ("$X", "b\n", True, False, 0)))
    ),
    "mark inside a default, parted by its blank": Case(
        b"FROM a\nRUN ${A:-b <<E}\nc\nE}\n", (FROM, ("RUN", "${A:-b <<E}", 2, 4, ("E}", "c\n", True, False, 0)))
    ),
    "empty name is none": Case(b"FROM a\nRUN <<'' b\nUSER c\n", (FROM, ("RUN", "<<'' b", 2, 2), ("USER", "c", 3, 3))),
    "mark before a default is lost": Case(
        b"FROM a\nRUN <<${a:-b}\nUSER c\n", (FROM, ("RUN", "<<${a:-b}", 2, 2), ("USER", "c", 3, 3)), newer=True
    ),
    "mark behind a replacement": Case(
        b"FROM a\nRUN ${A/b/c} <<E\nd\nE\n",
        (FROM, ("RUN", "${A/b/c} <<E", 2, 4, ("E", "d\n", True, False, 0))),
        newer=True,
    ),
    "braces a thousand deep beside a mark": Case(
        b"FROM a\nRUN <<E " + b"${a:-" * 1000 + b"}" * 1000 + b"\nE\n",
        ("`${…}` stand within each other too deep", 2),
        ours=True,
    ),
    "dash without a name": Case(b"FROM a\nRUN <<-\nUSER c\n", (FROM, ("RUN", "<<-", 2, 2), ("USER", "c", 3, 3))),
    "bom before the name": Case(
        b"FROM a\nRUN <<\xef\xbb\xbfE\nE\n", (FROM, ("RUN", "<<\ufeffE", 2, 3, ("E", "", True, False, 0)))
    ),
    "mark behind an assignment": Case(
        b"FROM a\nRUN ${A:=b} <<E\nUSER c\nE\n",
        (FROM, ("RUN", "${A:=b} <<E", 2, 4, ("E", "USER c\n", True, False, 0))),
    ),
    "mark behind an assignment without a colon": Case(
        b"FROM a\nRUN ${A=b} <<E\nUSER c\n", (FROM, ("RUN", "${A=b} <<E", 2, 2), ("USER", "c", 3, 3))
    ),
    "unterminated": Case(b"FROM a\nRUN <<EOF\nb\n", ("the here-document 'EOF' is not terminated", 2)),
    # instructions
    "empty file": Case(b"", ("there is no instruction in this file", 0)),
    "comments only": Case(b"# a\n\n", ("there is no instruction in this file", 0)),
    "unknown instruction": Case(b"FROM a\nFOO b\n", (FROM, ("FOO", "b", 2, 2))),
    "mixed case": Case(b"from a\nRun b\n", (FROM, ("RUN", "b", 2, 2))),
    "keyword alone": Case(b"FROM a\nENTRYPOINT\n", (FROM, ("ENTRYPOINT", "", 2, 2))),
    "flags kept": Case(b"FROM --platform=$P  a\n", (("FROM", "--platform=$P  a", 1, 1),)),
    "bad json is shell form": Case(b"FROM a\nCMD ['b']\n", (FROM, ("CMD", "['b']", 2, 2))),
    "json with other than strings": Case(b"FROM a\nCMD [1]\n", ("a JSON array here must hold strings only", 2)),
    "json of NaN is shell form": Case(b"FROM a\nCMD [NaN]\n", (FROM, ("CMD", "[NaN]", 2, 2))),
    "json of a number too big is shell form": Case(b"FROM a\nCMD [1e999]\n", (FROM, ("CMD", "[1e999]", 2, 2))),
    "json in a health check": Case(
        b"FROM a\nHEALTHCHECK --retries=1 CMD [1]\n", ("a JSON array here must hold strings only", 2)
    ),
    "something behind the json is shell form": Case(
        b'FROM a\nCMD ["b"] # c\n', (FROM, ("CMD", '["b"] # c', 2, 2)), newer=True
    ),
    "json in another instruction": Case(b"FROM a\nUSER [1]\n", (FROM, ("USER", "[1]", 2, 2))),
    "env without a value": Case(b"FROM a\nENV b\n", ("ENV needs a name and a value", 2)),
    "env with a word without a value": Case(b"FROM a\nENV b=1 c\n", ("ENV: 'c' has no `=`: it must be NAME=value", 2)),
    "label without a value": Case(b"FROM a\nLABEL b\n", ("LABEL needs a name and a value", 2)),
    "env inside onbuild": Case(b"FROM a\nONBUILD ENV b\n", ("ENV needs a name and a value", 2)),
}
