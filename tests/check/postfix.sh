#!/usr/bin/env bash
# Runs a command with a mail server of its own, Postfix with Dovecot for its logins: tests/check/postfix.sh COMMAND…
#
# The command finds in its environment POSTRIDER_TEST_SMTP_PORT, POSTRIDER_TEST_SMTP_CA (the file of its certificate), POSTRIDER_TEST_SMTP_USER,
# POSTRIDER_TEST_SMTP_PASSWORD, POSTRIDER_TEST_SMTP_MAILS (a maildir that gets the mails to everybody), and POSTRIDER_TEST_SMTP_REFUSE, a table with
# lines such as `gone@example.com 550 5.1.1 nobody`, which is read again after the command in POSTRIDER_TEST_SMTP_RELOAD.
# It listens on loopback only, passes nothing on, and lives in a temporary folder that is gone afterwards. Exits with 77 when there is
# none and apt-get cannot install one; installed or not, the system's own Postfix and Dovecot are neither started nor touched.
set -euo pipefail

has_programs() { command -v postfix && command -v postconf && command -v dovecot && command -v openssl; } >/dev/null

# Installs the packages and starts none of their services.
install_programs() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
    local policy=/usr/sbin/policy-rc.d made="" status=0
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
        made=1
    fi
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postfix dovecot-core openssl) >&2 || status=$?
    [ -z "$made" ] || rm -f "$policy"
    return "$status"
}

PATH="$PATH:/usr/sbin:/sbin"
[ "$(id -u)" -eq 0 ] || { echo "Postfix is to be started by root" >&2; exit 77; }
has_programs || { install_programs && has_programs; } || { echo "no Postfix with Dovecot, and none to install" >&2; exit 77; }
id postfix >/dev/null 2>&1 && id dovecot >/dev/null 2>&1 || { echo "the users of Postfix and Dovecot are missing" >&2; exit 77; }

room=$(mktemp -d)
# Their own users have to pass through it.
chmod 755 "$room"
dovecot_pid=""
cleanup() {
    postfix -c "$room/etc" stop >/dev/null 2>&1 || true
    [ -z "$dovecot_pid" ] || kill "$dovecot_pid" 2>/dev/null || true
    rm -rf "$room"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir "$room"/{etc,queue,data,mail,run}
chown postfix "$room/data"
chown nobody "$room/mail"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$room/key.pem" -out "$room/cert.pem" 2>/dev/null
: >"$room/refused"
export POSTRIDER_TEST_SMTP_REFUSE="$room/refused"

configure_dovecot() {
    printf 'blog:{PLAIN}open sesame\n' >"$room/users"
    chown dovecot "$room/users"
    chmod 600 "$room/users"
    cat >"$room/dovecot.conf" <<END
protocols =
base_dir = $room/run
state_dir = $room/run
log_path = $room/dovecot.log
ssl = no
auth_mechanisms = plain login
# Many names or passwords that are wrong are to be heard of at once.
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = username_format=%u $room/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$room/mail
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = $1
  }
}
END
}

configure_postfix() {
    cat >"$room/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $room/queue
data_directory = $room/data
myhostname = localhost
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = $room/log
maillog_file_prefixes = /$(cut -d / -f 2 <<<"$room")
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = static:all
virtual_mailbox_base = $room/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
virtual_mailbox_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = $room/cert.pem
smtpd_tls_key_file = $room/key.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:$2
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access texthash:$room/refused, permit_sasl_authenticated, reject
default_transport = error:nothing leaves this machine
# A refusal is to be answered at once.
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 100
END
    cat >"$room/etc/master.cf" <<END
127.0.0.1:$1 inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
END
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() {
    local tries
    # A port that somebody has is another's server.
    ! answers "$1" && ! answers "$2" || return 1
    configure_dovecot "$2"
    configure_postfix "$1" "$2"
    dovecot -c "$room/dovecot.conf" -F >"$room/said" 2>&1 &
    dovecot_pid=$!
    postfix -c "$room/etc" start >>"$room/said" 2>&1 || return 1
    for tries in $(seq 100); do
        if answers "$1" && answers "$2"; then return 0; fi
        sleep 0.1
    done
    return 1
}

stop_both() {
    postfix -c "$room/etc" stop >/dev/null 2>&1 || true
    [ -z "$dovecot_pid" ] || { kill "$dovecot_pid" 2>/dev/null; wait "$dovecot_pid" 2>/dev/null; } || true
    dovecot_pid=""
}

started=""
for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    if start "$port" "$((port + 1))"; then started=1; break; fi
    stop_both
done
[ -n "$started" ] || { cat "$room/said" "$room/log" "$room/dovecot.log" >&2 2>/dev/null || true; echo "Postfix does not start here" >&2; exit 77; }

export POSTRIDER_TEST_SMTP_PORT="$port" POSTRIDER_TEST_SMTP_CA="$room/cert.pem" POSTRIDER_TEST_SMTP_MAILS="$room/mail/all"
export POSTRIDER_TEST_SMTP_RELOAD="postfix -c '$room/etc' reload >/dev/null 2>&1"
export POSTRIDER_TEST_SMTP_USER=blog POSTRIDER_TEST_SMTP_PASSWORD="open sesame" POSTRIDER_TEST_SMTP_NAME="$(postconf -h mail_version | sed 's/^/Postfix /')"
status=0
"$@" || status=$?
[ "$status" -eq 0 ] || tail -n 30 "$room/log" >&2 2>/dev/null || true
exit "$status"
