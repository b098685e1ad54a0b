# archive.sh DIR - makes the class archives of the Cassandra at CASSANDRA_HOME:
# DIR/tools.jsa spares each call of a tool and DIR/server.jsa each start of
# Cassandra a quarter of its CPU. It runs in a network of its own.
# https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html#application-class-data-sharing
set -eu
dir=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Java makes no archive while an agent is loaded, but takes one beside it.
cp -r "$CASSANDRA_CONF/." "$work/conf"
sed -i '/-javaagent/d' "$work/conf/cassandra-env.sh"
export CASSANDRA_CONF="$work/conf" CASSANDRA_LOG_DIR="$work" CASSANDRA_STORAGE_DIR="$work"

made() { [ -e "$1" ] || { cat "$work/said"; echo "no $1"; exit 1; }; }

# It finds nobody, but has loaded by then nearly all that a tool loads.
RINGWRIGHT_TOOL_OPTS="-XX:ArchiveClassesAtExit=$dir/tools.jsa" "$CASSANDRA_HOME/bin/nodetool" -p 1 status >"$work/said" 2>&1 || true
made "$dir/tools.jsa"

# A ring of one that ends once it serves.
ip link set lo up
JVM_EXTRA_OPTS="-XX:ArchiveClassesAtExit=$dir/server.jsa" "$CASSANDRA_HOME/bin/cassandra" -f >"$work/said" 2>&1 &
tries=0
until grep -q 'Startup complete' "$work/said"; do
	tries=$((tries + 1))
	[ "$tries" -lt 600 ] && kill -0 $! || break
	sleep 0.2
done
kill $! || true
wait || true
made "$dir/server.jsa"
