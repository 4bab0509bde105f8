# How Drover's JVM is started: by ./drover from a checkout, and by bin/drover of an archive. Both read this file.
# shellcheck shell=sh

common_flags="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
short_flags="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m"
long_flags="-XX:+UseG1GC -XX:+ExitOnOutOfMemoryError"
# A gateway keeps little on the heap, so its collections are short, and what it takes when nobody asks for anything
# counts: there may be one beside each client (docs/decisions/0114).
gateway_flags="-XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -Xms24m -Xmn16m -Xmx512m -XX:TrimNativeHeapInterval=5000"

# The class path: every jar of the directory $1, in the order of the list in file $2. The order counts, because an
# archive of classes is bound to it. Says it in $classpath.
read_classpath() {
  classpath=
  while IFS= read -r jar; do
    classpath=$classpath${classpath:+:}$1/$jar
  done <"$2"
}

# Writes archives of classes for fast starts to the directory $2, with the java at $1: what the JVM would find out at
# each start, found out once. They are bound to that java, and to the jars of $classpath and the times they were
# changed; where those differ, the JVM goes on without.
train() {
  trained=0
  for kind in short long gateway; do
    eval "flags=\$${kind}_flags"
    # shellcheck disable=SC2154
    train_one "$1" "$2" "$kind" "$flags" || trained=1
  done
  return $trained
}

# One of them: kind $3 with the flags $4.
train_one() {
  # shellcheck disable=SC2086
  "$1" $common_flags $4 -XX:AOTCacheOutput="$2/$3.new.aot" -cp "$classpath" dev.drover.cli.Training "$3" \
    >"$2/$3.training.log" 2>&1 && mv "$2/$3.new.aot" "$2/$3.aot"
}

# Becomes the java at $1 that runs the rest of the arguments as a command, with $classpath, and with the archives of
# the directory $2.
launch() {
  java=$1
  archives=$2
  shift 2
  case ${1-} in
    gateway)
      kind=gateway
      flags=$gateway_flags
      ;;
    server | demo | torture | sim | explore | scale)
      kind=long
      flags=$long_flags
      case $1 in
        # A copy waits for homes, not for code: it is as fast without the second compiler, whose threads would
        # take the CPUs from writers and from the hold for milliseconds at a time.
        server) flags="$flags -Xms64m -Xmx512m -XX:TieredStopAtLevel=1" ;;
        demo) flags="$flags -Xmx768m" ;;
        # An hour of history is some million operations, of about 100 bytes each.
        torture) flags="$flags -Xmx1536m" ;;
        sim) flags="-XX:+UseParallelGC -Xmx768m" ;;
        # Its states fill the memory; that it is full has to be told.
        explore | scale) flags="-XX:+UseParallelGC -XX:MaxRAMPercentage=60" ;;
      esac
      ;;
    *)
      kind=short
      flags=$short_flags
      ;;
  esac
  # The JVM checks the archive against itself and the class path, and goes on without it if they differ.
  archive=$archives/$kind.aot
  if [ -r "$archive" ]; then
    set -- -XX:AOTCache="$archive" -Xlog:aot=off -Xlog:cds=off -Ddrover.archive="$archive" \
      -Ddrover.terminal=$terminal -cp "$classpath" dev.drover.cli.Main "$@"
  else
    set -- -Ddrover.terminal=$terminal -cp "$classpath" dev.drover.cli.Main "$@"
  fi
  # shellcheck disable=SC2086
  exec "$java" $common_flags $flags ${DROVER_JAVA_OPTS-} "$@"
}

terminal=false
if [ -t 1 ]; then terminal=true; fi
