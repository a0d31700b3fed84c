# Makes the private root of a fake switch, as process 1 of namespaces of its own, and becomes the keeper.
# Arguments: an empty folder, the folder with the programs of the switch, the Python of those programs,
# the size of the flash, then words that the keeper gets, then "--", then folders to show read-only.
# In the environment: PYTHON, PYTHON_MAJOR, ARISTA_PYTHON (may be empty), PROGRAMS, CLI_PLUGIN_FOLDERS.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=$1 programs=$2 helper=$3 flash=$4
shift 4

# a shell opens it itself, so it is this process under the number that the outside knows it by
read -r outer_pid _ </proc/self/stat

mount -t tmpfs -o mode=755 root "$root"
cd "$root"
mkdir -p dev/shm etc home mnt/drive mnt/flash mnt/usb1 old persist/local persist/sys proc root run tmp usr
mkdir -p var/log .layer/bin .layer/lib/fake-eos
chmod 1777 tmp dev/shm
ln -s ../run var/run
ln -s ../tmp var/tmp

cp "$programs/keeper.py" "$programs/recorded-program.py" .layer/lib/fake-eos/
mkdir .layer/lib/fake-eos/shifted-clock
cp "$programs/shifted-clock.py" .layer/lib/fake-eos/shifted-clock/sitecustomize.py
chmod 755 .layer/lib/fake-eos/recorded-program.py
ln -s "$helper" .layer/lib/fake-eos/python3
for name in $PROGRAMS; do ln -s ../lib/fake-eos/recorded-program.py ".layer/bin/$name"; done
printf '#!/bin/sh\nexec "$@"\n' >.layer/bin/sudo
# by a script, not by a link: an interpreter in a virtual environment looks around itself
as_python() {
  # it would start itself
  [ "$1" != "/usr/bin/$2" ] || return 0
  printf '#!/bin/sh\nexec %s "$@"\n' "$1" >".layer/bin/$2"
  chmod 755 ".layer/bin/$2"
}
as_python "$PYTHON" python
as_python "$PYTHON" "python$PYTHON_MAJOR"
if [ -n "$ARISTA_PYTHON" ]; then
  as_python "$ARISTA_PYTHON" arista-python
  as_python "$ARISTA_PYTHON" python3
fi
chmod 755 .layer/bin/sudo
for folder in $CLI_PLUGIN_FOLDERS; do mkdir -p ".layer/${folder#/usr/}"; done

# our programs lie over those of the machine, and nobody can write to either
mount -t overlay -o "ro,lowerdir=$root/.layer:/usr" usr usr
for folder in $CLI_PLUGIN_FOLDERS; do mount -t tmpfs plugins ".$folder"; done
show() {
  mkdir -p ".$1"
  mount --rbind "$1" ".$1"
  mount -o remount,bind,ro ".$1"
}
show /etc
for folder in /bin /sbin /lib /lib32 /lib64 /libx32; do
  if [ -L "$folder" ]; then cp -P "$folder" .; elif [ -d "$folder" ]; then show "$folder"; fi
done
for device in null zero full random urandom; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o "size=$flash,mode=755" flash mnt/flash
mount -t proc proc proc || mount --rbind /proc proc

words=
while [ "$1" != -- ]; do
  words="$words $1"
  shift
done
shift
for folder; do show "$folder"; done

pivot_root . old
cd /
rmdir "/old$root"
umount -l /old
rmdir /old
# shellcheck disable=SC2086 # each is a word
exec "$helper" -IS /usr/lib/fake-eos/keeper.py "$outer_pid" $words
