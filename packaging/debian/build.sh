#!/bin/sh
# Makes ztpush_VERSION_all.deb of the npm package and its dependencies, and prints its path.
#   packaging/debian/build.sh [--package ztpush-VERSION.tgz] [FOLDER]
# Without --package the checkout is packed ("npm ci" first). Needs npm and dpkg-deb; no root.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
checkout=$(cd "$here/../.." && pwd)

package=
if [ "${1:-}" = --package ]; then
  package=$(realpath "$2")
  shift 2
fi
target=$(realpath "${1:-.}")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
if [ -z "$package" ]; then
  (cd "$checkout" && npm pack --silent --pack-destination "$work" >/dev/null)
  package=$(echo "$work"/ztpush-*.tgz)
fi

umask 022
root=$work/root
mkdir -p "$root/usr/lib/ztpush" "$root/usr/bin" "$root/usr/share/doc/ztpush" "$root/usr/lib/systemd/system" \
  "$root/etc/ztpush" "$root/DEBIAN"
tar -xzf "$package" -C "$root/usr/lib/ztpush" --strip-components=1 --no-same-owner

# the versions that were tested, and no programs of theirs are run
cp "$checkout/package-lock.json" "$root/usr/lib/ztpush/"
(cd "$root/usr/lib/ztpush" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --silent >&2)
rm "$root/usr/lib/ztpush/package-lock.json"

for name in ztpush ztps; do ln -s "../lib/ztpush/bin/$name" "$root/usr/bin/$name"; done
cp "$root/usr/lib/ztpush/packaging/systemd/ztpush.service" "$root/usr/lib/systemd/system/"
cp "$here/ztpush.conf" "$root/etc/ztpush/"
for name in README.md docs dhcp examples; do ln -s "../../../lib/ztpush/$name" "$root/usr/share/doc/ztpush/$name"; done
gzip -9n <"$root/usr/lib/ztpush/CHANGELOG.md" >"$root/usr/share/doc/ztpush/changelog.gz"
cp "$here/copyright" "$root/usr/share/doc/ztpush/"
# what npm has unpacked may be as private as the files of a checkout
chmod -R u=rwX,go=rX "$root"

version=$(node -p 'require(process.argv[1]).version' "$root/usr/lib/ztpush/package.json")
# a pre-release is older than its release
version=$(echo "$version" | sed 's/-/~/')
size=$(du -sk --exclude=DEBIAN "$root" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$size/" "$here/control" >"$root/DEBIAN/control"
echo /etc/ztpush/ztpush.conf >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 755 "$here/$script" "$root/DEBIAN/"; done

dpkg-deb --root-owner-group -Zxz --build "$root" "$target/ztpush_${version}_all.deb" >&2
echo "$target/ztpush_${version}_all.deb"
