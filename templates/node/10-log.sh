# shellcheck shell=sh disable=SC2034,SC2154
# Makes an Ubuntu 24.04 machine in Azure a Kubernetes node. The CustomScript
# extension runs it as root; the NAME='value' lines above are its only input.
# To run it again is always safe.
#
# Each step prints `step: NAME`. The one that fails prints one line,
# `failed: NAME: reason`, and ends the script with its code; what its commands
# said is in /var/log/ringwright-node.log.
#
#   10 prelude      15 swap          20 data disk     25 keys
#   11 cloud-init   16 recovery      21 cni           26 patches
#   12 network      17 packages      22 masquerade    27 api server
#   13 hosts        18 kubernetes    23 clock         28 kubeadm
#   14 kernel       19 containerd    24 labels        29 etcd snapshots

ROOT=${ROOT:-} # a test's file system; empty on a node
LOG=$ROOT/var/log/ringwright-node.log
STATE=$ROOT/var/lib/ringwright
KUBERNETES=$ROOT/etc/kubernetes
CRI_SOCKET=unix:///run/containerd/containerd.sock
CODE=10 STEP=prelude REPORTED='' REPORT=2 CHANGED=no FINISH=no

note() { printf 'note: %s\n' "$*"; }

step() { # CODE NAME COMMAND...
	CODE=$1 STEP=$2
	shift 2
	printf 'step: %s\n' "$STEP"
	"$@"
}

# Never inside $(...) or a pipeline: there it would end the subshell only.
fail() {
	REPORTED=yes
	printf 'failed: %s: %s (exit %s, log %s)\n' "$STEP" "$*" "$CODE" "$LOG" >&"$REPORT"
	exit "$CODE"
}

# A command that nobody guarded still ends in one line and the step's code.
on_exit() {
	if [ "$1" -ne 0 ] && [ -z "$REPORTED" ]; then
		REPORTED=yes
		fail "a command ended with status $1"
	fi
}

# The log may hold what must not reach the extension's report, so it is 0600.
# stderr goes there too: the extension is told the one line only.
open_log() {
	mkdir -p "${LOG%/*}" "$STATE"
	(umask 077 && : >>"$LOG")
	chmod 0600 "$LOG"
	exec 3>&2 2>>"$LOG"
	REPORT=3
}

quietly() { "$@" >>"$LOG" 2>&1 </dev/null 3>&-; }

must() { quietly "$@" || fail "$* failed"; }

retry() { # TIMES SECONDS COMMAND...
	tries=$1 pause=$2
	shift 2
	until "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep "$pause"
	done
}

# put FILE MODE: FILE becomes stdin, wholly or not at all. An equal file keeps
# its time; CHANGED says which it was (not to a caller that pipes into put).
put() {
	mkdir -p "${1%/*}"
	(umask 077 && cat >"$1.ringwright-new")
	chmod "$2" "$1.ringwright-new"
	CHANGED=no
	if cmp -s "$1.ringwright-new" "$1"; then
		chmod "$2" "$1"
		rm -f "$1.ringwright-new"
	else
		mv -f "$1.ringwright-new" "$1"
		CHANGED=yes
	fi
}

# get SECONDS CURL-ARGUMENTS...: tries again for SECONDS, whatever the error.
get() {
	limit=$1
	shift
	curl -fsS --max-time 10 --retry 10000 --retry-delay 5 --retry-max-time "$limit" \
		--retry-all-errors "$@"
}
