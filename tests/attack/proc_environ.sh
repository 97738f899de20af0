#!/bin/sh
# Reads the environment of the sandbox's first process, which the supervisor's
# user has set.
. "$(dirname "$0")/lib.sh" <<'AGENT'
try 'a secret in an environment' grep -rqas TEST_SECRET /proc/1/environ
try 'in any other' sh -c 'cat /proc/[0-9]*/environ | grep -a TEST_SECRET'
try 'in the arguments' sh -c 'cat /proc/[0-9]*/cmdline | grep -a "very[-]secret"'
AGENT
environment() { say TEST_SECRET=very-secret; }
attack
