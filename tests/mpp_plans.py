"""What tests of MPP files need: MPXJ and Java, which the everyday environment has not (`make mpp`)."""

import importlib.util
import shutil

import pytest

HAS_MPXJ = importlib.util.find_spec("mpxj") is not None and importlib.util.find_spec("jpype") is not None
needs_mpxj = pytest.mark.skipif(
    not (HAS_MPXJ and shutil.which("java")),
    reason="MPXJ and Java are not here; `make mpp` installs MPXJ into an environment of its own and runs these tests",
)
