# Sourced by bin/cassandra: adds to JVM_OPTS what the option files cannot know.
JVM_OPTS="$JVM_OPTS -javaagent:$(echo "$CASSANDRA_HOME"/lib/jamm-*.jar)"
# Registry and RMI on loopback only, no login: what every container of the pod reaches.
JVM_OPTS="$JVM_OPTS -Dcassandra.jmx.local.port=7199 -Dcom.sun.management.jmxremote.authenticate=false"
# Last, so that it wins.
JVM_OPTS="$JVM_OPTS ${JVM_EXTRA_OPTS:-}"
