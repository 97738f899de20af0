#!/bin/sh
# The power fails five times in a run, and what was acknowledged is on the disk;
# make crash does it a hundred times.
exec sh "$(dirname "$0")/../crash/power.sh" 5
