#!/usr/bin/env bash
# The production topology on one machine, without containers: Caddy in front, WSGI processes for pages, uvicorn for
# /ws/, a worker, PostgreSQL, Redis and Elasticsearch. For tests, benchmarks and fault drills.
#
#   deploy/stack.sh start [NAME...] [--import DIR]     all, or these processes; DIR: a Stack Exchange dump moves in once
#   deploy/stack.sh stop [NAME...] [--services]        all, or these; with --services PostgreSQL and the others as well
#   deploy/stack.sh restart NAME... | kill NAME...     stop gently and start | SIGKILL, nothing said, nothing started
#   deploy/stack.sh status                             every process, its address and pid
#   eval "$(deploy/stack.sh env)"                      the settings' variables, for manage.py; STACK_URL and the ports
#
# Processes: mail (keeps what it is sent as files) web1 web2 live1 live2 worker1 caddy
# STACK_WEB, STACK_LIVE, STACK_WORKERS   how many of each (2, 2, 1)
# STACK_SERVER                           gunicorn | uvicorn: what serves the pages (gunicorn)
# STACK_THREADS, STACK_POOL              threads of a page process (8), connections a process may hold (threads)
# Everything lies in $CONVOY_VAR/stack (default var/stack) and may be deleted when stopped. As everywhere in
# deploy/services.sh durability is off: never keep anything here that you would miss.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
var=${CONVOY_VAR:-$root/var}
mkdir -p "$var/stack"
var=$(cd "$var" && pwd)
state=$var/stack
python=$root/.venv/bin/python
export CONVOY_VAR=$var

