#!/usr/bin/env bash
# Two servers, one Redis, the same page on both: who opens it on one is seen on the other.
#   samples/two-nodes.sh [DocumentViewers|ChatRoom|Whiteboard]
# Uses redis-server where it is installed, and Garnet in a process of its own where it is not. Ctrl+C ends everything.
set -euo pipefail
cd "$(dirname "$0")/.."

sample="${1:-DocumentViewers}"
redis_port="${REDIS_PORT:-6390}"
ports=("${PORT_A:-5001}" "${PORT_B:-5002}")
case "$sample" in
  DocumentViewers) page=/documents/field-notes ;;
  Whiteboard) page=/boards/our-board ;;
  ChatRoom) page=/rooms/lobby ;;
  *) echo "There is no sample \"$sample\" for two nodes: DocumentViewers, ChatRoom or Whiteboard." >&2; exit 2 ;;
esac

redis=
nodes=()
stop() { for pid in "$@"; do kill "$pid" 2>/dev/null || true; done; for pid in "$@"; do wait "$pid" 2>/dev/null || true; done; }

# The nodes first: what they hold is handed over while there is a Redis to hand it to.
end() { trap - EXIT; trap '' INT TERM; stop ${nodes[@]+"${nodes[@]}"}; stop $redis; }
trap end EXIT INT TERM

# Without the terminal's Ctrl+C, where that can be had: this script ends it.
apart() { if command -v setsid >/dev/null; then exec setsid "$@"; else exec "$@"; fi; }

await() { # await <what> <seconds> <command…>
  local what="$1" tries=$(($2 * 5))
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((tries--)) || { echo "$what did not start." >&2; exit 1; }
    sleep 0.2
  done
}

is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
is_healthy() { [ "$(curl -fsS "http://127.0.0.1:$1/healthz")" = Healthy ]; }

for port in "$redis_port" "${ports[@]}"; do
  if is_open "$port"; then echo "Port $port is in use; choose others with REDIS_PORT, PORT_A and PORT_B." >&2; exit 1; fi
done

dotnet build "samples/$sample" --nologo -v quiet
if command -v redis-server >/dev/null; then
  (apart redis-server --bind 127.0.0.1 --port "$redis_port" --save "" --appendonly no --loglevel warning) &
else
  dotnet build samples/LocalRedis --nologo -v quiet
  (apart dotnet run --no-build --project samples/LocalRedis -- "$redis_port") &
fi
redis=$!
await "Redis" 30 is_open "$redis_port"

for port in "${ports[@]}"; do
  dotnet run --no-build --project "samples/$sample" -- --urls "http://127.0.0.1:$port" --backend redis --redis "127.0.0.1:$redis_port" &
  nodes+=($!)
done
for port in "${ports[@]}"; do await "The node on port $port" 60 is_healthy "$port"; done

names=(Ada Grace)
for i in 0 1; do
  url="http://127.0.0.1:${ports[$i]}$page?name=${names[$i]}"
  echo "Node $((i + 1)): $url"
  if command -v xdg-open >/dev/null && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then xdg-open "$url" >/dev/null 2>&1 || true
  elif command -v open >/dev/null && [ "$(uname)" = Darwin ]; then open "$url"; fi
done
echo "Browsers share the visitor's cookie between the two ports: open one of the pages in a private window, or it is the same person twice."
echo "Redis is on 127.0.0.1:$redis_port. Ctrl+C ends everything."
wait
