# What a hostile program asks of the kernel: each line of its output is a name, a tab, and what came of it.
# Perl, since its `syscall` needs nothing that is not on every Debian. Arguments are such that a success
# does no harm.
use strict;
use warnings;
use Errno ();
use POSIX ();

my ($mode, @rest) = @ARGV;
$| = 1;
# Without a wall some of these would change the machine of whoever runs the tests.
die "this runs as a plain user only\n" if ($> == 0 || $< == 0) && host_root();
# Root of the machine, not of a user namespace: its map holds every number.
sub host_root { open(my $fh, '<', '/proc/self/uid_map') or return 1; my $map = <$fh>; return $map =~ /^\s*0\s+0\s+4294967295/ }

my $arm = (POSIX::uname())[4] =~ /aarch64|arm64/;
# Numbers of x86-64 and of arm64.
my %number = (
  ptrace => [101, 117], process_vm_readv => [310, 270], keyctl => [250, 219], add_key => [248, 217],
  request_key => [249, 218], bpf => [321, 280], perf_event_open => [298, 241], userfaultfd => [323, 282],
  io_uring_setup => [425, 425], unshare => [272, 97], setns => [308, 268], mount => [165, 40],
  umount2 => [166, 39], pivot_root => [155, 41], chroot => [161, 51], fsopen => [430, 430],
  open_tree => [428, 428], mount_setattr => [442, 442], open_by_handle_at => [304, 265],
  name_to_handle_at => [303, 264], pidfd_getfd => [438, 438], fanotify_init => [300, 262],
  quotactl => [179, 60], swapon => [167, 224], acct => [163, 89], sethostname => [170, 161],
  init_module => [175, 105], finit_module => [313, 273], kexec_load => [246, 104],
  clock_settime => [227, 112], syslog => [103, 116], personality => [135, 92], clone => [56, 220],
  clone3 => [435, 435], openat => [257, 56], openat2 => [437, 437], fchmodat => [268, 53],
  fchmodat2 => [452, 452], fchmod => [91, 52], mknodat => [259, 33], memfd_create => [319, 279],
  ftruncate => [77, 46], ioctl => [16, 29], socket => [41, 198], socketpair => [53, 199],
  inotify_init1 => [294, 26], getpid => [39, 172], memfd_secret => [447, 447], prctl => [157, 167],
  setpriority => [141, 140], sched_setscheduler => [144, 119], prlimit64 => [302, 261],
);

sub nr { my ($name) = @_; return $number{$name}[$arm ? 1 : 0] }
sub code { my $n = $! + 0; return 'ok' if $n == 0; for (sort keys %!) { return $_ if $!{$_} } return "errno $n" }
sub told { my ($name, $what) = @_; print "$name\t$what\n" }
sub call { my ($name, @args) = @_; $! = 0; my $got = syscall(nr($name), @args); return $got == -1 ? code() : 'ok' }
sub try { my ($says, $name, @args) = @_; told($says, call($name, @args)) }
# In a process of its own: a success changes who tries, and a filter may kill.
sub apart {
  my ($says, $body) = @_;
  pipe(my $in, my $out) or die;
  my $child = fork();
  if (!defined $child) { told($says, 'no fork'); return }
  if ($child == 0) { close $in; my $got = $body->(); syswrite($out, $got); POSIX::_exit(0) }
  close $out;
  my $got = do { local $/; <$in> };
  waitpid($child, 0);
  told($says, $got ne '' ? $got : 'signal ' . ($? & 127));
}

my $CLONE_NEWUSER = 0x10000000;
my $HIGH = 1 << 32;
# Sizes in variables: text of a constant size would be made when this is read.
my ($MIB, $WHOLE) = (1 << 20, 100);

