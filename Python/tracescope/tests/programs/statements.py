"""Statements that are written over several lines."""
from opto.trace import node


def added(*numbers):
    return sum(n.data for n in numbers)


def same(function):
    return function


@same  # decorated
def several(
    first=node(1),
    second=node(2),
):
    return added(first, second)


total = added(
    node(1),
    node(
        added(  # inside
            node(2),
            node(3))),
)
for number in (
    total,
    several(),
):
    found = (number > 5
             and node(number))
last = added(
    node(1),
    node(2))
print(total, found, last)
