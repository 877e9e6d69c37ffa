"""Where the real data that nobody here wrote lies, for tests that read it in place."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("PLUMBRULE_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared real data is not on this machine")
