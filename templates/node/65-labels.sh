# shellcheck shell=sh disable=SC2154
# One word each: location, fault domain, zone; a - for what is empty.
read_metadata() {
	get 120 --noproxy '*' -H 'Metadata: true' \
		'http://169.254.169.254/metadata/instance/compute?api-version=2021-12-13' |
		python3 -c '
import json, sys
compute = json.load(sys.stdin)
for key in "location", "platformFaultDomain", "zone":
    print(str(compute.get(key) or "").replace(" ", "").lower() or "-")'
}

# Cassandra keeps its rack for life, so the first answer ever stays: the label
# never moves, even when Azure starts the machine in another fault domain.
set_labels() {
	metadata=$(read_metadata) || fail 'the metadata service gave no answer'
	# shellcheck disable=SC2086
	set -- $metadata
	[ "$1" = "$LOCATION" ] || fail "the metadata service says location '$1', the template $LOCATION"
	case $RACKS in
	zone) rack=$3 zone=$LOCATION-$3 ;;
	*) rack=$2 zone=$LOCATION-fd$2 ;;
	esac
	matches "$rack" '[0-9]+' || fail "the metadata service says $RACKS '$rack', not a number"
	kept=$(cat "$STATE/zone" 2>/dev/null) || kept=
	if [ -z "$kept" ]; then
		printf '%s\n' "$zone" | put "$STATE/zone" 0644
	elif [ "$kept" != "$zone" ]; then
		note "this machine is now in $zone; its label stays $kept, where its rack is"
		zone=$kept
	fi
	LABELS="topology.kubernetes.io/region=$LOCATION,topology.kubernetes.io/zone=$zone"
	printf '%s\n' "$LABELS" | put "$STATE/labels" 0644
}
