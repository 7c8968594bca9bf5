#!/bin/busybox sh
# The first process of the guest: runs the commands in /sections ("NAME COMMAND...", one a line) and
# prints all that they said as one archive in base64, once the kernel's messages are silenced.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
/bin/busybox --install -s /bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmp /tmp
echo 1 >/proc/sys/kernel/printk

while read -r module; do
  insmod "/modules/$module"
done </modules/order
mount -t xenfs xenfs /proc/xen

mkdir -p /tmp/out/tables
cd /tmp/out || poweroff -f
while read -r name command; do
  echo "=== $name $(cut -d" " -f1 /proc/uptime)"
  (eval "$command") >"$name" 2>"$name.err" </dev/null
  echo "exit status $?" >>"$name.err"
done </sections

echo "=== BEGIN archive"
tar -cz . | base64
echo "=== END archive"
poweroff -f
