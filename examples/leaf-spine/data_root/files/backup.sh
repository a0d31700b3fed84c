#!/bin/bash
# Sends the configuration to the server, which keeps it in nodes/SERIAL and runs the config-handler. The event-handler "backup"
# runs this whenever startup-config is written. copy_file copies it as it is: a dollar sign is a dollar sign.
set -eu
server=http://10.34.8.254:8080
serial=$(FastCli -p 15 -c 'show version' | awk '/^Serial number:/ { print $3 }')
sudo ip netns exec ns-MGMT curl -sSf -m 60 -T /mnt/flash/startup-config "$server/nodes/$serial/startup-config"
