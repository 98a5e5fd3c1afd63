#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own: tests/check/postgres.sh COMMAND…
#
# The command finds its URL in POSTRIDER_TEST_POSTGRES, and in POSTRIDER_TEST_POSTGRES_RESTART what restarts it. The cluster lives in a
# temporary folder, on a loopback port, without a sync of the disk, and is gone afterwards. Exits with 77 when there is no PostgreSQL and
# apt-get cannot install one.
set -euo pipefail

find_programs() {
    local found
    for found in "$(command -v initdb || true)" /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb; do
        [ -x "$found" ] && bin=$(dirname "$found")
    done
    [ -n "${bin:-}" ]
}

# Installs the packages without the cluster that they would make and start.
install_programs() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
    mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/postrider.conf
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql) >&2 || return 1
}

find_programs || { install_programs && find_programs; } || { echo "no PostgreSQL, and none to install" >&2; exit 77; }

room=$(mktemp -d)
as_owner=()
# The server refuses to be run by root.
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    chown "$owner" "$room"
    as_owner=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups)
fi
control() { (cd "$room" && "${as_owner[@]}" "$bin/pg_ctl" -D "$room/data" -l "$room/log" "$@" >"$room/said" 2>&1); }
cleanup() {
    control -m immediate stop || true
    rm -rf "$room"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

(cd "$room" && "${as_owner[@]}" "$bin/initdb" -D "$room/data" -U postgres -A trust -E UTF8 --locale=C >"$room/said" 2>&1) || { cat "$room/said" >&2; exit 1; }
for _ in 1 2 3 4 5 6 7 8; do
    port=$((20000 + RANDOM % 12000))
    printf "%s\n" "listen_addresses = '127.0.0.1'" "port = $port" "unix_socket_directories = ''" "max_connections = 300" \
        "fsync = ${POSTRIDER_TEST_POSTGRES_FSYNC:-off}" >"$room/data/postgresql.auto.conf"
    # A port that is taken is a server that does not start.
    if control -w start; then started=1; break; fi
done
[ -n "${started:-}" ] || { cat "$room/log" "$room/said" >&2; exit 1; }

# psql is there, too.
export PATH="$PATH:$bin"
export POSTRIDER_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
export POSTRIDER_TEST_POSTGRES_RESTART="cd '$room' && ${as_owner[*]} '$bin/pg_ctl' -D '$room/data' -l '$room/log' -m immediate -w restart >/dev/null 2>&1"
status=0
"$@" || status=$?
exit "$status"
