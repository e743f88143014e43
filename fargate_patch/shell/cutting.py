"""Simple commands of the syntax tree: words, assignments and redirects, cut out by their place in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.regex import regex
from fargate_patch.shell.quoting import WordReader, read_heredoc, read_word
from fargate_patch.shell.syntax import Computed, Redirect, ShellWord, Simple, Statement, Text, Unreadable, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

    from fargate_patch.shell.heredocs import Heredoc

_CONTINUED = regex(r"(?:\\\n)+")
_ASSIGNMENT = regex(r"([A-Za-z_][A-Za-z0-9_]*)(\[[^\]]*\])?(\+?=)")
_DESCRIPTOR = regex(r"\{[A-Za-z_][A-Za-z0-9_]*\}[<>]")
REDIRECTS = frozenset(("file_redirect", "herestring_redirect", "heredoc_redirect"))
SHOWN = 200  # characters of source that an Unreadable keeps


class Cutter:
    """Cuts simple commands out of `text`, whose offsets are those of the tree."""

    def __init__(self, text: str, heredocs: dict[int, Heredoc]) -> None:
        self.text = text
        self.heredocs = heredocs

    def unreadable(self, node: Node) -> Unreadable:
        line_end = self.text.find("\n", node.start_byte + 1, node.end_byte)
        end = max(line_end, node.end_byte if line_end < 0 else 0)
        return Unreadable(self.text[node.start_byte : min(end, node.start_byte + SHOWN)], line_of(node))

    def word(self, start: int, end: int) -> ShellWord:
        return read_word(self.text[start:end])

    def command(self, node: Node, _depth: int) -> Statement:
        name = node.children[0].children[0] if node.children[0].children else node
        if name.type == "arithmetic_expansion" and name.children[0].type == "((":  # tree-sitter-bash before 0.25
            return self.arithmetic(name)
        assignments: list[tuple[str, ShellWord]] = []
        redirects: list[Redirect] = []
        spans: list[tuple[int, int]] = []
        for child in node.children:
            kind, start, end = child.type, child.start_byte, child.end_byte
            if child.is_error or kind == "subshell":
                return self.unreadable(node)
            if kind == "variable_assignment" and node.type == "command":
                assignments.append(self.assignment(child))
            elif kind in REDIRECTS:
                redirects += self.redirects([child])[0]
                spans += self.behind(child)
            elif spans and (spans[-1][1] == start or _CONTINUED.fullmatch(self.text, spans[-1][1], start)):
                spans[-1] = (spans[-1][0], end)
            elif start < end and kind != "comment":
                spans.append((start, end))
        words = tuple(self.word(*s) for s in spans if not self.is_descriptor(*s))
        return Simple(tuple(assignments), words, tuple(redirects), line_of(node))

    def is_descriptor(self, start: int, end: int) -> bool:
        """`{lock}` of `exec {lock}> FILE`: a part of the redirect, which the grammar takes for a word."""
        return self.text[start : start + 1] == "{" and _DESCRIPTOR.fullmatch(self.text, start, end + 1) is not None

    def behind(self, redirect: Node) -> list[tuple[int, int]]:
        """The words behind a redirect's target, which the grammar takes for more targets."""
        return [(n.start_byte, n.end_byte) for n in redirect.children_by_field_name("destination")[1:]]

    def assignment(self, node: Node) -> tuple[str, ShellWord]:
        source = self.text[node.start_byte : node.end_byte]
        match = _ASSIGNMENT.match(source)
        if not match:
            return source, ShellWord(source, (Computed(source, True),))
        name, subscript, operator = match.groups()
        value = read_word(source[match.end() :])
        if subscript or value.source.startswith("("):
            return name, ShellWord(value.source, (Computed(value.source, True, self.elements(name, operator, node)),))
        if operator == "+=":
            return name, ShellWord(value.source, (Variable(name, "", None, True), *value.parts))
        return name, value

    def elements(self, name: str, operator: str, assignment: Node) -> tuple[ShellWord, ...] | None:
        array = next((child for child in assignment.children if child.type == "array"), None)
        if array is None:
            return None
        words = tuple(self.word(n.start_byte, n.end_byte) for n in array.named_children if n.type != "comment")
        return (read_word(f'"${{{name}[@]}}"'), *words) if operator == "+=" else words

    def assignments(self, node: Node, _depth: int) -> Statement:
        nodes = [node] if node.type == "variable_assignment" else node.children
        found = tuple(self.assignment(n) for n in nodes if n.type == "variable_assignment")
        return Simple(found, (), (), line_of(node))

    def test(self, node: Node, _depth: int) -> Statement:
        if node.children[0].type == "((":  # `((a++))` before 0.25
            return self.arithmetic(node)
        words = WordReader(self.text[node.start_byte : node.end_byte]).words()
        return Simple((), tuple(words), (), line_of(node))

    def redirects(self, nodes: Iterable[Node]) -> tuple[list[Redirect], list[ShellWord]]:
        """What the nodes redirect, and the words that the grammar put among the targets."""
        found: list[Redirect] = []
        words: list[ShellWord] = []
        for node in nodes:
            descriptor = next((c for c in node.children if c.type == "file_descriptor"), None)
            source = self.text[descriptor.start_byte : descriptor.end_byte] if descriptor else ""
            fd = int(source) if source.isascii() and source.isdigit() and len(source) < 6 else None
            rest = [c for c in node.children if c is not descriptor and c.type != "file_descriptor"]
            operator = rest[0].type if rest else ""
            if node.type == "herestring_redirect":
                body = self.word(rest[1].start_byte, rest[-1].end_byte) if rest[1:] else None
                found.append(Redirect(operator, fd, None, body))
                continue
            targets = [(c.start_byte, c.end_byte) for c in node.children_by_field_name("destination")]
            found.append(self.redirect(operator, fd, targets[0] if targets else None))
            words += [self.word(*t) for t in targets[1:]]
        return found, words

    def redirect(self, operator: str, fd: int | None, target: tuple[int, int] | None) -> Redirect:
        heredoc = self.heredocs.get(target[0]) if target else None
        if heredoc:
            body = heredoc.body
            word = read_heredoc(body) if heredoc.expand else ShellWord(body, (Text(body, True),))
            return Redirect(heredoc.operator, fd, None, word)
        return Redirect(operator, fd, self.word(*target) if target else None)

    def arithmetic(self, node: Node) -> Simple:
        """`(( … ))` as a command of three words."""
        start = next((c.end_byte for c in node.children if c.type == "(("), node.start_byte)
        end = next((c.start_byte for c in node.children if c.type == "))"), node.end_byte)
        inner = self.text[start:end]
        words = (read_word("(("), ShellWord(inner, (Computed(inner, True),)), read_word("))"))
        return Simple((), words, (), line_of(node))


def line_of(node: Node) -> int:
    return node.start_point[0]
