#!/bin/sh
# Checks an archive of './drover package', by what it does where it is unpacked and nothing else is known:
# check.sh ARCHIVE. Exits with 0 if all is well. What takes a tool that is not there is left out, and said.
set -u

archive=$1
here=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$here"; rm -rf "$here"' EXIT
wrong=0

bad() {
  printf '  BAD   %s\n' "$*" >&2
  wrong=1
}
well() { printf '  ok    %s\n' "$*" >&2; }
left_out() { printf '  left out: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

# Runs a command with no variables but PATH, in an empty directory.
bare() { (cd "$here/empty" && exec env -i PATH=/usr/bin:/bin TMPDIR="$here/tmp" "$@"); }

# expect CODE WHAT COMMAND...
expect() {
  code=$1 what=$2
  shift 2
  bare "$@" >"$here/out" 2>"$here/err"
  got=$?
  if [ "$got" -eq "$code" ]; then well "$what"; else
    bad "$what: exit code $got instead of $code"
    tail -n 5 "$here/out" "$here/err" >&2
  fi
}

mkdir "$here/empty" "$here/tmp" && tar -C "$here" -xzf "$archive" || exit 1
root=$(echo "$here"/drover-*)
for each in bin/drover runtime/bin/java lib/short.aot lib/long.aot lib/gateway.aot lib/systemd/system/drover-server.service \
  lib/systemd/system/drover-gateway@.service lib/sysusers.d/drover.conf share/man/man1/drover-move.1 \
  share/man/man5/drover.yaml.5 share/bash-completion/completions/drover share/zsh/site-functions/_drover \
  LICENSE README.md INSTALL.md; do
  [ -s "$root/$each" ] || bad "$each is missing"
done
[ -z "$(find "$root" ! -perm -o+r)" ] || bad "not everybody may read all of it"
chmod -R a-w "$root"

ln -s "$root/bin/drover" "$here/linked"
expect 0 "runs" "$here/linked" --version
expect 0 "uses its archive of classes for commands" env DROVER_JAVA_OPTS=-XX:AOTMode=on "$here/linked" --version
expect 2 "uses its archive of classes for processes" env DROVER_JAVA_OPTS=-XX:AOTMode=on "$root/bin/drover" gateway g1
grep -q "there is no configuration" "$here/err" || bad "a gateway without a configuration: $(cat "$here/err")"
expect 0 "writes a configuration" "$root/bin/drover" init
expect 3 "asks a server" sh -c "sed -i s/7400/1/ drover.yaml && exec '$root/bin/drover' status"
if has strace; then
  expect 0 "is traced" strace -f -qq -e trace=execve,openat -o "$here/trace" "$root/bin/drover" move --help
  grep -v ENOENT "$here/trace" | sed -n 's/.*\(execve\|openat\)([^"]*"\([^"]*\)".*/\2/p' |
    grep -e 'libjvm\|/java$\|\.jar$\|/modules$\|\.aot$' | grep -v "^$root/" >"$here/foreign"
  if [ -s "$here/foreign" ]; then bad "it uses what is not its own: $(cat "$here/foreign")"; else
    well "uses its own Java runtime, and no other"
  fi
else
  left_out "which runtime it uses (no strace)"
fi
expect 0 "moves a scope between two Redis servers, and back" "$root/bin/drover" demo --keys 2000 --writers 2 --seconds 1

if has man; then
  pages=0
  for each in "$root"/share/man/man?/*; do
    if MANWIDTH=80 LC_ALL=C.UTF-8 man -l --warnings "$each" >"$here/out" 2>"$here/err" &&
      [ ! -s "$here/err" ] && [ -s "$here/out" ]; then
      pages=$((pages + 1))
    else
      bad "${each##*/}: $(head -n 3 "$here/err")"
    fi
  done
  well "$pages manual pages render"
else
  left_out "manual pages (no man)"
fi
if has bash; then
  bash -c '. "$1" && complete -p drover >/dev/null' - "$root/share/bash-completion/completions/drover" &&
    well "bash reads its completions" || bad "bash cannot read its completions"
fi
if has zsh; then
  zsh -n "$root/share/zsh/site-functions/_drover" && well "zsh reads its completions" ||
    bad "zsh cannot read its completions"
fi
if has systemd-analyze; then
  for each in "$root"/lib/systemd/system/*; do
    sed "s|/opt/drover|$root|;s/^User=.*/User=daemon/;s/^Group=.*//" "$each" >"$here/${each##*/}"
  done
  if systemd-analyze verify --man=no "$here/drover-server.service" "$here/drover-gateway@.service" >"$here/out" 2>&1 &&
    ! grep "$here" "$here/out" >&2; then
    well "systemd reads the units"
  else
    bad "systemd finds fault with the units: $(tail -n 3 "$here/out")"
  fi
else
  left_out "the units (no systemd-analyze)"
fi
exit $wrong
