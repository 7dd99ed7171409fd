"""The faulty line: the first value of `gradients` that makes all right when the true one takes its place.

1. What each value leads to is seen by nudging it. The suspects lead to wrong gradients and to no right one.
2. A suspect that is a value of the forward pass, or the adjoint of one, is right.
3. The first of the others that can be replaced, by a value or an adjoint of the forward pass, so that every gradient
   is right, ends the range in which the fault is.
4. Small edits of the suspects' statements are tried: by value against what belongs there, then on the program.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy

from ...source import Place, Site, exchanged
from ..program.tree import Host
from ..recording.forward import EACH, forward_at
from ..recording.runs import Nudge, Put, Record, Runs, kept
from ..recording.truth import Truth
from ..same import bare, close, identical
from .byvalue import broadcasts
from .edits.context import Context
from .edits.edit import Edit
from .edits.edits import additions, edits_of, edits_within, factors_inside
from .edits.read_off import behind, towards
from .edits.statements import statement_edits
from .scope import Scope

SAME = 1e-5  # relative: a slope of the loss and what it is compared with
NUDGE = 1e-3
WRONG = 1e-5  # relative: how far a value is from what belongs there, where it is wrong
FITS = 2e-5  # the same, where an edited expression fits
UNCHANGED = 1e-7  # what belongs there is what stands there: nothing to be tried
FLOOR = 1e-10  # absolute: what belongs there may be zero
INTERVENTIONS = 400  # runs of gradients with a value exchanged
EARLY = 0  # suspects that cannot be put right, before those are looked at that are adjoints as they stand
AROUND = 16  # suspects before the first wrong value that are looked at once more
RANK = 0.15  # what each suspect is less likely than the one that was passed closer to the first wrong value
CALLERS = 4  # statements that call a suspect's function
CALLS = 2.4  # what edits of such a statement may cost
WORK = 1_500_000  # values that pass the probe in all these runs: heavy programs are tried less often
LATER = 6  # suspects behind the first that is put right
STORED = 40  # edits within a change in place that are tried along with those read off by value
NEAR = 5  # lines within which a value that nothing uses belongs to a path that is missing
NEAREST = 8  # nodes of the forward pass before one, whose adjoints are tried in its adjoint's place
TRIALS = 600  # runs of the edited program
TESTS = 6000  # edits tried by value
READ_OFF = 2.0  # edits that cost less are tried before factors and terms are read off by value


@dataclass
class Suspect:
    """A value that leads to wrong gradients alone."""

    site: Site
    values: list[Host]
    leads: frozenset[int]
    times: list[int]
    moves: set[int] | None = None

    @property
    def first(self) -> int:
        """When it is passed for the first time."""
        return self.times[0]


@dataclass(frozen=True)
class Turn:
    """Which occurrence of one thing belongs to which of another, and whether they are transposed."""

    which: tuple[int, ...]  # by occurrence of the first, that of the other
    transpose: bool
    shapes: tuple[tuple[int, ...], ...]  # of the other

    def back(self, values: Sequence[Host]) -> list[Host | None]:
        """Return `values` in the order and the shapes of the other, None where it has more."""
        found: list[Host | None] = [None] * len(self.shapes)
        for k, v in zip(self.which, values, strict=True):
            found[k] = (v.T if self.transpose else v).reshape(self.shapes[k])
        return found

    def there(self, others: Sequence[Host], shapes: Sequence[tuple[int, ...]]) -> list[Host | None]:
        """Return the other's in the order and the given shapes of the first."""
        chosen = [others[k] for k in self.which]
        return [(o.T if self.transpose else o).reshape(shape) for o, shape in zip(chosen, shapes, strict=True)]


@dataclass(frozen=True)
class Fix:
    """What belongs in a suspect's place, by occurrence, and the node of the loss that it comes from."""

    values: list[Host | None]
    because: int | None
    turn: Turn | None = None
    residual: float = float("nan")


@dataclass(frozen=True)
class Match:
    """The node of the loss that a suspect's values are the adjoint of, all of them or the first alone."""

    node: int
    turn: Turn
    full: bool


class Try(NamedTuple):
    """An edit to be tried on the program, how soon, and where it can be seen first whether it changes anything."""

    cost: float
    order: int
    edit: Edit
    suspect: Suspect
    seen: tuple[ast.expr, Scope, ast.AST] | None = None


@dataclass
class Located:
    """What was found.

    Attributes
    ----------
    places : list of Place
        The faulty lines: the smallest range that is left.
    edit : Edit or None
        A change that makes every gradient right.
    place : Place or None
        Where that stands.
    because : Place or None
        The line of the forward pass whose value or adjoint belongs there.
    residual : float
        The largest relative error of any tensor, with what belongs there in place.
    """

    first: Place
    last: Place
    edit: Edit | None = None
    place: Place | None = None
    because: Place | None = None
    residual: float = float("nan")
    target: list[Host | None] | None = None
    suspect: Suspect | None = None
    leads: frozenset[int] = frozenset()
    code: str = "unknown"
    through: Place | None = None
    loose: Place | None = None


