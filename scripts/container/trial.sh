#!/bin/sh
# The trial's start: a SoftHSM token and certificates in the volume, made once; then the service. Not for production.
set -eu

data=/var/lib/pinmac
umask 077
export SOFTHSM2_CONF="$data/softhsm2.conf"

if [ ! -e "$data/ready" ]; then
  # What a start that was cut off left behind opens nowhere.
  rm -rf "$data/tokens" "$data"/register.sqlite*
  mkdir -p "$data/tokens"
  printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$data" > "$SOFTHSM2_CONF"
  for name in so-pin token-pin; do
    tr -dc 0-9 < /dev/urandom | head -c 16 > "$data/$name"
  done
  pinmac init --create-token --so-pin-file "$data/so-pin"
  pinmac development certificates --out "$data/tls"
  touch "$data/ready"
fi

exec pinmac serve
