"""MPXJ reads a plan into its own objects, and counts them: run in an environment that has mpxj and jpype1.

It stores nothing and asks nothing day by day; it is measured for the reading alone.
"""

import json
import sys

import jpype
import mpxj  # noqa: F401 - names its jars

jpype.startJVM(f"-Xmx{sys.argv[2]}m", "-Djava.awt.headless=true", convertStrings=True)

from org.mpxj.reader import UniversalProjectReader  # noqa: E402 - the machine must run first

plan = UniversalProjectReader().read(sys.argv[1])
counted = {
    "work_item": plan.getTasks().size(),
    "assignment": plan.getResourceAssignments().size(),
    "account": sum(1 for resource in plan.getResources() if resource.getName()),
}
sys.stdout.write(json.dumps(counted))