say() { printf '%s\n' "$*" >&2; }
die() { say "stack: $*"; exit 1; }
fail() { say "stack: $1; the end of $2:"; tail -n 25 "$2" >&2; exit 1; } # what, its log
free_port() { python3 "$root/deploy/free_port.py" "$state"/*.port; }
secret() { head -c 45 /dev/urandom | base64 | tr -d '\n'; }
keep() { local file=$state/$1; [ -s "$file" ] || (umask 077; "${@:2}" > "$file"); cat "$file"; } # value made once
port_of() { keep "$1.port" free_port; }

# -- what there is

choice() { # name, default: kept from the last start unless given now
  local given=${!1:-}
  [ -z "$given" ] || printf '%s' "$given" > "$state/$1"
  if [ -s "$state/$1" ]; then cat "$state/$1"; else printf '%s' "$2"; fi
}
webs=$(choice STACK_WEB 2) lives=$(choice STACK_LIVE 2) workers=$(choice STACK_WORKERS 1)
server=$(choice STACK_SERVER gunicorn) threads=$(choice STACK_THREADS 8)
pool=$(choice STACK_POOL "$threads")
numbered() { local n; for n in $(seq "$2"); do printf '%s%s ' "$1" "$n"; done; }
read -ra all <<< "mail $(numbered web "$webs")$(numbered live "$lives")$(numbered worker "$workers")caddy"
addresses() { local n; for n in $(seq "$2"); do printf '127.0.0.1:%s ' "$(port_of "$1$n")"; done; }
url() { printf 'https://localhost:%s' "$(port_of caddy)"; }

settings() { # the production settings' variables, for export
  local services
  services=$("$root/deploy/services.sh" env)
  # Redis 0 belongs to the test suite, which clears it.
  printf '%s\n' "$services" | sed 's|^\(export REDIS_URL=.*\)/0$|\1/1|'
  cat << EOF
export CONVOY_VAR=$var
export DJANGO_SETTINGS_MODULE=community.settings.production
export SECRET_KEY=$(keep secret_key secret)
export CONVOY_HOSTS=localhost
export CONVOY_BASE_URL=$(url)
export CONVOY_HSTS_SECONDS=0
export EMAIL_URL=smtp://127.0.0.1:$(port_of mail)
export DEFAULT_FROM_EMAIL=convoy@localhost.test
export CONVOY_MEDIA=$state/media
export CONVOY_STATIC=$state/static
export CONVOY_POOL=$pool
EOF
}

print_env() {
  settings
  local name
  echo "export STACK_URL=$(url) STACK_MAIL=$state/mail STACK_CA=$state/caddy/caddy/pki/authorities/local/root.crt"
  for name in "${all[@]}"; do
    [[ $name = worker* ]] || echo "export STACK_PORT_${name^^}=$(port_of "$name")"
  done
}

# -- processes

pid_of() { head -n 1 "$state/$1.pid" 2> /dev/null; }
# True while the process in the pid file is ours: a recycled pid belongs to somebody else.
alive() {
  local pid
  pid=$(pid_of "$1") && [ -n "$pid" ] && [ -r "/proc/$pid/environ" ] || return 1
  tr '\0' '\n' 2> /dev/null < "/proc/$pid/environ" | grep -qxF "STACK_PROCESS=$state/$1"
}

spawn() { # name, command...
  local name=$1
  shift
  STACK_PROCESS=$state/$name setsid "$@" >> "$state/$name.log" 2>&1 < /dev/null &
  printf '%s\n' $! > "$state/$name.pid"
}

as_daemon() { CONVOY_METRICS_DIR=$state/metrics CONVOY_PROXIES=1 "$@"; }

launch() {
  local name=$1
  alive "$name" && return
  : > "$state/$name.log"
  case $name in
    mail) spawn mail "$python" "$root/deploy/mail_sink.py" "$(port_of mail)" "$state/mail" ;;
    web*)
      if [ "$server" = uvicorn ]; then
        CONVOY_WEB_THREADS=$threads as_daemon spawn "$name" "$python" -m uvicorn community.asgi:application \
          --host 127.0.0.1 --port "$(port_of "$name")" --ws none --lifespan on --no-server-header --no-access-log \
          --no-proxy-headers --timeout-keep-alive 75 --timeout-graceful-shutdown 20 --log-level warning
      else
        CONVOY_BIND=127.0.0.1:$(port_of "$name") CONVOY_WEB_THREADS=$threads as_daemon spawn "$name" \
          "$python" -m gunicorn community.wsgi -c "$root/deploy/gunicorn.conf.py"
      fi
      ;;
    live*)
      as_daemon spawn "$name" "$python" -m uvicorn community.asgi:application \
        --host 127.0.0.1 --port "$(port_of "$name")" --ws activity.live.wire:Wire --ws-max-size 4096 \
        --ws-per-message-deflate false --lifespan on \
        --no-server-header --no-access-log --no-proxy-headers --timeout-keep-alive 75 \
        --timeout-graceful-shutdown 20 --log-level warning
      ;;
    worker*) CONVOY_STATEMENT_TIMEOUT=300 as_daemon spawn "$name" "$python" "$root/manage.py" run_worker ;;
    caddy)
      XDG_DATA_HOME=$state/caddy XDG_CONFIG_HOME=$state/caddy CONVOY_SITE=$(url) CONVOY_CADDY=$root/deploy/caddy \
        CONVOY_WEB=$(addresses web "$webs") CONVOY_LIVE=$(addresses live "$lives") \
        CADDY_OPTIONS="auto_https disable_redirects" CADDY_SITE=$'bind 127.0.0.1\ntls internal' \
        spawn caddy caddy run --config "$root/deploy/caddy/Caddyfile" --adapter caddyfile
      ;;
    *) die "unknown process $name: one of ${all[*]}" ;;
  esac
}

answers() {
  case $1 in
    web* | live*) curl -fsS -m 3 "http://127.0.0.1:$(port_of "$1")/healthz" ;;
    caddy) curl -fsSk -m 5 "$(url)/readyz" ;;
    mail) python3 -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$(port_of mail)" ;;
    worker*) grep -q worker_started "$state/$1.log" ;;
  esac
} > /dev/null 2>&1

wait_until_ready() {
  local until=$((SECONDS + 90))
  until answers "$1"; do
    alive "$1" && [ "$SECONDS" -lt "$until" ] || fail "$1 did not come up" "$state/$1.log"
    sleep 0.2
  done
  say "$1 ready"
}

send() { # signal, name: to the process and all it started
  local pid
  alive "$2" || return 0
  pid=$(pid_of "$2")
  kill -s "$1" -- "-$pid" 2> /dev/null || kill -s "$1" "$pid"
}

end() {
  alive "$1" || { rm -f "$state/$1.pid"; return 0; }
  # Gently is to the first process: it tells its children.
  kill -s TERM "$(pid_of "$1")"
  local _
  for _ in $(seq 150); do
    alive "$1" || break
    sleep 0.2
  done
  send KILL "$1"
  rm -f "$state/$1.pid"
}

# -- all of it

install_packages() { # a binary to look for, then packages
  command -v "$1" > /dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || die "$1 is missing: install ${*:2}"
  say "installing ${*:2}"
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then # the package would start a server of its own
    printf '#!/bin/sh\nexit 101\n' > $policy && chmod +x $policy && made=1
  fi
  { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${@:2}" ||
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${@:2}"; }; } \
    < /dev/null > "$state/apt.log" 2>&1 || { [ -z "$made" ] || rm -f $policy; fail "apt-get failed" "$state/apt.log"; }
  [ -z "$made" ] || rm -f $policy
}

manage() { "$python" "$root/manage.py" "$@" >> "$state/prepare.log" 2>&1 || fail "manage.py $1 failed" "$state/prepare.log"; }

prepare() {
  : > "$state/prepare.log"
  mkdir -p "$state/media" "$state/mail" "$state/caddy" "$state/metrics"
  "$python" -m community.core.catalogs >> "$state/prepare.log" 2>&1 || fail "no translations" "$state/prepare.log"
  say "tables"
  manage migrate --noinput
  local sources
  sources=$({ git -C "$root" ls-files -s static community/members/static requirements/base.txt
    git -C "$root" diff HEAD -- static; } | sha256sum)
  if [ "$(cat "$state/static.stamp" 2> /dev/null)" != "$sources" ]; then
    say "static files"
    manage collectstatic --noinput --clear --verbosity 0
    printf '%s\n' "$sources" > "$state/static.stamp"
  fi
}

move_in() {
  [ -n "$1" ] && [ "$(cat "$state/imported" 2> /dev/null)" != "$1" ] || return 0
  say "moving $1 in"
  manage import_stackexchange "$1"
  printf '%s\n' "$1" > "$state/imported"
  rm -f "$state/indexed"
}

fill_index() {
  [ ! -e "$state/indexed" ] || return 0
  say "search index"
  manage reindex
  touch "$state/indexed"
}

start_all() {
  install_packages caddy caddy
  install_packages curl curl
  [ -x "$python" ] || "$root/deploy/environment.sh" base
  "$root/deploy/services.sh" start
  eval "$(settings)"
  prepare
  move_in "$1"
  fill_index
  local name
  for name in "${all[@]}"; do launch "$name"; done
  for name in "${all[@]}"; do wait_until_ready "$name"; done
  say "$(url)"
}

start_some() {
  eval "$(settings)"
  local name
  for name in "$@"; do launch "$name"; done
  for name in "$@"; do wait_until_ready "$name"; done
}

print_status() {
  local name down=0
  for name in "${all[@]}"; do
    if alive "$name"; then
      printf '%-9s up    %-17s pid %s\n' "$name" \
        "$([[ $name = worker* ]] || echo "127.0.0.1:$(port_of "$name")")" "$(pid_of "$name")"
    else
      printf '%-9s down\n' "$name"
      down=3
    fi
  done
  return $down
}

command=${1:-}
[ $# = 0 ] || shift
names=() dump='' services=''
while [ $# -gt 0 ]; do
  case $1 in
    --import) dump=$(realpath -e "${2:?--import DIR}") && shift ;;
    --services) services=1 ;;
    -*) die "unknown option $1" ;;
    *) [[ " ${all[*]} " = *" $1 "* ]] || die "unknown process $1: one of ${all[*]}"; names+=("$1") ;;
  esac
  shift
done
case $command in
  start) if [ ${#names[@]} -gt 0 ]; then start_some "${names[@]}"; else start_all "$dump"; fi ;;
  stop)
    reversed=()
    for name in "${names[@]:-${all[@]}}"; do reversed=("$name" "${reversed[@]}"); done
    for name in "${reversed[@]}"; do end "$name"; done
    [ -z "$services" ] || "$root/deploy/services.sh" stop
    ;;
  restart)
    [ ${#names[@]} -gt 0 ] || die "restart which? ${all[*]}"
    for name in "${names[@]}"; do end "$name"; start_some "$name"; done
    ;;
  kill)
    [ ${#names[@]} -gt 0 ] || die "kill which? ${all[*]}"
    for name in "${names[@]}"; do send KILL "$name"; done
    ;;
  status) print_status ;;
  env) print_env ;;
  *)
    sed -n '2,18s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
esac
