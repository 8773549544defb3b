#!/bin/sh
# Starts the web application with a sample organisation, then builds every leader's reports as files beside it.
# Both stop with Ctrl-C. DEMO: folder of the reports; PORT: where the application answers.
set -eu
BIN=${BIN:-.venv/bin}
DEMO=${DEMO:-demo}
PORT=${PORT:-8000}
RECORDS="$DEMO-records"
ADDRESS="http://127.0.0.1:$PORT"

say() { printf 'headwater: %s\n' "$1"; }

answers() { "$BIN/python" - "$ADDRESS/health" <<-'PY' 2>/dev/null
	import sys, urllib.request
	urllib.request.urlopen(sys.argv[1], timeout=2)
	PY
}

if answers; then
	say "something answers at $ADDRESS already; stop it, or name another port: make demo PORT=8010"
	exit 1
fi
"$BIN/headwater" serve "$RECORDS" --demo --port "$PORT" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM

until answers; do
	kill -0 "$server" 2>/dev/null || { say "the application did not start; what it said stands above"; exit 1; }
	sleep 0.5
done
say "the application runs; sign in at $ADDRESS with an address and password from above"
say "building the same sample organisation's reports as files"
"$BIN/headwater" demo "$DEMO"
say "every leader's deck, sheet, PDF and page lie in $DEMO; the application runs at $ADDRESS (Ctrl-C stops it)"
wait "$server"
