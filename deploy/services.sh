#!/usr/bin/env bash
# PostgreSQL, Redis and Elasticsearch for development and tests: on loopback, on free ports, in a folder of their own.
#
#   deploy/services.sh start [postgres] [redis] [search]    install what is missing (as root), start, wait until ready
#   deploy/services.sh stop | status                        of what this script started, nothing else
#   eval "$(deploy/services.sh env)"                        DATABASE_URL, REDIS_URL, ELASTICSEARCH_URL
#
# Data lies in $CONVOY_VAR/services (default var/services) and may be deleted when stopped. Durability is off:
# never keep anything here that you would miss.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
state=${CONVOY_VAR:-$root/var}/services
all=(postgres redis search)
pg_bin=/usr/lib/postgresql/15/bin
mkdir -p "$state"
state=$(cd "$state" && pwd)

say() { printf '%s\n' "$*" >&2; }
die() { say "services: $*"; exit 1; }
fail() { say "services: $1; the end of $2:"; tail -n 15 "$2" >&2; exit 1; } # what, its log
free_port() { python3 "$root/deploy/free_port.py" "$state"/*.port; }
secret() { head -c 18 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
keep() { local file=$state/$1; [ -s "$file" ] || (umask 077; "${@:2}" > "$file"); cat "$file"; } # value made once
port_of() { keep "$1.port" free_port; }
password_of() { keep "$1.password" secret; }

# True while the process in the pid file is ours: a recycled pid belongs to somebody else.
alive() {
  local pid
  pid=$(head -n 1 "$state/$1.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  [ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' 2>/dev/null < "/proc/$pid/cmdline" | grep -qF -e "$2"
}

wait_for() { # service, seconds, command...
  local service=$1 until=$((SECONDS + $2))
  shift 2
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] && alive "$service" "$(mark_of "$service")" ||
      fail "$service did not come up" "$state/$service.log"
    sleep 0.2
  done
}

install_packages() { # a binary to look for, then packages
  local binary=$1
  shift
  command -v "$binary" > /dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || die "$binary is missing: install $*"
  say "installing $*"
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then # the packages would start servers of their own
    printf '#!/bin/sh\nexit 101\n' > $policy && chmod +x $policy && made=1
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" < /dev/null > "$state/apt.log" 2>&1 ||
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
      < /dev/null > "$state/apt.log" 2>&1 || { [ -z "$made" ] || rm -f $policy; fail "apt-get failed" "$state/apt.log"; }
  [ -z "$made" ] || rm -f $policy
}

# PostgreSQL refuses to run as root, and its user must be able to reach its folder.
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
pg_data() {
  local data=$state/postgres
  if [ "$(id -u)" = 0 ] && ! as_postgres test -x "$state"; then
    data=/var/lib/postgresql/convoy-$(printf '%s' "$state" | sha256sum | cut -c1-12)
  fi
  printf '%s' "$data"
}

start_postgres() {
  install_packages "$pg_bin/postgres" postgresql-15
  local data port
  data=$(pg_data) port=$(port_of postgres)
  alive postgres "$data" && return
  if [ ! -s "$data/PG_VERSION" ]; then
    mkdir -p "$data"
    local password_file
    password_file=$(mktemp)
    password_of postgres > "$password_file"
    [ "$(id -u)" != 0 ] || chown postgres "$data" "$password_file"
    as_postgres "$pg_bin/initdb" -D "$data" -U convoy --pwfile="$password_file" --auth=scram-sha-256 \
      --encoding=UTF8 --locale=C.UTF-8 > "$state/initdb.log" 2>&1 || fail "initdb failed" "$state/initdb.log"
    rm -f "$password_file"
  fi
  : > "$state/postgres.log"
  [ "$(id -u)" != 0 ] || chown postgres "$state/postgres.log"
  as_postgres "$pg_bin/pg_ctl" start -s -w -t 60 -D "$data" -l "$state/postgres.log" -o "-p $port \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=120 -c shared_buffers=128MB \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off" > /dev/null ||
    fail "PostgreSQL did not start" "$state/postgres.log"
  head -n 1 "$data/postmaster.pid" > "$state/postgres.pid"
  export PGPASSWORD
  PGPASSWORD=$(password_of postgres)
  local psql=(psql -h 127.0.0.1 -p "$port" -U convoy -d postgres -qtA)
  [ "$("${psql[@]}" -c "SELECT 1 FROM pg_database WHERE datname = 'convoy'")" = 1 ] ||
    "${psql[@]}" -c 'CREATE DATABASE convoy'
}

start_redis() {
  install_packages redis-server redis-server
  local port
  port=$(port_of redis)
  alive redis ":$port" && return
  mkdir -p "$state/redis"
  (umask 077; cat > "$state/redis/redis.conf" << EOF
bind 127.0.0.1
port $port
requirepass $(password_of redis)
dir "$state/redis"
pidfile "$state/redis.pid"
logfile "$state/redis.log"
save ""
appendonly no
daemonize yes
EOF
  )
  redis-server "$state/redis/redis.conf" > /dev/null
  for _ in $(seq 50); do [ -s "$state/redis.pid" ] && break; sleep 0.1; done
  REDISCLI_AUTH=$(password_of redis) wait_for redis 20 sh -c "redis-cli -p $port ping | grep -q PONG"
}

start_search() {
  install_packages javac openjdk-17-jdk-headless
  install_packages mvn maven
  install_packages curl curl
  local home=$state/search port
  port=$(port_of search)
  alive search "$home" && return
  "$root/deploy/search_node/build.sh" "$home" > "$state/search-build.log" 2>&1 ||
    fail "the search node could not be built" "$state/search-build.log"
  printf '%s\n' 'cluster.name: convoy' 'discovery.type: single-node' 'network.host: 127.0.0.1' "http.port: $port" \
    "transport.port: $(keep search-transport.port free_port)" \
    'cluster.routing.allocation.disk.threshold_enabled: false' > "$home/config/elasticsearch.yml"
  setsid java -Xms512m -Xmx512m -XX:+UseSerialGC -cp "$home/node:$home/lib/*" SearchNode "$home" \
    > "$state/search.log" 2>&1 < /dev/null &
  printf '%s\n' $! > "$state/search.pid"
  wait_for search 90 curl -fsS "http://127.0.0.1:$port/_cluster/health?wait_for_status=yellow&timeout=1s"
}

mark_of() { # what the command line of a running service holds
  case $1 in postgres) pg_data ;; redis) printf ':%s' "$(port_of redis)" ;; search) printf '%s' "$state/search" ;; esac
}

stop_service() {
  local pid signal=TERM
  alive "$1" "$(mark_of "$1")" || { rm -f "$state/$1.pid"; return 0; }
  pid=$(head -n 1 "$state/$1.pid")
  [ "$1" != postgres ] || signal=INT # fast shutdown: sessions are ended, not waited for
  kill -s $signal "$pid"
  for _ in $(seq 100); do
    alive "$1" "$(mark_of "$1")" || break
    sleep 0.2
  done
  alive "$1" "$(mark_of "$1")" && kill -s KILL "$pid"
  rm -f "$state/$1.pid"
}

print_status() {
  local service down=0
  for service in "${all[@]}"; do
    if alive "$service" "$(mark_of "$service")"; then
      printf '%-9s up    127.0.0.1:%s  pid %s\n' "$service" "$(port_of "$service")" "$(head -n 1 "$state/$service.pid")"
    else
      printf '%-9s down\n' "$service"
      down=3
    fi
  done
  return $down
}

print_env() {
  if alive postgres "$(mark_of postgres)"; then
    echo "export DATABASE_URL=postgres://convoy:$(password_of postgres)@127.0.0.1:$(port_of postgres)/convoy"
  fi
  if alive redis "$(mark_of redis)"; then
    echo "export REDIS_URL=redis://default:$(password_of redis)@127.0.0.1:$(port_of redis)/0"
  fi
  if alive search "$(mark_of search)"; then
    echo "export ELASTICSEARCH_URL=http://127.0.0.1:$(port_of search)"
  fi
}

command=${1:-}
[ $# = 0 ] || shift
case $command in
  start)
    for service in "${@:-${all[@]}}"; do
      case $service in
        postgres | redis | search) "start_$service" ;;
        *) die "unknown service $service: one of ${all[*]}" ;;
      esac
      say "$service ready on 127.0.0.1:$(port_of "$service")"
    done
    ;;
  stop)
    for service in "${@:-${all[@]}}"; do stop_service "$service"; done
    ;;
  status) print_status ;;
  env) print_env ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
esac
