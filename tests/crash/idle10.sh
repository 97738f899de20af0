#!/bin/sh
# tests/regress/idle.sh over ten seconds.
IDLE_SECONDS=10 exec sh "$(dirname "$0")/../regress/idle.sh"
