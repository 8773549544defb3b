#!/usr/bin/env bash
# A Spark standalone cluster on this machine: one master and two workers, all on 127.0.0.1.
#   spark-cluster.sh start     start it, wait for both workers, print what to export
#   spark-cluster.sh status    say what runs; exit code 1 when the cluster is not whole
#   spark-cluster.sh stop      stop every process of it and remove its folder
#
# It uses the Spark that comes with pyspark, and Java 17. It has no password: whoever may log in to this machine may use it.
#
#   PYTHON                   the Python that has pyspark (default .venv/bin/python, then python3)
#   SPARK_CLUSTER_FOLDER     logs, work and process numbers (default a folder of yours under /tmp)
#   SPARK_CLUSTER_PORT       port of the master (default 7077)
#   SPARK_CLUSTER_UI_PORT    port of the master's pages (default 7078)
#   SPARK_CLUSTER_CORES      cores of each worker (default 1)
#   SPARK_CLUSTER_MEMORY     memory of each worker (default 1g)
set -euo pipefail

HOST=127.0.0.1
WORKERS=2
PORT=${SPARK_CLUSTER_PORT:-7077}
UI_PORT=${SPARK_CLUSTER_UI_PORT:-7078}
CORES=${SPARK_CLUSTER_CORES:-1}
MEMORY=${SPARK_CLUSTER_MEMORY:-1g}
FOLDER=${SPARK_CLUSTER_FOLDER:-${TMPDIR:-/tmp}/headwater-spark-$(id -u)}
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
MARK=made-by-spark-cluster
PATIENCE=300 # seconds until the workers must have joined

fail() {
	printf 'spark-cluster: %s\n' "$1" >&2
	exit "${2:-1}"
}

find_spark() {
	if [ -z "${PYTHON:-}" ]; then
		PYTHON=$ROOT/.venv/bin/python
		[ -x "$PYTHON" ] || PYTHON=python3
	fi
	command -v java >/dev/null 2>&1 || [ -x "${JAVA_HOME:-}/bin/java" ] || fail "Java 17 is needed: sh scripts/setup.sh java" 2
	SPARK_HOME=$("$PYTHON" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))' 2>/dev/null) ||
		fail "$PYTHON has no pyspark: pip install 'headwater[spark]'" 2
	export SPARK_HOME
}

# The folder must be ours alone and made by this script: what it names is stopped, what it holds is removed.
own_folder() {
	if [ -L "$FOLDER" ] || { [ -e "$FOLDER" ] && [ ! -O "$FOLDER" ]; }; then fail "$FOLDER belongs to somebody else" 2; fi
	if [ -d "$FOLDER" ] && [ ! -f "$FOLDER/$MARK" ] && [ -n "$(ls -A "$FOLDER")" ]; then
		fail "$FOLDER holds something else; name a folder that is not there yet" 2
	fi
}

# The processes of one daemon that live: it leads a process group, in which its executors are too. A number in an old
# file may belong to somebody else by now, so the command must be Spark's. -ww: a COLUMNS from outside would cut it off.
members() {
	ps -A -ww -o pid=,pgid=,args= | awk -v group="$1" '$2 == group && /org\.apache\.spark\./ { print $1 }'
}

groups() {
	for file in "$FOLDER"/*.pid; do
		if [ -f "$file" ]; then cat "$file"; fi
	done
}

running() {
	for group in $(groups); do members "$group"; done
}

launch() { # name, class, arguments
	local name=$1
	shift
	set -m # every job leads its own process group
	nohup "$SPARK_HOME/bin/spark-class" "$@" >"$FOLDER/$name.log" 2>&1 </dev/null &
	echo $! >"$FOLDER/$name.pid"
	disown
	set +m
}

workers_joined() {
	"$PYTHON" - "http://$HOST:$UI_PORT/json/" <<-'PY'
		import json, sys, urllib.request
		straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
		try:
		    with straight.open(sys.argv[1], timeout=5) as answer:
		        print(json.load(answer)["aliveworkers"])
		except (OSError, ValueError, KeyError):
		    print(0)
	PY
}

# While they start, a process may not have the command yet by which `members` knows it. Their numbers are new.
still_there() {
	for group in $(groups); do kill -0 "$group" 2>/dev/null || return 1; done
}

give_up() {
	trap - INT TERM
	for file in "$FOLDER"/*.log; do
		printf -- '--- %s\n' "${file##*/}" >&2
		{ grep -E ' (WARN|ERROR) |Exception|Error' "$file" || tail -n 3 "$file"; } | tail -n 4 >&2
	done
	stop >/dev/null
	fail "the cluster did not start"
}

start() {
	find_spark
	own_folder
	[ -z "$(running)" ] || fail "a cluster runs already; stop it first"
	rm -rf "${FOLDER:?}"
	mkdir -p -m 700 "$FOLDER"
	touch "$FOLDER/$MARK"
	mkdir "$FOLDER/conf" "$FOLDER/local"
	# Sockets that take no --host of their own (the pages, the executors) listen where SPARK_LOCAL_IP says.
	export SPARK_LOCAL_IP=$HOST SPARK_CONF_DIR=$FOLDER/conf SPARK_LOCAL_DIRS=$FOLDER/local SPARK_DAEMON_MEMORY=512m
	# A port that is taken is an error, not a reason to take the next one; nothing else may submit work over REST.
	export SPARK_MASTER_OPTS="-Dspark.port.maxRetries=0 -Dspark.master.rest.enabled=false"
	trap give_up INT TERM
	launch master org.apache.spark.deploy.master.Master --host $HOST --port "$PORT" --webui-port "$UI_PORT"
	for number in $(seq $WORKERS); do
		launch "worker-$number" org.apache.spark.deploy.worker.Worker --host $HOST --port 0 --webui-port 0 \
			--cores "$CORES" --memory "$MEMORY" --work-dir "$FOLDER/work-$number" "spark://$HOST:$PORT"
	done
	local waited=0
	until [ "$(workers_joined)" = $WORKERS ]; do
		sleep 1
		waited=$((waited + 1))
		if ! still_there || [ $waited -gt $PATIENCE ]; then give_up; fi
	done
	trap - INT TERM
	printf '# a master and %s workers run; %s stop ends them. To use them:\n' $WORKERS "$0"
	printf 'export HEADWATER_ENGINE=spark HEADWATER_SPARK_MASTER=spark://%s:%s\n' $HOST "$PORT"
}

status() {
	local whole=0
	own_folder
	for name in master $(seq -f 'worker-%g' $WORKERS); do
		local found=""
		if [ -f "$FOLDER/$name.pid" ]; then found=$(members "$(cat "$FOLDER/$name.pid")" | tr '\n' ' '); fi
		if [ -n "$found" ]; then
			printf '%s runs: process %s\n' "$name" "${found% }"
		else
			printf '%s does not run\n' "$name"
			whole=1
		fi
	done
	return $whole
}

send() { # signal
	for group in $(groups); do
		if [ -n "$(members "$group")" ]; then kill -s "$1" -- "-$group" 2>/dev/null || true; fi
	done
}

stop() {
	own_folder
	for signal in TERM KILL; do
		send $signal
		for _ in $(seq 50); do
			[ -n "$(running)" ] || break 2
			sleep 0.2
		done
	done
	[ -z "$(running)" ] || fail "these processes do not stop: $(running | tr '\n' ' ')"
	rm -rf "${FOLDER:?}"
	printf 'nothing of the cluster runs any more\n'
}

case "${1:-}" in
start) start ;;
stop) stop ;;
status) status ;;
*) fail "usage: spark-cluster.sh start|stop|status" 2 ;;
esac
