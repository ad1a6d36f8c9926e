"""Gunicorn for the pages: threads that each hold a database connection of the pool, behind our own proxy."""

import os

bind = os.environ.get("CONVOY_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("CONVOY_WEB_PROCESSES", "1"))
worker_class = "gthread"
# No more than CONVOY_POOL: a thread without a connection to use would only wait.
threads = int(os.environ.get("CONVOY_WEB_THREADS", "8"))

# A thread that takes longer than this is stuck: statements end after 15 s, outbound requests after 5.
timeout = 60
graceful_timeout = 20
keepalive = 75  # longer than the proxy keeps its idle connections, so that it never meets a closed one
backlog = 2048
worker_connections = 1000

# From the proxy's address only; all but this one header are for Django to judge.
forwarded_allow_ips = os.environ.get("CONVOY_PROXY_NETS", "127.0.0.1,::1")
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
forwarder_headers = ""  # a caller's SCRIPT_NAME is nobody's business
header_map = "drop"  # X_Forwarded_For and X-Forwarded-For would become the same variable

control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108  heartbeats, not data
accesslog = None  # the site writes a line a request itself
errorlog = "-"
loglevel = "warning"
