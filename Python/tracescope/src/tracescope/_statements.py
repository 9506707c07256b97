"""Statements that are written over several lines: Python comes to their first line again after the others."""
import ast
import dis


def headers(text):
    """First and last line of each statement; of a compound statement, those of its header."""
    spans = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            first = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", ())])
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno
            if last > first:
                spans.append((first, last))
    return spans


def repeated(code, spans):
    """The offsets in a code object at which a statement returns to a line where it has been before."""
    owner = {}
    for first, last in spans:
        for line in range(first, last + 1):
            # Statements inside another one, such as those of a lambda, come later and are narrower.
            owner[line] = (first, last)
    again, labels = set(), dis.findlabels(code.co_code)
    span, beginning, seen = None, None, {}
    for offset, line in dis.findlinestarts(code):
        here = owner.get(line)
        if here is None or here != span:
            span, beginning, seen = here, line, {line: offset}
        elif line not in seen:
            seen[line] = offset
        elif line == beginning or not any(seen[line] < label <= offset for label in labels):
            # Execution that arrives here has passed the line: no jump skips it.
            again.add(offset)
    return again
