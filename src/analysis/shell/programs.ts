/** Programs of Unix systems whose names mean nothing else at the start of a text. */
export const PROGRAMS: ReadonlySet<string> = new Set(
  (
    'adduser apk apt apt-get aws az base64 brew bunzip2 bzip2 cargo chgrp chmod chown chroot cp cron crontab ' +
    'csh curl dd deno df dig dmesg docker docker-compose doas dpkg du egrep env ethtool fdisk ' +
    'fgrep ftp gawk gcc gcloud gdb git gpg grep groupadd groupmod gunzip gzip helm hostname hostnamectl htop iconv id ifconfig insmod ' +
    'ionice ip iptables journalctl jq kubectl ldd ln losetup ls lsblk lsof ltrace mkdir mkfifo ' +
    'mkfs mknod mktemp modprobe mv mysql nano nc ncat netcat netstat nft nice nmap node nohup npm ' +
    'npx openssl passwd perl pgrep php pip pip3 pkexec pkill pnpm podman printenv ps psql pwd python ' +
    'python3 rmdir rm rmmod rsync ruby scp sed setfacl setsid sftp sha256sum shred socat sqlite3 ssh ssh-keygen stat ' +
    'strace stty su sudo sysctl systemctl tar tcpdump telnet terraform tmux truncate ufw ' +
    'umount uname unlink unzip useradd userdel usermod vi vim vmstat wget whoami xargs xxd yarn yum zcat'
  ).split(' '),
)

/** Programs whose names are also words of English: only an option right behind them tells. */
export const WORDY: ReadonlySet<string> = new Set(
  (
    'at awk basename bc cat chattr command comm cut date diff dirname echo ed eval exec expr file find ' +
    'finger fold go head host install join kill killall last less link locate look make man mail mount more ' +
    'nl open parallel paste patch pr printf read screen script seq service sleep sort source split ' +
    'tail tee test time timeout top touch tr trap uniq watch wc which who write zip'
  ).split(' '),
)