@dataclass
class Locator:
    """One search, at one point."""

    runs: Runs
    truth: Truth
    wrong: frozenset[int]
    rng: numpy.random.Generator
    limit: int = 8000
    counts: dict[str, int] = field(default_factory=lambda: {"put": 0, "trial": 0, "test": 0})
    log: list[str] = field(default_factory=list)

    def run(self) -> Located | None:
        """Return what is found, None where nothing is."""
        record, gradients = self.runs.record_gradients()
        if gradients is None:
            return None
        self.record, self.gradients = record, gradients
        self.trials = max(60, min(TRIALS, WORK // max(1, record.time)))
        self.forward = forward_at(self.runs, self.limit, self.rng)
        self.off = self.truth.off(gradients)
        suspects = self._suspects(record, gradients)
        if not suspects:
            return None
        found = self._intervene(suspects)
        self.log.append(
            f"suspects {[s.site.place.line for s in suspects]} -> {found.site.place.line if found else None}"
        )
        return self._edit(suspects, found)

    # -- suspects ------------------------------------------------------------------------------------------------

    def _suspects(self, record: Record, gradients: Sequence[Host | None]) -> list[Suspect]:
        known = _Known(self.forward.record)
        found: list[Suspect] = []
        for number, values in sorted(record.values.items(), key=lambda item: record.times[item[0]][0]):
            site = self.runs.sites[number]
            if not (site.root or _is_element(site)) or any(v.dtype.kind != "f" for v in values) or known.has(values):
                continue
            leads = self._leads(number, values, gradients)
            if leads & self.wrong:
                found.append(Suspect(site, values, leads, record.times[number]))
        right = frozenset(range(len(gradients))) - self.wrong
        pure = [s for s in found if not s.leads & right]
        self.all = found
        return pure or found

    def _leads(self, number: int, values: list[Host], gradients: Sequence[Host | None]) -> frozenset[int]:
        """Return the tensors that change with what passes a site."""
        us: list[Host | None] = []
        for v in values:
            size = float(numpy.sqrt(numpy.mean(v * v))) if v.size else 0.0
            us.append((abs(v) + (size or 1.0)) * self.rng.standard_normal(v.shape))
        moved = self.runs.gradients({number: Nudge(us, NUDGE)})
        if moved is None:
            return frozenset(range(len(gradients)))
        return frozenset(
            i for i, (a, b) in enumerate(zip(gradients, moved, strict=True))
            if (a is None) != (b is None)
            or (a is not None and b is not None and (a.shape != b.shape or not numpy.array_equal(a, b, equal_nan=True)))
        )  # fmt: skip

    # -- intervention --------------------------------------------------------------------------------------------

    def _intervene(self, suspects: Sequence[Suspect]) -> Suspect | None:
        """Find out which suspects can be put right; return the first that is no adjoint as it stands."""
        matches = {s.site.number: match for s in suspects if (match := self._match(s)) is not None}
        self.right = {number: match for number, match in matches.items() if match.full}
        self.soft = {number: match for number, match in matches.items() if not match.full}
        self.orders = list(dict.fromkeys(match.turn.which for match in (*self.soft.values(), *self.right.values())))
        self.fixes: dict[int, list[Fix]] = {}
        unmatched = [s for s in suspects if s.site.number not in matches]
        unmatched.sort(key=lambda s: s.site.stored and len(s.values) > 1)  # sums that grow are no adjoints on the way
        unmatched += [s for s in suspects if s.site.number in self.soft]
        first: Suspect | None = None
        for k, suspect in enumerate(unmatched):
            if self._put_right(suspect):
                first = suspect
                break
            if k == EARLY and self._before_wrong(suspects, unmatched[0].first, None):
                return None
        if first is not None:
            self._before_wrong(suspects, self._goes_wrong(first), first)
        else:
            self._before_wrong(suspects, self.record.time + 1, None)
        return first

    def _before_wrong(self, suspects: Sequence[Suspect], when: int, first: Suspect | None) -> bool:
        """Look once more at the suspects that were passed last before a value was wrong.

        What is an adjoint may be that of another value: of the one before a derivative that was left out.
        """
        passed = []
        for suspect in suspects:
            number = suspect.site.number
            if number not in self.fixes and (first is not None or number in self.right or number in self.soft):
                time = max((t for t in suspect.times if t <= when), default=0)
                if time:
                    passed.append((time, suspect))
        passed.sort(key=lambda pair: -pair[0])
        tried, found = 0, False
        for _, suspect in passed:
            if first is None or first.site.number in self._moves(suspect):
                tried += 1
                found |= self._put_right(suspect)
            if tried == AROUND:
                break
        return found

    def _goes_wrong(self, suspect: Suspect) -> int:
        """Return when what passes a suspect is wrong for the first time."""
        fix = self.fixes[suspect.site.number][0]
        wrong = (
            time for time, value, want in zip(suspect.times, suspect.values, fix.values, strict=False)
            if want is not None and not close(value, want, WRONG, FLOOR)
        )  # fmt: skip
        return next(wrong, suspect.times[-1])

    def _put_right(self, suspect: Suspect) -> bool:
        """Whether every gradient is right with something else in a suspect's place."""
        number = suspect.site.number
        found: list[Fix] = []
        for fix in self._belongs(suspect):
            if found and (fix.because != found[0].because or len(found) > 1):
                break
            if all(
                v is None or (v.shape == old.shape and close(old, v, UNCHANGED))
                for v, old in zip(fix.values, suspect.values, strict=False)
            ):
                continue
            self.counts["put"] += 1
            if self.counts["put"] > INTERVENTIONS:
                break
            moved = self.runs.gradients({number: Put(fix.values)})
            if self.truth.right(moved):
                assert moved is not None
                found.append(replace(fix, residual=self.truth.residual(moved)))
                # What is only added up may come in any order: which is meant, shows when edits are tried.
                if not isinstance(suspect.site.statement, ast.AugAssign) or len(suspect.values) == 1:
                    break
        if found:
            self.fixes[number] = found
        return bool(found)

    def _moves(self, suspect: Suspect) -> set[int]:
        """Return the sites whose values change with what passes a suspect's."""
        if suspect.moves is None:
            us: list[Host | None] = [self.rng.standard_normal(v.shape) for v in suspect.values]
            moved, _ = self.runs.record_gradients({suspect.site.number: Nudge(us, NUDGE)})
            suspect.moves = {
                number for number, values in self.record.values.items()
                if not identical(values, moved.values.get(number, []))
            }  # fmt: skip
        return suspect.moves

    def _match(self, suspect: Suspect) -> Match | None:
        """Return the node whose adjoint a suspect's values are, all of them or, in a loop, at least the first.

        What goes wrong in a loop goes on into later rounds; the first round's values are right up to the fault.
        """
        values = suspect.values
        total = sum(float(numpy.sum(v * v)) for v in values) ** 0.5
        if not total:
            return None
        forward = self.forward
        partly: list[Match] = []
        for node in self._candidates(suspect):
            others = forward.values[node]
            for turn in _turns(values, others):
                slope = forward.slope(node)
                here = _dot(turn.back(values), forward.directions(node))
                if abs(here - slope) <= SAME * max(abs(slope), 1e-3 * total):
                    return Match(node, turn, True)
            if len(others) == 1 or len(values) > EACH or not _bare_alike(values[0], others[0]):
                continue
            us, slopes = forward.directions(node), forward.slopes(node)
            for transpose in (False, True):
                order = _assigned(values, us, slopes, transpose)
                if order is None:
                    continue
                shapes = tuple(o.shape for o in others)
                if all(k is not None for k in order) and len(set(order)) == len(order):
                    return Match(node, Turn(tuple(k for k in order if k is not None), transpose, shapes), True)
                if order[0] is not None and len(values) == len(others):
                    along = tuple(range(len(values)))
                    along = along if order[0] == 0 else along[::-1]
                    partly.append(Match(node, Turn(along, transpose, shapes), False))
        return partly[0] if partly else None

    def _candidates(self, suspect: Suspect) -> list[int]:
        """List the nodes of the loss whose adjoint leads where the suspect leads."""
        return [node for node, depends in self.forward.depends.items() if depends == suspect.leads]

    def _belongs(self, suspect: Suspect) -> Iterator[Fix]:
        """Yield what may belong in a suspect's place, and the node of the forward pass that it comes from."""
        values, count = suspect.values, len(suspect.values)
        forward = self.forward
        if len(suspect.leads) == 1:
            part = self.truth.parts[next(iter(suspect.leads))]
            if part.whole is not None and part.leaf.size:
                shaped = list(_shaped(part.whole, values[-1].shape)) or [part.whole]
                yield from (Fix([*[None] * (count - 1), each], None) for each in shaped)
        here = [v.shape for v in values]
        seen: list[float] = []
        for node, others in forward.values.items():
            if node >= 0 and len(others) == count and [v.shape for v in others] == here:
                mark = float(sum(numpy.sum(v * (k + 1.3)) for k, v in enumerate(others)))
                if not any(abs(mark - other) <= 1e-9 * abs(mark) for other in seen):
                    seen.append(mark)
                    yield Fix(list(others), node)
        slopes: list[tuple[tuple[tuple[int, ...], ...], float]] = []
        nodes = self._candidates(suspect)
        nodes.sort(key=lambda n: ([v.shape for v in forward.values[n]] != here, n >= 0 and not self.runs.sites[n].root))
        number = suspect.site.number
        match = self.right.get(number) or self.soft.get(number)
        if match is not None:
            nodes = self._before(match.node, nodes, match.full)
        else:
            taken = {m.node for m in (*self.right.values(), *self.soft.values())}
            nodes = sorted(nodes, key=lambda n: n in taken)[: 2 * NEAREST]
        for node in nodes:
            mine = forward.values[node]
            fits = any(True for _ in _turns(values, mine, self.orders)) or _spread(mine, values) is not None
            if not fits and count > 1:
                continue
            shapes = tuple(v.shape for v in mine)
            slope = forward.slope(node)
            if not slope or any(s == shapes and abs(slope - other) <= 1e-8 * abs(slope) for s, other in slopes):
                continue
            slopes.append((shapes, slope))
            adjoint = forward.whole(node)
            if adjoint is None:
                continue
            placed = list(_placed(adjoint, values, node, self.orders))
            if match is not None and len(values) > 1:
                placed = [fix for fix in placed if fix.turn is None or fix.turn.which == match.turn.which]
            yield from placed
            if not placed and count == 1 and len(adjoint) == 1:
                yield Fix([adjoint[0]], node)

    def _is_part(self, match: Match) -> bool:
        """Whether a match is the adjoint through one use of a variable that has others."""
        forward, slope = self.forward, self.forward.slope(match.node)
        return any(
            depends == forward.depends[match.node] and identical(forward.values[n], forward.values[match.node])
            and min(abs(forward.slope(n)), abs(forward.slope(n) - slope)) > 1e-6 * abs(slope)
            for n, depends in forward.depends.items()
        )  # fmt: skip

    def _before(self, match: int, nodes: Sequence[int], full: bool) -> list[int]:
        """Return the nodes that a value may have to be the adjoint of that is one of `match`.

        Of the same variable, where that is one use of it alone; or of what comes before, where a step is left out.
        """
        forward = self.forward
        first = {n: forward.first(n) for n in (*nodes, match)}
        same = [n for n in nodes if n != match and identical(forward.values[n], forward.values[match])]
        before = [n for n in nodes if n not in same and n != match and first[n] <= first[match]]
        before.sort(key=lambda n: -first[n])
        return [*same, *before[:NEAREST]] if full else [match, *same, *before[:NEAREST]]

    def _path(self, suspect: Suspect) -> tuple[str, int] | None:
        """Name the path of the loss that a suspect's value lacks, or has twice: that through a node that is held still.

        With the node held, the loss's derivative is what the value is; or exceeds what belongs there by as much.
        """
        fix = self.fixes[suspect.site.number][0]
        if fix.because is None or fix.turn is None:
            return None
        forward, node = self.forward, fix.because
        have = fix.turn.back(suspect.values)
        us = forward.directions(node)
        right, here = forward.slope(node), _dot(have, us)
        held = [n for n, d in forward.depends.items() if d and n != node and forward.last(n) >= forward.first(node)]
        for other in sorted(held, key=lambda n: (forward.first(n), n < 0)):
            without = forward.derivative(node, us, other)
            if abs(without - right) <= 1e-6 * abs(right):
                continue
            for code, want in (("path-missing", without), ("path-twice", 2.0 * right - without)):
                if abs(here - want) <= SAME * max(abs(want), abs(right)):
                    more = forward.directions(node, 1)
                    again = forward.derivative(node, more, other)
                    if code == "path-twice":
                        again = 2.0 * forward.derivative(node, more) - again
                    if abs(_dot(have, more) - again) <= SAME * max(abs(again), abs(right)):
                        return code, other
        return None

    # -- edits ---------------------------------------------------------------------------------------------------

    def _edit(self, suspects: Sequence[Suspect], first: Suspect | None) -> Located:
        """Find the likeliest edit: by value where it is known what belongs there, then by running the program."""
        known = [s for s in suspects if s.site.number in self.fixes]
        above = [s for s in suspects if first is None or s is first or first.site.number in self._moves(s)]
        read = self._read(known)
        best = self._first_right([*read, *self._statements([*above, *known])])
        if best is None and first is not None:  # a factor left out at the end can be put in before, too
            later = [s for s in suspects if s not in above and s.site.number not in self.fixes]
            read = self._read([s for s in later[:LATER] if self._put_right(s)])
            best = self._first_right(read)
        if best is not None and best[0].anywhere:  # a constant factor may be missing anywhere along a chain: the last
            last = [s for s in suspects if s.first > best[1].first and s.site.number not in self.fixes]
            last = [s for s in last if isinstance(s.site.node, ast.Name)][-LATER:]
            read += self._read([s for s in last if self._put_right(s)])
            best = self._first_right([t._replace(cost=0.0) for t in read if t.edit.anywhere]) or best
        if best is None:
            unsure = [s for s in above if s.site.number not in self.right]
            every = [*unsure, *(s for s in known if s not in unsure)]
            if first is not None:
                when = self._goes_wrong(first)
                every.sort(key=lambda s: -max((t for t in s.times if t <= when), default=0))
            best = self._first_right(self._blind(every[:10]))
        return self._located(suspects, first, best)

    def _read(self, known: Sequence[Suspect]) -> list[Try]:
        """Return the edits that have the values that belong there."""
        found: list[Try] = []
        for suspect in known:
            # Where a value is an adjoint as it stands, the mistake is rather made with it than in it.
            number = suspect.site.number
            more = 1.0 if number in self.right else 0.3 if number in self.soft else 0.0
            if isinstance(suspect.site.node, ast.Name) or (number in self.right and self._is_part(self.right[number])):
                more = 0.1 if isinstance(suspect.site.statement, ast.Return) else 0.0
            found += [Try(edit.cost + more, -suspect.first, edit, suspect) for edit in self._by_value(suspect)]
        return found

    def _statements(self, suspects: Sequence[Suspect]) -> list[Try]:
        """Return the edits of whole statements, and the likeliest within a change in place: they are few."""
        found: list[Try] = []
        done: set[int] = set()
        for suspect in suspects:
            site = suspect.site
            if id(site.statement) in done:
                continue
            done.add(id(site.statement))
            tries = statement_edits(site.statement)
            if site.stored and (scope := self._scope(suspect, None)).visits:
                edits = Context(scope, _function(self.runs, site), self._constants(site))
                parts = [e for part in _parts(site.statement) for e in edits_of(edits, part)]
                tries += [e for e in parts if e.cost < READ_OFF][:STORED]
            found += [Try(edit.cost, -suspect.first, edit, suspect) for edit in tries]
        return found

    def _unused_at_all(self, suspects: Sequence[Suspect]) -> Site | None:
        """Return an adjoint that is computed in `gradients` and used nowhere."""
        known = _Known(self.forward.record)
        for number, values in self.record.values.items():
            site = self.runs.sites[number]
            statement = site.statement
            if not (site.root and isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
                continue
            function = _function(self.runs, site)
            loads = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
            if statement.targets[0].id in loads or any(v.dtype.kind != "f" or not v.ndim for v in values):
                continue
            if not known.has(values) and number not in self.forward.record.values:
                return site
        return None

    def _unused(self, suspect: Suspect) -> Site | None:
        """Return what was last computed before a suspect in its function, and is used nowhere."""
        function = _function(self.runs, suspect.site)
        loaded = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        found = [
            site for number in self.record.values
            if (site := self.runs.sites[number]).root and isinstance(site.statement, ast.Assign)
            and all(isinstance(t, ast.Name) and t.id not in loaded for t in site.statement.targets)
            and site.file is suspect.site.file and any(n is site.node for n in ast.walk(function))
            and 0 <= suspect.site.place.end_line - site.place.line < NEAR
        ]  # fmt: skip
        return max(found, key=lambda site: site.place.line, default=None)

    def _located(
        self, suspects: Sequence[Suspect], first: Suspect | None, best: tuple[Edit, Suspect] | None
    ) -> Located:
        if best is not None:
            edit, suspect = best
            if edit.code == "not-accumulated" and _continues(_function(self.runs, suspect.site), edit.at):
                edit = replace(edit, code="path-missing")
            place = suspect.site.file.place(edit.at, suspect.site.function)
            residual = self.truth.residual(self.runs.edited(edit.changes) or [])
            fix = self.fixes.get(suspect.site.number, [None])[0]
            because = self.forward.place(fix.because) if fix and fix.because is not None else None
            unused = self._unused(suspect) if edit.code == "path-missing" else None
            named = {t.id for t in unused.statement.targets} if unused else set()  # type: ignore[attr-defined]
            if unused is not None and unused.place.line < place.line and not named & set(edit.what.split()):
                place = suspect.site.file.between(unused.place, place)  # the line that used it may have been left out
            return Located(place, place, edit, place, because, residual, suspect=suspect, leads=suspect.leads)
        known = [s for s in suspects if s.site.number in self.fixes]
        for suspect in sorted(known, key=lambda s: (s is not first, -s.first)):
            path = self._path(suspect)
            if path is not None:
                place, fix = suspect.site.place, self.fixes[suspect.site.number][0]
                return Located(
                    place, place, because=self.forward.place(path[1]), residual=fix.residual, suspect=suspect,
                    leads=suspect.leads, code=path[0],
                )  # fmt: skip
        for suspect in sorted(known, key=lambda s: -s.first):
            match, fix = self.right.get(suspect.site.number), self.fixes[suspect.site.number][0]
            bare = isinstance(suspect.site.node, (ast.Name, ast.Attribute, ast.Subscript))
            if bare and match is not None and fix.because is not None and not self._is_part(match):
                place = suspect.site.place
                return Located(
                    place, place, because=self.forward.place(fix.because), residual=fix.residual, suspect=suspect,
                    leads=suspect.leads, code="derivative-missing", through=self.forward.place(match.node),
                )  # fmt: skip
        loose = self._unused_at_all(suspects)
        if loose is not None:
            function = loose.file.lines
            end = min(loose.place.end_line + 2, len(function))
            place = loose.file.between(loose.place, replace(loose.place, end_line=end))
            where = first or suspects[0]
            return Located(place, place, suspect=where, leads=where.leads, code="path-missing", loose=loose.place)
        if first is None and not known:
            unsure = [s for s in suspects if s.site.number not in self.right] or list(suspects)
            places = [s.site.place for s in unsure]
            start, end = min(places, key=lambda p: p.line), max(places, key=lambda p: p.end_line)
            return Located(start, end, suspect=unsure[0], leads=unsure[0].leads)
        last = first or max(known, key=lambda s: s.first)
        fix = self.fixes[last.site.number][0]
        because = self.forward.place(fix.because) if fix.because is not None else None
        place = last.site.place
        return Located(place, place, None, None, because, fix.residual, fix.values, last, last.leads)

    def _first_right(self, tries: Sequence[Try]) -> tuple[Edit, Suspect] | None:
        """Return the likeliest edit with which every gradient is right, the loss being what it was."""
        for one in sorted(tries, key=lambda t: t[:2]):
            edit, suspect = one.edit, one.suspect
            if one.seen is not None and not self._plausible(edit, *one.seen):
                continue
            self.counts["trial"] += 1
            if self.counts["trial"] > self.trials:
                return None
            if self.truth.right(self.runs.edited(edit.changes)) and self._keeps_loss(edit):
                return edit, suspect
        return None

    def _plausible(self, edit: Edit, root: ast.expr, scope: Scope, function: ast.AST) -> bool:
        """Whether an edited expression has another value than before, of the same shape."""
        self.counts["test"] += 1
        if self.counts["test"] > TESTS:
            return False
        try:
            with exchanged(function, list(edit.changes)):
                new = edit.changes[0][1] if edit.changes[0][0] is root else root
                values = [kept(scope.evaluate(new, k)) for k in range(len(scope.visits))]  # type: ignore[arg-type]
            before = [kept(scope.evaluate(root, k)) for k in range(len(scope.visits))]
        except Exception:
            return False
        pairs = [(a, b) for a, b in zip(values, before, strict=True) if a is not None and b is not None]
        if edit.code != "wrong-axis" and any(bare(a.shape) != bare(b.shape) for a, b in pairs):
            return False
        return not pairs or any(not numpy.array_equal(a, b, equal_nan=True) for a, b in pairs)

    def _scope(self, suspect: Suspect, put: Put | None) -> Scope:
        count = len(suspect.values)
        scope = Scope(keep=frozenset({0, min(1, count - 1), count - 1}))
        self.runs.gradients({suspect.site.number: _Watch(scope, put)})
        return scope

    def _by_value(self, suspect: Suspect) -> list[Edit]:
        """Return the edits of a suspect's expression that have the values that belong there."""
        found: list[Edit] = []
        for fix in self.fixes[suspect.site.number]:
            found = found or self._fitting(suspect, fix)
        return found

    def _fitting(self, suspect: Suspect, fix: Fix) -> list[Edit]:
        site = suspect.site
        scope = self._scope(suspect, Put(fix.values))
        if not scope.visits:
            return []
        function = _function(self.runs, site)
        if site.stored:
            want = fix.values[-1]
            return (
                []
                if want is None
                else behind(Context(scope, function, self._constants(site)), site.statement, suspect.values[-1], want)
            )  # type: ignore[arg-type]
        wanted = [fix.values[k] for k in sorted(scope.keep)]
        sizes = [0.0 if w is None else float(numpy.linalg.norm(w)) for w in wanted]
        later = [k for k in range(len(wanted)) if sizes[k] > 0.1 * max(sizes)]
        scope.best = later[min(1, len(later) - 1)] if later else -1  # the first round often starts from zero
        edits = Context(scope, function, self._constants(site))
        if not isinstance(site.node, ast.expr):
            return []
        plain = edits_of(edits, site.node)

        def fitting(tries: Sequence[Edit]) -> list[Edit]:
            found: list[Edit] = []
            for edit in sorted(tries, key=lambda edit: edit.cost):
                if self._fits(edit, site.node, scope, function, wanted):
                    found.append(edit)
                    if len(found) == 3:
                        break
            return found

        found = fitting([edit for edit in plain if edit.cost < READ_OFF])
        if not found:
            target = wanted[scope.best]
            read = towards(edits, site.node, target) if target is not None else []
            found = fitting([*read, *(edit for edit in plain if edit.cost >= READ_OFF)])
        return found or fitting(factors_inside(edits, site.node))

    def _blind(self, suspects: Sequence[Suspect]) -> list[Try]:
        """Return edits of the suspects' statements, of what counts there and of the loops around them."""
        found: list[Try] = []
        done: set[int] = set()
        for rank, suspect in enumerate(suspects):
            site = suspect.site
            scope = self._scope(suspect, None)
            if not scope.visits:
                continue
            function = _function(self.runs, site)
            edits = Context(scope, function, self._constants(site))

            def add(
                tries: Sequence[Edit], more: float, root: ast.AST | None = None,
                suspect: Suspect = suspect, rank: int = rank, scope: Scope = scope, function: ast.AST = function,
            ) -> None:  # fmt: skip
                seen = (root, scope, function) if isinstance(root, ast.expr) else None
                found.extend(Try(e.cost + more + RANK * rank, suspect.first, e, suspect, seen) for e in tries)

            if site.stored and id(site.statement) not in done:
                done.add(id(site.statement))
                add([e for part in _parts(site.statement) for e in edits_of(edits, part)], 0.1)
            for call in self._calls(function):
                if id(call.statement) not in done and (there := self._scope_at(call)).visits:
                    done.add(id(call.statement))
                    around = Context(there, _function(self.runs, call), self._constants(call))
                    parts = [p for p in ast.iter_child_nodes(call.statement) if isinstance(p, ast.expr)]
                    caller = replace_site(suspect, call)
                    tries = [e for p in parts for e in edits_of(around, p)]
                    found.extend(
                        Try(e.cost + 0.2 + RANK * rank, suspect.first, e, caller) for e in tries if e.cost < CALLS
                    )
            for counted in _counters(self.runs, function, site, edits):
                if id(counted) not in done:
                    done.add(id(counted))
                    add(
                        edits_of(edits, counted.value),
                        0.2,
                        counted.value if function_of(function, counted) else None,
                    )
            fix = self.fixes.get(site.number, [None])[0]
            if fix is None or site.stored or any(value is None for value in fix.values):  # else all were tried by value
                plain = edits_of(edits, site.node)
                add(plain, 0.0, site.node)
                if isinstance(site.node, ast.expr):
                    add(additions(edits, site.node), 0.7, site.node)
            for loop in _loops(function, site.statement):
                if id(loop) not in done:
                    done.add(id(loop))
                    add([replace(e, code="some-entries") for e in edits_within(edits, loop.iter)], 0.3)
        return found

    def _calls(self, function: ast.AST) -> list[Site]:
        """Return a site of each statement that calls a function of the user's, outside of it."""
        name = getattr(function, "name", None)
        if name is None:
            return []
        found: dict[int, Site] = {}
        inner = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
        inside = {id(n) for n in ast.walk(function)}
        for site in self.runs.sites:
            if id(site.statement) in found or id(site.node) in inside:
                continue
            own = [part for n in ast.walk(site.statement) if isinstance(n, inner) for part in ast.walk(n)]
            first = [part for n in own if isinstance(n, ast.comprehension) for part in ast.walk(n.iter)]
            if any(n is site.node for n in own) and not any(n is site.node for n in first):
                continue  # in a frame of its own
            if (
                id(site.node) not in inside
                and id(site.statement) not in found
                and not isinstance(site.statement, ast.For)
            ):
                calls = (n.func for n in ast.walk(site.statement) if isinstance(n, ast.Call))
                if any(getattr(f, "id", getattr(f, "attr", None)) == name for f in calls):
                    found[id(site.statement)] = site
        return list(found.values())[:CALLERS]

    def _constants(self, site: Site) -> list[str]:
        """Name the numbers at the top of a site's file that its followed functions use."""
        found: dict[str, None] = {}
        for function, source in self.runs.tracked.met.values():
            if source.file is site.file:
                for node in ast.walk(source.node):
                    if isinstance(node, ast.Name) and isinstance(function.__globals__.get(node.id), (int, float)):
                        found[node.id] = None
        return list(found)

    def _scope_at(self, site: Site) -> Scope:
        """Return what is in scope where a site is passed for the first time."""
        scope = Scope(keep=frozenset({0}))
        self.runs.gradients({site.number: scope})
        return scope

    def _fits(self, edit: Edit, root: ast.AST, scope: Scope, function: ast.AST, wanted: Sequence[Host | None]) -> bool:
        """Whether an edited expression has the values that belong there, at the visits that were kept."""
        old, new = edit.changes[0]
        self.counts["test"] += 1
        if self.counts["test"] > TESTS:
            return False
        try:
            if old is root:
                code = scope.compiled(new)  # type: ignore[arg-type]
            else:
                with exchanged(function, list(edit.changes)):
                    code = scope.compiled(root)  # type: ignore[arg-type]
        except Exception:
            return False
        for visit, want in enumerate(wanted):
            if want is None:
                continue
            try:
                value = kept(scope.run(code, visit))
            except Exception:
                return False
            if value is not None and bare(value.shape) != bare(want.shape) and broadcasts(value.shape, want.shape):
                value = numpy.broadcast_to(value, want.shape)
            if value is None or bare(value.shape) != bare(want.shape):
                return False
            if not close(value, want, FITS, FLOOR):
                return False
        return True

    def _keeps_loss(self, edit: Edit) -> bool:
        before = self.runs.loss()
        return abs(self.runs.edited_loss(edit.changes) - before) <= 1e-12 * abs(before)


class _Watch:
    """Look at the scope of a site, and put what belongs there."""

    def __init__(self, scope: Scope, put: Put | None) -> None:
        self.scope, self.put = scope, put

    def __call__(self, value: object) -> object:
        self.scope(value)
        return value if self.put is None else self.put(value)


class _Known:
    """The values of the forward pass, to be recognised."""

    def __init__(self, record: Record) -> None:
        marks: dict[int, set[tuple[float, float]]] = {}
        for values in record.values.values():
            for v in values:
                marks.setdefault(v.size, set()).add(_mark(v))
        self.marks = {size: numpy.asarray(sorted(found)) for size, found in marks.items()}

    def has(self, values: Sequence[Host]) -> bool:
        """Whether each value is one of the forward pass, up to its shape."""
        return all(self._has(v) for v in values)

    def _has(self, v: Host) -> bool:
        marks = self.marks.get(v.size)
        if marks is None or not v.size:
            return False
        a, b = _mark(v)
        near = (abs(marks[:, 0] - a) <= 1e-9 * (abs(a) + b**0.5)) & (abs(marks[:, 1] - b) <= 1e-9 * b)
        return bool(numpy.any(near))


def _mark(v: Host) -> tuple[float, float]:
    v = v.astype("float64")
    return float(numpy.sum(v)), float(numpy.sum(v * v))


def _is_element(site: Site) -> bool:
    """Whether a value is one of several that a statement returns or assigns."""
    value = getattr(site.statement, "value", None)
    if isinstance(value, ast.Dict):
        return site.node in value.values
    return isinstance(value, (ast.Tuple, ast.List)) and site.node in value.elts


def _turns(values: Sequence[Host], others: Sequence[Host], orders: Sequence[tuple[int, ...]] = ()) -> Iterator[Turn]:
    """Yield the ways in which values may belong to others of the same sizes: in `orders`, or one by one."""
    count = len(values)
    every = [order for order in orders if len(order) == count and max(order) < len(others)]
    if count == len(others) and not every:
        every += [order for order in (tuple(range(count)), tuple(reversed(range(count)))) if order not in every]
    shapes = tuple(o.shape for o in others)
    for order in dict.fromkeys(every):
        pairs = [(v, others[k]) for v, k in zip(values, order, strict=True)]
        if all(bare(v.shape) == bare(o.shape) for v, o in pairs):
            yield Turn(order, False, shapes)
        if all(bare(v.T.shape) == bare(o.shape) and len(bare(o.shape)) > 1 for v, o in pairs):
            yield Turn(order, True, shapes)


def _dot(a: Sequence[Host | None], b: Sequence[Host]) -> float:
    return sum(float(numpy.sum(x * y)) for x, y in zip(a, b, strict=True) if x is not None)


def _placed(
    adjoint: Sequence[Host], values: Sequence[Host], node: int, orders: Sequence[tuple[int, ...]]
) -> Iterator[Fix]:
    """Yield what to put at each occurrence of a site, from an adjoint with as many occurrences or with one."""
    shapes = [v.shape for v in values]
    for turn in _turns(values, adjoint, orders):
        yield Fix(turn.there(adjoint, shapes), node, turn)
    if len(adjoint) == 1 and len(values) > 1:
        for shaped in _shaped(adjoint[0], values[-1].shape):
            yield Fix([*[None] * (len(values) - 1), shaped], node)
        rows = _spread(adjoint, values)
        if rows is not None:
            yield Fix(rows, node)
            yield Fix(rows[::-1], node)
    if len(adjoint) > 1 and len(values) == 1:
        for axis in range(max(1, values[0].ndim)):
            try:
                for joined in (numpy.stack(adjoint, axis=axis), numpy.concatenate(adjoint, axis=axis)):
                    yield from (Fix([shaped], node) for shaped in _shaped(joined, values[0].shape))
            except (ValueError, numpy.exceptions.AxisError):
                continue


def _spread(adjoint: Sequence[Host], values: Sequence[Host]) -> list[Host | None] | None:
    """Return the parts of one adjoint along an axis, one an occurrence."""
    if len(adjoint) != 1 or len(values) < 2:
        return None
    whole = adjoint[0]
    for axis, size in enumerate(whole.shape):
        if size == len(values):
            parts = [numpy.take(whole, k, axis=axis) for k in range(size)]
            if all(bare(p.shape) == bare(v.shape) for p, v in zip(parts, values, strict=True)):
                return [p.reshape(v.shape) for p, v in zip(parts, values, strict=True)]
    return None


def _shaped(a: Host, shape: tuple[int, ...]) -> Iterator[Host]:
    """Yield an array in another shape of the same entries: axes of length 1 aside, as it is or transposed."""
    if a.shape == shape:
        yield a
        return
    if bare(a.shape) == bare(shape):
        yield a.reshape(shape)
    elif a.ndim >= 2 and bare(a.T.shape) == bare(shape):
        yield a.T.reshape(shape)


def _assigned(
    values: Sequence[Host], us: Sequence[Host], slopes: dict[int, float], transpose: bool
) -> list[int | None] | None:
    """Say of each value which occurrence's adjoint it is, going by their slopes; None where no first one is found."""
    order: list[int | None] = []
    for v in values:
        turned = v.T if transpose else v
        size = float(numpy.linalg.norm(turned))
        found = None
        for k, slope in slopes.items():
            if bare(turned.shape) == bare(us[k].shape) and k not in order and size:
                here = float(numpy.sum(turned.reshape(us[k].shape) * us[k]))
                if abs(here - slope) <= SAME * max(abs(slope), 1e-3 * size):
                    found = k
                    break
        order.append(found)
    return order if any(k is not None for k in order) else None


def _bare_alike(v: Host, other: Host) -> bool:
    return bare(v.shape) == bare(other.shape) or bare(v.T.shape) == bare(other.shape)


def function_of(function: ast.AST, node: ast.AST) -> bool:
    """Whether a node stands in a function."""
    return any(part is node for part in ast.walk(function))


def replace_site(suspect: Suspect, site: Site) -> Suspect:
    """Return a suspect at another site."""
    return replace(suspect, site=site)


def _continues(function: ast.AST, statement: ast.AST) -> bool:
    """Whether what a statement assigns to a name is computed from what the name was: a path that goes on, no sum."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return False
    name, made = statement.targets[0].id, {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and node is not statement:
            uses = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
            for target in node.targets:
                for n in ast.walk(target):
                    if isinstance(n, ast.Name):
                        made.setdefault(n.id, set()).update(uses)
    todo, seen = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}, set[str]()
    while todo:
        one = todo.pop()
        if one == name:
            return True
        if one not in seen:
            seen.add(one)
            todo |= made.get(one, set())
    return False


def _parts(statement: ast.stmt) -> list[ast.expr]:
    """Return the expressions that a statement consists of: what it writes to, too, as places in that."""
    parts = [part for part in ast.iter_child_nodes(statement) if isinstance(part, ast.expr)]
    return [
        part.slice if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store) else part for part in parts
    ]


def _counters(runs: Runs, function: ast.AST, site: Site, edits: Context) -> list[ast.Assign]:
    """Return the statements that assign the whole numbers and masks which a site's statement uses."""
    statement = site.statement
    used = {ast.unparse(n) for n in ast.walk(statement) if isinstance(n, (ast.Name, ast.Attribute))}
    whole = {text for text in used if text in edits.by_text and edits.by_text[text].value.dtype.kind in "ib"}
    names = {text for text in whole if "." not in text}
    found = []
    for place in [function, *(source.node for _, source in runs.tracked.met.values() if source.file is site.file)]:
        for node in ast.walk(place):
            if isinstance(node, ast.Assign) and node is not statement and node not in found:
                targets = {
                    ast.unparse(n)
                    for t in node.targets
                    for n in ast.walk(t)
                    if isinstance(n, (ast.Name, ast.Attribute))
                }
                if targets & (names if place is function else whole - names):
                    found.append(node)
    return found


def _loops(function: ast.AST, statement: ast.stmt) -> list[ast.For]:
    """Return the loops around a statement."""
    return [n for n in ast.walk(function) if isinstance(n, ast.For) and any(part is statement for part in ast.walk(n))]


def _function(runs: Runs, site: Site) -> ast.AST:
    """Return the outermost followed function that a site stands in."""
    inside = [
        source.node for _, source in runs.tracked.met.values()
        if source.file is site.file and any(node is site.node for node in ast.walk(source.node))
    ]  # fmt: skip
    return inside[0] if inside else site.statement
