#!/bin/sh
# The short form of tests/crash/matrix.sh and tests/crash/supervisor.sh: some places
# of each kind at which commitd and the supervisor die, or a call of theirs fails.
crash=$(cd "$(dirname "$0")/../crash" && pwd)
sh "$crash/matrix.sh" "${EVERY:-97}" && sh "$crash/supervisor.sh" "${EVERY:-29}"
