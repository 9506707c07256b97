"""Lets a debugger connect while it runs."""
import sys
import time

from opto.trace import node

x = node(1, name="x", trainable=True)
y = x + 1
import tracescope

tracescope.attach(hold="hold" in sys.argv)
z = y + 1
z.backward("more")
print("over", z.data)
