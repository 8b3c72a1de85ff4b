"""How long a person waits for coverage, once the files are read."""

import tempfile
import time
from pathlib import Path

from local.benchmarks import Comparison, at_most, benchmark
from local.commands.common import DEFAULT_CONFIG
from local.coverage.ground import ground_of
from local.coverage.reading import read_contacts
from local.coverage.report import ALL_USED, of
from local.coverage.sample import write_sample_contacts
from local.toolchain import Say

CONTACTS = 200_000
WAIT_S = 10.0


@benchmark("places/coverage_200k")
def coverage(say: Say) -> Comparison:
    """Seconds of processor time from contacts that were read to the whole report."""
    ground = ground_of(DEFAULT_CONFIG, None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contacts.csv"
        say(f"writing {CONTACTS} contacts")
        write_sample_contacts(path, CONTACTS, ground.places)
        say("reading them")
        contacts, _ = read_contacts(path, ground, None, say)
    started = time.process_time()
    of(contacts, [], ground, (ALL_USED, ALL_USED), say=say)
    return at_most(time.process_time() - started, "s", WAIT_S)