sub descriptors {
  my ($own) = @_;
  opendir(my $dir, '/proc/self/fd') or die;
  my @open = map { [$_, readlink("/proc/self/fd/$_") // '?'] } grep { /^\d+$/ && $_ > 2 } readdir $dir;
  # The folder itself, and this program.
  @open = grep { $$_[1] !~ m{^/proc/\d+/fd$} && $$_[1] ne $own } @open;
  told('inherited descriptors', @open ? join(' ', map { join '=', @$_ } @open) : 'none');
}

sub calls {
  my ($workspace, $host) = @_;
  descriptors($0);
  apart('trace of a process', sub { call('ptrace', 0, 0, 0, 0) });
  my $buffer = "\0" x 64;
  try('memory of a process', 'process_vm_readv', $$, 0, 0, 0, 0, 0);
  apart('ring of keys', sub { call('keyctl', 0, -3, 1) });
  my ($type, $name, $load) = ("user\0", "probe\0", 'x');
  apart('new key', sub { call('add_key', $type, $name, $load, 1, -2) });
  try('key asked for', 'request_key', $type, $name, 0, 0);
  try('program in the kernel', 'bpf', 0, 0, 0);
  my $attributes = pack('LLQ', 1, 112, 0) . "\0" x 96;
  try('counters of the processor', 'perf_event_open', $attributes, 0, -1, -1, 0);
  try('faults in its hands', 'userfaultfd', 0);
  my $ring = "\0" x 120;
  try('ring of requests', 'io_uring_setup', 1, $ring);
  apart('new user namespace', sub { call('unshare', $CLONE_NEWUSER) });
  apart('new network namespace', sub { call('unshare', 0x40000000) });
  apart('new user namespace by clone', sub {
    $! = 0;
    my $got = syscall(nr('clone'), $CLONE_NEWUSER | 17, 0, 0, 0, 0);
    POSIX::_exit(0) if $got == 0;
    $got == -1 ? code() : 'ok';
  });
  my $clone = pack('Q8', $CLONE_NEWUSER, 0, 0, 0, 17, 0, 0, 0);
  apart('new user namespace by clone3', sub {
    $! = 0;
    my $got = syscall(nr('clone3'), $clone, 64);
    POSIX::_exit(0) if $got == 0;
    $got == -1 ? code() : 'ok';
  });
  apart('namespace of another', sub { open(my $fh, '<', '/proc/1/ns/net') or return code(); call('setns', fileno($fh), 0) });
  mkdir "$workspace/empty";
  my ($none, $tmp, $fs) = ("none\0", "$workspace/empty\0", "tmpfs\0");
  apart('mount', sub { call('mount', $none, $tmp, $fs, 0, 0) });
  apart('umount', sub { call('umount2', $tmp, 2) });
  apart('umount of a mask', sub { my $mask = "$workspace/.env\0"; call('umount2', $mask, 2) });
  apart('mount made writable', sub { my $usr = "/usr\0"; call('mount', $none, $usr, 0, 0x20 | 0x1000, 0) });
  apart('other root', sub { call('pivot_root', $tmp, $tmp) });
  apart('chroot', sub { call('chroot', $tmp) });
  try('file system opened', 'fsopen', $fs, 0);
  my $root = "/\0";
  try('copy of a mount', 'open_tree', -100, $root, 1);
  my $attr = pack('Q4', 0, 1, 0, 0);
  my $usr = "/usr\0";
  try('attribute of a mount', 'mount_setattr', -100, $usr, 0, $attr, 32);
  my $handle = pack('LL', 8, 1) . "\2" . "\0" x 127;
  apart('file by handle', sub { open(my $fh, '<', $workspace) or return code(); call('open_by_handle_at', fileno($fh), $handle, 0) });
  try('descriptor of another', 'pidfd_getfd', 3, 0, 0);
  try('watch over a file system', 'fanotify_init', 0, 0);
  try('accounting', 'acct', 0);
  # The name that it has.
  my $hostname = (POSIX::uname())[1];
  apart('name of the machine', sub { call('sethostname', $hostname, length $hostname) });
  my $module = "\0" x 8;
  my $empty = "\0";
  try('module of the kernel', 'init_module', $module, 0, $empty);
  try('other kernel', 'kexec_load', 0, 0, 0, 0);
  my $clock = pack('qq', -1, -1);
  try('clock', 'clock_settime', 0, $clock);
  try('log of the kernel', 'syslog', 3, $buffer, 64);
  apart('personality', sub { call('personality', 0x0400000) });
  try('memory that nobody sees', 'memfd_secret', 0);
  unless ($arm) {
    apart('call of another kind', sub { $! = 0; my $got = syscall(nr('getpid') | 0x40000000); $got == -1 ? code() : 'ok' });
  }
  apart('call that is too new', sub { $! = 0; my $got = syscall(5000); $got == -1 ? code() : 'ok' });
  my $byte = 'x';
  try('keys of a terminal', 'ioctl', 0, 0x5412, $byte);
  try('keys of a terminal, high bits', 'ioctl', 0, 0x5412 | $HIGH, $byte);
  try('selection of a terminal', 'ioctl', 0, 0x541c, $byte);
  families();
  setuid_files($workspace);
  identity($host);
}

sub families {
  my %family = (
    'socket to the hypervisor' => 40, 'socket for packets' => 17, 'socket for ciphers' => 38,
    'socket for bluetooth' => 31, 'socket for a bus' => 29, 'socket of tipc' => 30, 'socket of rds' => 21,
    'socket of xdp' => 44, 'socket of qrtr' => 42,
  );
  for my $says (sort keys %family) { try($says, 'socket', $family{$says}, $family{$says} == 17 || $family{$says} == 44 ? 3 : $family{$says} == 38 ? 5 : 1, 0) }
  try('socket to the hypervisor, high bits', 'socket', 40 | $HIGH, 1, 0);
  try('local socket', 'socket', 1, 1, 0);
  try('local socket, high bits', 'socket', 1 | $HIGH, 1, 0);
  try('raw socket', 'socket', 2, 3, 1);
  my $pair = pack('ll', 0, 0);
  try('pair of sockets', 'socketpair', 1, 1, 0, $pair);
}

# Whether a file carries a bit that makes its owner's rights those of who runs it.
sub carried { my ($path, $did) = @_; my @stat = stat $path; return @stat && $stat[2] & 06000 ? 'set' : "not set, $did" }
sub setuid_files {
  my ($workspace) = @_;
  my $path = "$workspace/plain";
  open(my $fh, '>', $path) or do { told('bit by chmod', 'no file'); return };
  print $fh "#!/bin/sh\n";
  close $fh;
  $! = 0;
  my $did = chmod(04755, $path) ? 'ok' : code();
  told('bit by chmod', carried($path, $did));
  chmod 0755, $path;
  my $text = "$path\0";
  $did = call('fchmodat2', -100, $text, 04755, 0);
  told('bit by fchmodat2', carried($path, $did));
  chmod 0755, $path;
  $did = call('fchmodat', -100, $text, 02755);
  told('bit of the group', carried($path, $did));
  chmod 0755, $path;
  open($fh, '+<', $path);
  $did = call('fchmod', fileno($fh), 06755);
  told('bit by descriptor', carried($path, $did));
  close $fh;
  my $made = "$workspace/made";
  $text = "$made\0";
  $did = call('openat', -100, $text, 0101, 04755);
  told('bit at creation', carried($made, $did));
  unlink $made;
  my $how = pack('Q3', 0101, 04755, 0);
  $did = call('openat2', -100, $text, $how, 24);
  told('bit at creation by openat2', carried($made, $did));
  unlink $made;
  $did = call('mknodat', -100, $text, 0104755, 0);
  told('bit by mknod', carried($made, $did));
  unlink $made;
  $did = call('mknodat', -100, $text, 060600, 0xfd00);
  told('device', -e $made ? 'made' : "not made, $did");
  unlink $made;
  unlink $path;
}

sub identity {
  my ($host) = @_;
  open(my $fh, '<', '/proc/self/status') or die;
  my %status = map { /^(\w+):\s*(.*)$/ ? ($1, $2) : () } <$fh>;
  close $fh;
  my $caps = join '', map { $status{$_} =~ /^0+$/ ? '' : "$_ $status{$_} " } qw(CapInh CapPrm CapEff CapBnd CapAmb);
  told('capabilities', $caps eq '' ? 'none' : $caps);
  told('new privileges', $status{NoNewPrivs} ? 'never' : 'possible');
  told('filter of calls', $status{Seccomp} == 2 ? 'in force' : 'absent');
  told('identity', $< == 0 || $> == 0 ? 'root' : 'plain');
  my $groups = (split ' ', $status{Groups} // '') + 0;
  told('other groups', $groups == 0 ? 'none' : (grep { $_ == 0 } split ' ', $status{Groups}) ? 'root' : 'mapped away');
  my $root = `su -c 'id -u' </dev/null 2>/dev/null`;
  told('program of root', defined $root && $root =~ /^0/ ? 'root' : 'nothing');
  opendir(my $dir, '/proc') or die;
  my $seen = grep { /^\d+$/ } readdir $dir;
  told('processes seen', $seen <= 8 ? 'few' : "$seen");
  $! = 0;
  told('signal to a process of the machine', kill(0, $host) ? 'sent' : code());
  $! = 0;
  my $rise = call('setpriority', 0, 0, -10);
  told('higher priority', $rise);
  my $param = pack('l', 1);
  try('real-time priority', 'sched_setscheduler', 0, 1, $param);
  # RLIMIT_NPROC and RLIMIT_NOFILE, to a million.
  my $wish = pack('QQ', 1000000, 1000000);
  try('more processes than allowed', 'prlimit64', 0, 6, $wish, 0);
  try('more descriptors than allowed', 'prlimit64', 0, 7, $wish, 0);
}

sub limits {
  my ($workspace) = @_;
  told('disk in memory', filled('/tmp/fill'));
  told('shared memory', filled('/dev/shm/fill'));
  told('home', filled("$ENV{HOME}/fill"));
  $SIG{XFSZ} = 'IGNORE';
  $! = 0;
  open(my $fh, '>', "$workspace/huge");
  told('file of a terabyte', truncate($fh, 1 << 40) ? 'made' : code());
  close $fh;
  unlink "$workspace/huge";
  $! = 0;
  my $name = "probe\0";
  my $fd = syscall(nr('memfd_create'), $name, 0);
  told('memory as a file', $fd == -1 ? code() : call('ftruncate', $fd, 1 << 34));
  my @open;
  for (1 .. 5000) { my $one; last unless open($one, '<', '/dev/null'); push @open, $one }
  told('descriptors', @open >= 5000 ? 'endless' : code());
  @open = ();
  my @watch;
  for (1 .. 5000) { my $got = syscall(nr('inotify_init1'), 0); last if $got == -1; push @watch, $got }
  told('watches', @watch >= 5000 ? 'endless' : 'ended');
  POSIX::close($_) for @watch;
}

sub filled {
  my ($path) = @_;
  open(my $fh, '>', $path) or return code();
  my $block = 'x' x $MIB;
  $SIG{XFSZ} = 'IGNORE';
  for (1 .. 200) { $! = 0; my $wrote = syswrite($fh, $block); if (!defined $wrote || $wrote < length $block) { my $second = syswrite($fh, $block); my $why = code(); close $fh; unlink $path; return $why } }
  close $fh;
  unlink $path;
  return 'endless';
}

# In a process of its own, which is small: what watches memory counts what its children share with it.
sub forks {
  my @children;
  my $why = 'endless';
  for (1 .. 400) {
    $! = 0;
    my $child = fork();
    if (!defined $child) { $why = code(); last }
    if ($child == 0) { sleep 60; POSIX::_exit(0) }
    push @children, $child;
  }
  kill 'KILL', @children;
  waitpid($_, 0) for @children;
  told('processes', $why);
}

sub spin {
  my $child = fork();
  return code() unless defined $child;
  if ($child == 0) { my $until = time + 15; my $n = 0; $n++ while time < $until; POSIX::_exit(0) }
  waitpid($child, 0);
  told('processor', $? == 0 ? 'endless' : 'ended');
}

# Leaves everything that ties it to who started it, and shows that it lives by a file that grows.
sub daemon {
  my ($path) = @_;
  return if fork();
  POSIX::setsid();
  POSIX::_exit(0) if fork();
  open(STDIN, '<', '/dev/null');
  open(STDOUT, '>', '/dev/null');
  open(STDERR, '>', '/dev/null');
  $SIG{$_} = 'IGNORE' for qw(HUP INT TERM PIPE QUIT USR1 USR2);
  for (1 .. 600) { open(my $fh, '>>', $path); syswrite($fh, '.'); close $fh; select(undef, undef, undef, 0.05) }
  POSIX::_exit(0);
}

# One that takes all there is.
sub hog { my $all = ''; for (1 .. 100) { $all .= 'x' x (16 * $MIB) } sleep 30 }

# As many as are allowed, each with some memory: together more than allowed.
sub crowd {
  for (1 .. 8) { if (fork() == 0) { my $all = 'x' x ($WHOLE * $MIB); sleep 30; POSIX::_exit(0) } }
  sleep 30;
}

my %modes = (spin => \&spin, forks => \&forks, calls => \&calls, limits => \&limits, daemon => \&daemon, crowd => \&crowd, hog => \&hog);
$modes{$mode}->(@rest);
