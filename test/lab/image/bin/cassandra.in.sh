# Sourced by every script here: where things are, and the class paths.
: "${CASSANDRA_HOME:=/opt/cassandra}" "${CASSANDRA_CONF:=$CASSANDRA_HOME/conf}" "${CASSANDRA_LOG_DIR:=/var/log/cassandra}"
JARS=$(printf %s: "$CASSANDRA_HOME"/lib/*.jar); JARS=${JARS%:}
JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java
# The options of the Java version that the distribution was made for.
VERSIONED=$(cat "$CASSANDRA_HOME/java-version")
# The lines beginning with "-" of the named option files.
options() { grep -h '^-' "$@" | tr '\n' ' '; }
# archive NAME: the option for a class archive, which spares a start a good part of
# its CPU, where there is one. It is refused when a folder with files comes before
# the jars, so the configuration stands last on every class path.
archive() { [ -e "$CASSANDRA_HOME/lib/$1.jsa" ] && printf %s "-XX:SharedArchiveFile=$CASSANDRA_HOME/lib/$1.jsa" || true; }
# tool CLASS ARGUMENT... - heap and options from here alone, never those that are
# meant for the server.
tool() {
  exec "$JAVA" $(archive tools) -Xmx128m -Xss384k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
    ${RINGWRIGHT_TOOL_OPTS:-} $(options "$CASSANDRA_CONF/jvm$VERSIONED-server.options" 2>/dev/null) \
    -Dlogback.configurationFile=logback-tools.xml -Dcassandra.storagedir="${CASSANDRA_STORAGE_DIR:-/var/lib/cassandra}" \
    -Dcassandra.logdir="$CASSANDRA_LOG_DIR" -cp "$JARS:$CASSANDRA_CONF" "$@"
}
