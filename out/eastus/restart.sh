#!/bin/sh
# Code generated from ring.yaml by ringwright; DO NOT EDIT.
#
# Restarts the members of dc-eastus whose pod is older than what was applied, one
# at a time: only while every other member of the datacenter is Ready and two of
# them see all others Up and Normal. It stops at the first that does not come back;
# run again, it goes on from there.
set -eu

usage='usage: restart.sh [--kubeconfig FILE] [--context NAME] [--timeout SECONDS] [--unready]

  --kubeconfig FILE   as for kubectl, that of the cluster of eastus
  --context NAME      as for kubectl
  --timeout SECONDS   how long a member may take to come back (1800), and at most
                      the others to be Ready and seen (300)
  --unready           instead, replace the outdated members that are not Ready, without
                      waiting for them: for a configuration with which nobody could start'

namespace="customers-eastus"
kubeconfig=
context=
timeout=1800
settle=300
pause=5
unready=
wanted=

say() { printf '%s\n' "$*"; }

stop() {
	printf 'restart.sh: %s\n' "$*" >&2
	exit 1
}

misused() {
	printf 'restart.sh: %s\n%s\n' "$1" "$usage" >&2
	exit 2
}

k() {
	kubectl ${kubeconfig:+--kubeconfig "$kubeconfig"} ${context:+--context "$context"} -n "$namespace" "$@"
}

# sets prints: name, replicas, generation, observed generation, revision.
sets() {
	k get statefulsets -l app.kubernetes.io/name=cassandra -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.replicas} {.metadata.generation} {.status.observedGeneration} {.status.updateRevision}{"\n"}{end}'
}

# pods prints: name|revision|uid|address|state. The state is True where the pod
# is Ready and nobody has deleted it: a pod that drains is Ready for a while yet.
pods() {
	k get pods -l app.kubernetes.io/name=cassandra -o 'jsonpath={range .items[*]}{.metadata.name}|{.metadata.labels.controller-revision-hash}|{.metadata.uid}|{.status.podIP}|{.status.conditions[?(@.type=="Ready")].status}{.metadata.deletionTimestamp}{"\n"}{end}'
}

# expected prints the name of every pod there should be and its newest revision.
# Its status is 3 where a change has not been seen yet by who makes revisions.
expected() {
	list=$(sets) || return 1
	[ -n "$list" ] || return 0
	printf '%s\n' "$list" | while read -r set replicas generation observed revision; do
		[ "$generation" = "$observed" ] || exit 3
		n=0
		while [ "$n" -lt "$replicas" ]; do
			say "$set-$n $revision"
			n=$((n + 1))
		done
	done
}

# field LIST POD N prints that field of what pods printed, or nothing where there
# is no such pod. It takes a list so that a kubectl that fails is no missing pod.
field() { printf '%s\n' "$1" | awk -F '|' -v pod="$2" -v n="$3" '$1 == pod { print $n }'; }

# others POD prints the names of all other expected pods.
others() { printf '%s\n' "$wanted" | awk -v pod="$1" 'NF && $1 != pod { print $1 }'; }

# whole POD says nothing where every other member is Ready and two of them see
# all of these Up and Normal; else it says what is missing.
whole() {
	now=$(pods) || { say "kubectl cannot list the pods"; return; }
	addresses=
	for other in $(others "$1"); do
		[ "$(field "$now" "$other" 5)" = True ] || { say "$other is not Ready"; return; }
		address=$(field "$now" "$other" 4)
		[ -n "$address" ] || { say "$other has no address"; return; }
		addresses="$addresses $address"
	done
	witnesses=0
	for other in $(others "$1"); do
		[ "$witnesses" -lt 2 ] || return 0
		ring=$(k exec "$other" -c cassandra -- nodetool status 2>/dev/null) || { say "$other does not answer nodetool status"; return; }
		for address in $addresses; do
			printf '%s\n' "$ring" | awk -v a="$address" '$1 == "UN" && $2 == a { seen = 1 } END { exit !seen }' ||
				{ say "$other does not see $address Up and Normal"; return; }
		done
		witnesses=$((witnesses + 1))
	done
}

# await SECONDS POD waits until the rest of the datacenter is whole.
await() {
	left=$1
	until missing=$(whole "$2") && [ -z "$missing" ]; do
		[ "$left" -gt 0 ] || stop "$2 stays as it is: ${missing:-nobody can tell how the others are}"
		sleep "$pause"
		left=$((left - pause))
	done
}

# back POD UID succeeds where POD is another one than UID and, but for --unready, Ready.
back() {
	now=$(pods) || return 1
	uid=$(field "$now" "$1" 3)
	if [ -z "$uid" ] || [ "$uid" = "$2" ]; then return 1; fi
	[ -n "$unready" ] || [ "$(field "$now" "$1" 5)" = True ]
}

# restart POD UID replaces that pod and waits for the new one.
restart() {
	say "$1: restarting"
	k delete pod "$1" --wait=false >/dev/null || stop "$1 cannot be deleted; run again to go on"
	left=$timeout
	until back "$1" "$2"; do
		[ "$left" -gt 0 ] || stop "$1 has not come back after $timeout s; its log says why: kubectl${kubeconfig:+ --kubeconfig $kubeconfig}${context:+ --context $context} -n $namespace logs $1 -c cassandra"
		sleep "$pause"
		left=$((left - pause))
	done
	[ -n "$unready" ] || say "$1: back"
}

while [ $# -gt 0 ]; do
	case $1 in
	--kubeconfig | --context | --timeout)
		# An empty value is a variable that was not set: it would be another cluster.
		[ -n "${2-}" ] || misused "$1 wants a value"
		case $1 in
		--kubeconfig) kubeconfig=$2 ;;
		--context) context=$2 ;;
		--timeout) timeout=$2 ;;
		esac
		shift 2
		;;
	--unready) unready=yes && shift ;;
	-h | --help) say "$usage" && exit 0 ;;
	*) misused "$1 is not known" ;;
	esac
done
case $timeout in
*[!0-9]* | 0* | ???????*) misused "--timeout $timeout is not 1 to 999999 seconds" ;;
esac
[ "$settle" -le "$timeout" ] || settle=$timeout

left=30 # apply may have been a moment ago
until wanted=$(expected); do
	if [ $? -ne 3 ] || [ "$left" -le 0 ]; then
		stop "the StatefulSets cannot be read, or have changed a moment ago; try again"
	fi
	sleep "$pause"
	left=$((left - pause))
done
[ -n "$wanted" ] || stop "there are no members in namespace $namespace; is this the cluster of eastus?"
restarted=0
for pod in $(printf '%s\n' "$wanted" | awk '{ print $1 }'); do
	newest=$(printf '%s\n' "$wanted" | awk -v pod="$pod" '$1 == pod { print $2 }')
	now=$(pods) || stop "kubectl cannot list the pods"
	revision=$(field "$now" "$pod" 2)
	[ -n "$revision" ] || stop "$pod is not there; kubectl -n $namespace describe statefulset ${pod%-*} says why"
	[ "$revision" != "$newest" ] || continue
	if [ -n "$unready" ]; then
		[ "$(field "$now" "$pod" 5)" != True ] || continue
	else
		await "$settle" "$pod"
		# It may have been replaced meanwhile.
		now=$(pods) || stop "kubectl cannot list the pods"
		[ "$(field "$now" "$pod" 2)" != "$newest" ] || continue
	fi
	restart "$pod" "$(field "$now" "$pod" 3)"
	restarted=$((restarted + 1))
done
say "$restarted restarted"
