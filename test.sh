#!/usr/bin/env bash
# Installs what the tests need, builds, runs all tests, and ends with "N passed, N failed" over all runners.
set -uo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
results="$PWD/artifacts/test-results"
chromium="${CHROMIUM:-/usr/bin/chromium}"
failed_step=0

step() {
  printf '\n== %s\n' "$1"
  shift
  "$@" || { failed_step=1; echo "FAILED: $*" >&2; return 1; }
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install() {
  as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

install_chromium() { [ -x "$chromium" ] || install chromium fonts-dejavu-core; }

# Gives processes another date: ClockSkewTests.
install_faketime() { compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || install faketime; }

# The tests start servers of their own, on free ports of 127.0.0.1: Debian must not start one beside.
install_redis() {
  command -v "${REDIS_SERVER:-redis-server}" >/dev/null && return 0
  local policy=/usr/sbin/policy-rc.d
  if [ -e "$policy" ]; then
    install redis-server
  else
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy"
    install redis-server
    local status=$?
    as_root rm -f "$policy"
    return $status
  fi
}

for tool in dotnet node npm; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install the .NET 10 SDK and Node.js 20." >&2; exit 1; }
done

rm -rf "$results"
mkdir -p "$results"
# Whether the mutations still fit the code and the tests; what they find is for the weekly run.
step "Mutations name code and tests that exist" node tests/mutations/run.mjs --check
step "Chromium" install_chromium
step "Redis" install_redis
step "faketime" install_faketime
if step "Build" dotnet build Djust.Presence.sln --configuration Release --nologo -v quiet; then
  for project in tests/*.Tests; do
    # With CI set, a test that misses something installed above fails instead of being skipped. CHAOS_MINUTES and CHAOS_SEED are ChaosTests'.
    step "$project" env CI="${CI:-true}" CHAOS_MINUTES="${CHAOS_MINUTES:-2}" CHAOS_SEED="${CHAOS_SEED:-7}" dotnet test "$project" --configuration Release --no-build --nologo --results-directory "$results" --logger "trx;LogFileName=$(basename "$project").trx" --blame-hang-timeout 5m
  done
  step "Types of the browser package" npm --prefix src/djust-presence-js run --silent typecheck
  step "src/djust-presence-js" npm --prefix src/djust-presence-js run --silent test -- --reporter=default --reporter=json --outputFile.json="$results/djust-presence-js.json"
  step "Every test that docs/scenarios.md names has run" env CI="${CI:-true}" node tests/scenarios.mjs "$results"
fi

# A step that failed without a failed test (a build, a crash of a runner) counts as one failure.
node tests/summary.mjs "$results" "$failed_step"
