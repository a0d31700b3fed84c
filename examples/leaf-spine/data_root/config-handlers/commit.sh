#!/bin/sh
# Run by the server in nodes/ID after each backup of that node: commits its startup-config to the repository backups/ of the
# data root. There, because what is in nodes/ can be looked at by /meta/nodes. To read it:
#   git --git-dir data_root/backups log -p -- JPE24440003/startup-config
set -eu
umask 077
for program in git flock; do
  command -v "$program" > /dev/null || { echo "commit.sh: $program is not installed" >&2; exit 1; }
done

id=$(basename "$PWD")
cd ..
export GIT_DIR="${PWD%/*}/backups" GIT_WORK_TREE="$PWD"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
mkdir -p "$GIT_DIR"

# Two switches at once: one after the other. Whoever holds this lock is alone, so other locks are those of the killed.
exec 9> "$GIT_DIR/commit.sh.lock"
flock 9
rm -f "$GIT_DIR"/index* "$GIT_DIR"/HEAD.lock "$GIT_DIR"/config.lock "$GIT_DIR"/refs/heads/*.lock

# Makes the repository, or what a half-made one lacks; commits that are there stay.
if ! git rev-parse --git-dir > /dev/null 2>&1; then
  rm -f "$GIT_DIR/HEAD" "$GIT_DIR/config"
  env -u GIT_WORK_TREE git -c init.defaultBranch=main init -q --bare --template= "$GIT_DIR"
fi

if git rev-parse -q --verify HEAD > /dev/null; then git read-tree HEAD; fi
git add -f "$id/startup-config"
git diff --cached --quiet ||
  git -c user.name=ztpush -c user.email=ztpush@localhost -c commit.gpgsign=false -c gc.auto=0 \
    commit -q -m "startup-config of $id"
