#!/bin/sh
# The model of landing in its short form (make model: all of it): two tickets and a
# crash anywhere, every state; and two planted bugs, which have to be found.
exec sh "$(dirname "$0")/../model/run.sh" short
