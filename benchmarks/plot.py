"""A plot as SVG: points joined by lines, both axes in powers of ten."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 60, 150, 30, 40
COLOURS = ("#0072b2", "#d55e00", "#009e73")  # which those who see few colours tell apart
STYLE = "text{font:12px sans-serif;fill:#777}line{stroke:#7774}polyline{fill:none;stroke-width:2}"


def plot(title: str, across: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """`across` says what the numbers from left to right are; `title` what the others are. All are above 0."""
    points = [point for line in series.values() for point in line]
    xs, ys = _powers([x for x, _ in points]), _powers([y for _, y in points])
    drawn = [*_grid(xs, ys), *_lines(series, xs, ys)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    labels = [f'<text x="{LEFT}" y="18">{escape(title)}</text>']
    labels.append(f'<text x="{LEFT}" y="{HEIGHT - 6}">{escape(across)}</text>')
    return "\n".join((head, f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", *labels, *drawn, "</svg>\n"))


def _powers(values: Sequence[float]) -> range:
    """The powers of ten from the one below the least value to the one above the greatest."""
    return range(math.floor(math.log10(min(values))), max(1, math.ceil(math.log10(max(values)))) + 1)


def _x(value: float, powers: range) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(value) - powers[0]) / (len(powers) - 1)


def _y(value: float, powers: range) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(value) - powers[0]) / (len(powers) - 1)


def _grid(xs: range, ys: range) -> Iterator[str]:
    for power in xs:
        x = _x(10**power, xs)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 14}" text-anchor="middle">{10**power:,g}</text>'
    for power in ys:
        y = _y(10.0**power, ys)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'


def _lines(series: Mapping[str, Sequence[tuple[float, float]]], xs: range, ys: range) -> Iterator[str]:
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{_x(x, xs):.1f},{_y(y, ys):.1f}" for x, y in line)
        row = TOP + 18 * number + 10
        yield f'<polyline points="{points}" style="stroke:{colour}"/>'
        yield f'<text x="{WIDTH - RIGHT + 10}" y="{row}" style="fill:{colour}">{escape(name)}</text>'
