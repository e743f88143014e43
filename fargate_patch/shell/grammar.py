"""From tree-sitter-bash's syntax tree to statements.

Words are cut out by their place in the text and read by `quoting`, lists and pipelines are put together anew from their
commands, since the grammar nests `a | b && c` and `a && b >f` otherwise than a shell does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fargate_patch.regex import regex
from fargate_patch.shell.cutting import REDIRECTS, SHOWN, Cutter, line_of
from fargate_patch.shell.heredocs import Heredoc, mask
from fargate_patch.shell.joining import and_or, pipelines, redirected
from fargate_patch.shell.parser import syntax_tree
from fargate_patch.shell.quoting import read_word
from fargate_patch.shell.syntax import (
    Background,
    Case,
    Computed,
    Function,
    Group,
    If,
    Loop,
    Negated,
    ShellWord,
    Simple,
    Statement,
    Unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tree_sitter import Node

DEEPEST = 48  # statements nested beyond this are Unreadable

_NEGATED_GROUP = regex(r"!(?<![^\s;&|(]!)(?=[ \t]+\{\s)")  # which the grammar takes for a program of the name `{`
_NOT_ASCII = regex(r"[^\x00-\x7f]")
_ENDS = frozenset((";", ";;", "\n", "comment"))
_OPERATORS = frozenset(("&&", "||", "|", "|&"))

Element: TypeAlias = "tuple[Node, list[Node]]"  # a command and the redirects that stand behind it


def read(text: str) -> tuple[Statement, ...]:
    """The statements of a script without CRLF and NUL."""
    masked, heredocs = mask(text)
    negated = frozenset(masked.index("{", m.end()) for m in _NEGATED_GROUP.finditer(masked))
    if negated:
        masked = _NEGATED_GROUP.sub(" ", masked)
    tree = syntax_tree(_NOT_ASCII.sub(".", masked + "\n").encode("ascii"))
    if tree is None:
        return (Unreadable(text[:SHOWN], 0),)
    return _Reading(text, heredocs, negated).block(tree.root_node.children, 0)


class _Reading(Cutter):
    """One text being read; offsets in the tree are offsets in the text."""

    def __init__(self, text: str, heredocs: dict[int, Heredoc], negated: frozenset[int]) -> None:
        """`negated`: where the `{` of a `! { …; }` stands, whose `!` is not in the tree."""
        super().__init__(text, heredocs)
        self.negated_groups = negated
        self.readers: dict[str, Callable[[Node, int], Statement]] = {
            "command": self.command,
            "declaration_command": self.command,
            "unset_command": self.command,
            "variable_assignment": self.assignments,
            "variable_assignments": self.assignments,
            "test_command": self.test,
            "negated_command": self.negated,
            "subshell": self.group,
            "compound_statement": self.group,
            "if_statement": self.if_,
            "case_statement": self.case,
            "for_statement": self.for_,
            "c_style_for_statement": self.for_arithmetic,
            "while_statement": self.while_,
            "function_definition": self.function,
        }
        self.lists = frozenset(("list", "pipeline", "redirected_statement"))

    def block(self, nodes: Iterable[Node], depth: int) -> tuple[Statement, ...]:
        found: list[Statement] = []
        for node in nodes:
            kind = node.type
            if node.is_missing and kind not in _ENDS:
                found.append(Unreadable(f"{kind} is missing", line_of(node)))
            elif kind == "&" and found:
                found[-1] = Background(found[-1], found[-1].line)
            elif kind in self.readers or kind in self.lists:
                found.append(self.statement(node, depth))
            elif node.is_error:
                whole = [c for c in node.children if c.type in self.readers or c.type in self.lists]
                if len(whole) < len(node.children) or not whole:  # else all that is amiss is a `;` between them
                    found.append(self.unreadable(node))
                found += self.block(whole, depth)
            elif kind not in _ENDS and kind != "&" and not (found and isinstance(found[-1], Unreadable)):
                found.append(self.unreadable(node))
        return tuple(found)

    def statement(self, node: Node, depth: int) -> Statement:
        if depth > DEEPEST:
            return self.unreadable(node)
        if node.type not in self.lists:
            return self.readers[node.type](node, depth + 1) if node.type in self.readers else self.unreadable(node)
        commands, operators = self.flat(node)
        read = [self.element(*element, depth + 1) for element in commands]
        return and_or(*pipelines(read, operators))

    def flat(self, node: Node) -> tuple[list[Element], list[str]]:
        """The commands of nested lists and pipelines in order, each with its redirects, and the operators between."""
        commands: list[Element] = []
        operators: list[str] = []
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if node.type in REDIRECTS and commands:
                commands[-1][1].append(node)
            elif node.type in _OPERATORS:
                operators.append(node.type)
            elif node.type in self.lists and any(c.type not in REDIRECTS for c in node.children):
                waiting += reversed(node.children)
            elif node.type != "comment":
                commands.append((node, []))
        return commands, operators

    def element(self, node: Node, redirects: list[Node], depth: int) -> Statement:
        if node.type == "redirected_statement":  # redirects without a command
            return Simple((), (), tuple(self.redirects(node.children)[0]), line_of(node))
        statement = self.statement(node, depth)
        targets, words = self.redirects(redirects)
        if not targets:
            return statement
        return redirected(statement, tuple(targets), tuple(words))

    # -- compound commands

    def negated(self, node: Node, depth: int) -> Statement:
        body = self.block(node.children[1:], depth)
        return Negated(body[0], line_of(node)) if len(body) == 1 else self.unreadable(node)

    def group(self, node: Node, depth: int) -> Statement:
        first, last = node.children[0], node.children[-1]
        if first.type == "((":
            return self.arithmetic(node)
        inside = node.children[1:] if last.is_missing else node.children[1:-1]
        group = Group(self.block(inside, depth), first.type == "(", (), line_of(node))
        return Negated(group, line_of(node)) if node.start_byte in self.negated_groups else group

    def if_(self, node: Node, depth: int) -> Statement:
        parts: list[tuple[str, list[Node]]] = []
        waiting = list(reversed(node.children))
        while waiting:
            child = waiting.pop()
            if child.type in ("elif_clause", "else_clause"):
                waiting += reversed(child.children)
            elif child.type in ("if", "then", "elif", "else") and not child.is_named:
                parts.append((child.type, []))
            elif child.type != "fi" or child.is_missing:
                parts[-1][1].append(child)
        blocks = [(keyword, self.block(nodes, depth)) for keyword, nodes in parts]
        heads = [block for keyword, block in blocks if keyword in ("if", "elif")]
        bodies = [block for keyword, block in blocks if keyword == "then"]
        otherwise = next((block for keyword, block in blocks if keyword == "else"), ())
        if len(heads) != len(bodies):
            return self.unreadable(node)
        return If(tuple(zip(heads, bodies, strict=True)), otherwise, line_of(node))

    def case(self, node: Node, depth: int) -> Statement:
        subject = node.child_by_field_name("value")
        items: list[tuple[tuple[ShellWord, ...], tuple[Statement, ...]]] = []
        falling: list[int] = []
        for child in node.children:
            if child.type != "case_item":
                continue
            patterns, body, ending = self.case_item(child, depth)
            items += [(patterns, body)]
            for index in falling:
                items[index] = (items[index][0], items[index][1] + body)
            falling = [*falling, len(items) - 1][-8:] if ending == ";&" else []
        if subject is None or any(c.is_error for c in node.children):
            return self.unreadable(node)
        return Case(self.word(subject.start_byte, subject.end_byte), tuple(items), line_of(node))

    def case_item(self, node: Node, depth: int) -> tuple[tuple[ShellWord, ...], tuple[Statement, ...], str]:
        children = node.children
        close = next((i for i, c in enumerate(children) if c.type == ")"), len(children))
        spans: list[tuple[int, int]] = []
        fresh = True
        for child in children[:close]:
            if child.type in ("|", "("):
                fresh = True
            elif fresh:
                spans.append((child.start_byte, child.end_byte))
                fresh = False
            else:
                spans[-1] = (spans[-1][0], child.end_byte)
        ending = children[-1].type
        body = self.block((c for c in children[close + 1 :] if c.type not in (";&", ";;&")), depth)
        if ending == ";;&":
            body += (Unreadable(";;&", line_of(children[-1])),)
        return tuple(self.word(*s) for s in spans), body, ending

    def do_group(self, node: Node, depth: int) -> tuple[Statement, ...]:
        body = next((c for c in reversed(node.children) if c.type in ("do_group", "compound_statement")), None)
        inside = [c for c in body.children if c.is_missing or c.type not in ("do", "done", "{", "}")] if body else []
        errors = [c for c in node.children if c.is_error]
        return self.block([*errors, *inside], depth)

    def for_(self, node: Node, depth: int) -> Statement:
        name = node.child_by_field_name("variable")
        values = [(c.start_byte, c.end_byte) for c in node.children_by_field_name("value")]
        listed = any(c.type == "in" for c in node.children)
        words = [self.word(*v) for v in values] if listed else [read_word('"$@"')]
        if node.children[0].type == "select":
            words = [ShellWord("select", (Computed("select", True),))]
        variable = self.text[name.start_byte : name.end_byte] if name else ""
        return Loop(variable, tuple(words), (), self.do_group(node, depth), (), line_of(node))

    def for_arithmetic(self, node: Node, depth: int) -> Statement:
        return Loop(None, (), (self.arithmetic(node),), self.do_group(node, depth), (), line_of(node))

    def while_(self, node: Node, depth: int) -> Statement:
        head = [c for c in node.children[1:] if c.type != "do_group" and not c.is_error]
        condition = (self.arithmetic(node),) if head and head[0].type == "((" else self.block(head, depth)
        if node.children[0].type == "until" and condition:
            condition = (*condition[:-1], Negated(condition[-1], condition[-1].line))
        return Loop(None, (), condition, self.do_group(node, depth), (), line_of(node))

    def function(self, node: Node, depth: int) -> Statement:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None or body is None:
            return self.unreadable(node)
        inner = self.statement(body, depth)
        statements = inner.body if isinstance(inner, Group) and not inner.subshell else (inner,)
        return Function(self.text[name.start_byte : name.end_byte], statements, line_of(node))
