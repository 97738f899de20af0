#!/bin/sh
# The main job on a real history (tests/replay): each commit is a task of its
# own, four run at a time, and the branch must end as the history did: in plan
# order without any scope declared, so that neighbours collide and are done
# again, with the patch's paths as scope, and in order of completion. There it is
# the generated history: of a real one a later patch may fit before an earlier one and
# then shut it out for ever, as one that moves lines does.
set -eu
run=$(cd "$(dirname "$0")/../replay" && pwd)/run.sh
sh "$run" "${SEED:-1}" plan
sh "$run" "${SEED:-1}" plan scope
ORCH_HISTORY=generated sh "$run" "${SEED:-1}" completion
ORCH_HISTORY=generated sh "$run" "${SEED:-2}" plan
