# './drover package': an archive that runs on a machine with neither a JDK nor Maven. Read by ./drover, once all is built.
# shellcheck shell=sh disable=SC2154

# What jdeps finds in the class path, and jcmd, which tells what a process that hangs is at.
runtime_modules=java.base,java.desktop,java.logging,java.management,java.naming,java.security.jgss,java.sql,java.xml,\
jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.unsupported

failed() {
  say "$1; no archive was made"
  exit 1
}

# A tool of the JDK that only a JDK has.
make_runtime() {
  [ -x "$jdk/bin/jlink" ] || failed "$jdk has no jlink: DROVER_JAVA names a JDK that has"
  "$jdk/bin/jlink" --add-modules "$runtime_modules" --strip-debug --no-header-files --no-man-pages \
    --output "$stage/runtime" >"$work/jlink.log" 2>&1 || {
    tail -n 5 "$work/jlink.log" >&2
    failed "jlink could not make a runtime of $jdk"
  }
}

copy_files() {
  mkdir -p "$stage/bin" "$stage/lib/systemd/system" "$stage/lib/sysusers.d" &&
    cp -R "$run/lib" "$stage/lib/jars" &&
    cp "$run/jars" "$stage/lib/jars.list" &&
    cp "$home/packaging/launch.sh" "$stage/lib/" &&
    cp "$home/packaging/drover" "$stage/bin/drover" &&
    cp "$home"/packaging/systemd/*.service "$stage/lib/systemd/system/" &&
    cp "$home/packaging/systemd/sysusers.conf" "$stage/lib/sysusers.d/drover.conf" &&
    cp "$home/LICENSE" "$home/README.md" "$home/CHANGELOG.md" "$home/packaging/INSTALL.md" "$stage/" &&
    cp -R "$home/docs" "$stage/docs" &&
    chmod 755 "$stage/bin/drover" || failed "the files cannot be copied to $stage"
  # An archive of classes knows its jars by the time of their last change, which tar keeps to the second.
  find "$stage/lib/jars" -type f -exec touch -d 2026-01-01T00:00:00Z {} +
}

# What the commands say of themselves.
write_manuals() {
  man=$stage/share/man
  bash_completion=$stage/share/bash-completion/completions
  zsh_completion=$stage/share/zsh/site-functions
  mkdir -p "$man" "$bash_completion" "$zsh_completion" &&
    "$stage/runtime/bin/java" -cp "$classpath" dev.drover.cli.Manual "$man" &&
    "$stage/bin/drover" completion bash >"$bash_completion/drover" &&
    { printf '#compdef drover\n'; "$stage/bin/drover" completion zsh; } >"$zsh_completion/_drover" ||
    failed "the manual cannot be written"
}

package() {
  [ $# -eq 0 ] || { say "package takes no arguments, and was given: $*"; exit 2; }
  version=$(project_version)
  name=drover-$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
  work=$home/target/package
  stage=$work/$name
  rm -rf "$work" && mkdir -p "$stage" || failed "$work cannot be written"
  say "making a runtime"
  make_runtime
  copy_files
  read_classpath "$stage/lib/jars" "$stage/lib/jars.list"
  say "preparing fast starts"
  mkdir "$work/training"
  train "$stage/runtime/bin/java" "$work/training" || failed "training ($work/training/*.log) failed"
  mv "$work"/training/*.aot "$stage/lib/"
  write_manuals
  chmod -R a+rX,go-w "$stage"
  say "packing"
  who=
  if tar --version 2>/dev/null | grep -q GNU; then who="--owner=0 --group=0 --numeric-owner --sort=name"; fi
  # shellcheck disable=SC2086
  tar -C "$work" $who -czf "$work/$name.tar.gz" "$name" || failed "tar failed"
  rm -rf "$stage"
  say "checking it"
  "$home/packaging/check.sh" "$work/$name.tar.gz" || failed "the archive $work/$name.tar.gz does not pass its check"
  mv -f "$work/$name.tar.gz" "$home/target/$name.tar.gz" && rm -rf "$work"
  echo "$home/target/$name.tar.gz"
}
