# Sourced by every script here: where things are, and the class paths.
: "${CASSANDRA_HOME:=/opt/cassandra}" "${CASSANDRA_CONF:=$CASSANDRA_HOME/conf}" "${CASSANDRA_LOG_DIR:=/var/log/cassandra}"
JARS=$(printf %s: "$CASSANDRA_HOME"/lib/*.jar); JARS=${JARS%:}
JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java
# The options of the Java version that the distribution was made for.
VERSIONED=$(cat "$CASSANDRA_HOME/java-version")
# The lines beginning with "-" of the named option files.
options() { grep -h '^-' "$@" | tr '\n' ' '; }
# A class archive spares each call of a tool a good part of its CPU, where there is one.
archive() { [ -e "$CASSANDRA_HOME/lib/tools.jsa" ] && printf %s "-XX:SharedArchiveFile=$CASSANDRA_HOME/lib/tools.jsa" || true; }
# tool CLASS ARGUMENT... - heap and options from here alone, never those that are
# meant for the server. The configuration stands last on this class path, as a
# class archive is refused when a folder with files comes before the jars.
tool() {
  exec "$JAVA" $(archive) -Xmx128m -Xss384k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
    ${RINGWRIGHT_TOOL_OPTS:-} $(options "$CASSANDRA_CONF/jvm$VERSIONED-server.options" 2>/dev/null) \
    -Dlogback.configurationFile=logback-tools.xml -Dcassandra.storagedir="${CASSANDRA_STORAGE_DIR:-/var/lib/cassandra}" \
    -Dcassandra.logdir="$CASSANDRA_LOG_DIR" -cp "$JARS:$CASSANDRA_CONF" "$@"
}
