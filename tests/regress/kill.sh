#!/bin/sh
# The short form of tests/crash/kill.sh: eight times kill -9 at random moments
# of one replay, and the history must still end as it was.
exec sh "$(dirname "$0")/../crash/kill.sh" "${KILLS:-8}"
