#!/bin/bash
# Leaves a note on flash, for "show provisioning". Variables of the definition have one dollar sign, those of the shell two.
set -eu
now=$$(date -u '+%Y-%m-%d %H:%M')
echo "$hostname ($place), provisioned $$now UTC" > /mnt/flash/provisioned
