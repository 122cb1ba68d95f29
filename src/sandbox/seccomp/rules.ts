import type { SandboxProfile } from '../../kernel/sandbox.ts'

/** Errors that refused calls fail with, as numbers; x64 and arm64 agree on them. */
export const ERRNO = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const
export type ErrnoName = keyof typeof ERRNO

/**
 * One look at an argument. All of them are 32-bit values to the kernel, which ignores the upper half of
 * the register; so do the looks, or a caller would hide behind it.
 */
export type ArgumentTest =
  /** `(argument & mask) === is` */
  | { readonly arg: number; readonly mask: number; readonly is: number }
  /** The argument is none of these. */
  | { readonly arg: number; readonly not: readonly number[] }

/** A call that only works with some arguments: those for which one row of tests holds in full. */
export interface ConditionalRule {
  readonly calls: readonly string[]
  readonly permitted: readonly (readonly ArgumentTest[])[]
  readonly errno: ErrnoName
}

/** Calls that fail for every server. What undoes the walls, or reaches what namespaces do not part. */
export const CORE_DENIED: readonly string[] = [
  // Other processes' memory and descriptors.
  ...['ptrace', 'process_vm_readv', 'process_vm_writev', 'pidfd_getfd'],
  // Namespaces and the tree of mounts.
  ...['unshare', 'setns', 'chroot', 'pivot_root', 'mount', 'umount2', 'open_tree', 'move_mount'],
  ...['fsopen', 'fsconfig', 'fsmount', 'fspick', 'mount_setattr', 'statmount', 'listmount'],
  // Files by handle: walks out of any mount.
  'open_by_handle_at',
  // Keyrings belong to a uid, not to a namespace.
  ...['add_key', 'request_key', 'keyctl'],
  // Large interfaces into the kernel, first choice of exploits; io_uring also goes around this filter.
  ...['bpf', 'userfaultfd', 'perf_event_open', 'modify_ldt'],
  ...['io_uring_setup', 'io_uring_enter', 'io_uring_register'],
  // The machine itself.
  ...['kexec_load', 'kexec_file_load', 'reboot', 'swapon', 'swapoff', 'acct', 'syslog', 'vhangup'],
  ...['create_module', 'init_module', 'finit_module', 'delete_module', 'get_kernel_syms'],
  ...['query_module', 'iopl', 'ioperm', 'quotactl', 'quotactl_fd', 'sethostname', 'setdomainname'],
  ...['settimeofday', 'clock_settime', 'clock_adjtime', 'adjtimex', 'lsm_set_self_attr'],
  // Nobody has needed them for long.
  ...['nfsservctl', 'lookup_dcookie', 'uselib', '_sysctl'],
]

/** Calls that fail unless an operator allows them: few programs need them, and they break no wall alone. */
export const USUALLY_DENIED: readonly string[] = [
  ...['kcmp', 'fanotify_init', 'name_to_handle_at', 'memfd_secret', 'process_madvise'],
  ...['mbind', 'get_mempolicy', 'set_mempolicy', 'set_mempolicy_home_node'],
  ...['move_pages', 'migrate_pages', 'ustat', 'sysfs'],
]

/**
 * Calls that are answered as if the kernel did not know them: what matters of their arguments lies behind a
 * pointer, where no filter can look, and programs fall back to the older call when told so.
 */
export const ABSENT: readonly string[] = ['clone3', 'openat2']

const WHOLE = 0xffffffff
const CLONE_NEW = 0x7e020080
const SETUID_SETGID = 0o6000
/** `O_CREAT` and `O_TMPFILE`: only with these has the mode a meaning. */
const CREATES = 0x400040

const TIOCSTI = 0x5412
const TIOCLINUX = 0x541c
const TIOCSETD = 0x5423

const AF_UNIX = 1
const AF_INET = 2
const AF_INET6 = 10
const AF_NETLINK = 16
const SOCK_TYPE = 0xf
const SOCK_STREAM = 1
const SOCK_SEQPACKET = 5
const IPPROTO_TCP = 6
const IPPROTO_UDP = 17

/** Rules for calls whose arguments decide, for sockets of this kind. */
export function conditionalRules(
  unixSockets: SandboxProfile['syscalls']['unixSockets'],
): readonly ConditionalRule[] {
  return [
    { calls: ['clone'], permitted: [[{ arg: 0, mask: CLONE_NEW, is: 0 }]], errno: 'EPERM' },
    // Typing into a terminal, selecting on its console, loading line disciplines.
    {
      calls: ['ioctl'],
      permitted: [[{ arg: 1, not: [TIOCSTI, TIOCLINUX, TIOCSETD] }]],
      errno: 'EPERM',
    },
    // The usual one, and asking which it is.
    {
      calls: ['personality'],
      permitted: [[{ arg: 0, mask: WHOLE, is: 0 }], [{ arg: 0, mask: WHOLE, is: WHOLE }]],
      errno: 'EPERM',
    },
    // A file with these bits in a writable mount has them on the host.
    {
      calls: ['chmod', 'fchmod', 'creat', 'mknod'],
      permitted: [[plainMode(1)]],
      errno: 'EPERM',
    },
    { calls: ['fchmodat', 'fchmodat2', 'mknodat'], permitted: [[plainMode(2)]], errno: 'EPERM' },
    { calls: ['open'], permitted: [[createsNothing(1)], [plainMode(2)]], errno: 'EPERM' },
    { calls: ['openat'], permitted: [[createsNothing(2)], [plainMode(3)]], errno: 'EPERM' },
    ...socketRules(unixSockets),
  ]
}

function plainMode(arg: number): ArgumentTest {
  return { arg, mask: SETUID_SETGID, is: 0 }
}

function createsNothing(arg: number): ArgumentTest {
  return { arg, mask: CREATES, is: 0 }
}

function socketRules(unixSockets: 'deny' | 'allow'): ConditionalRule[] {
  const family = (is: number): ArgumentTest => ({ arg: 0, mask: WHOLE, is })
  const protocol = (is: number): ArgumentTest => ({ arg: 2, mask: WHOLE, is })
  const type = (is: number): ArgumentTest => ({ arg: 1, mask: SOCK_TYPE, is })
  const unix = unixSockets === 'allow'
  // Other protocols make the kernel load modules for whoever asks.
  const internet = [AF_INET, AF_INET6].flatMap((of) =>
    [0, IPPROTO_TCP, IPPROTO_UDP].map((by) => [family(of), protocol(by)]),
  )
  // Of netlink only what lists the interfaces.
  const routes = [family(AF_NETLINK), protocol(0)]
  const pairs = [SOCK_STREAM, SOCK_SEQPACKET].map((of) => [family(AF_UNIX), type(of)])
  return [
    {
      calls: ['socket'],
      permitted: [...(unix ? [[family(AF_UNIX)]] : []), ...internet, routes],
      errno: 'EAFNOSUPPORT',
    },
    // Half of a datagram pair can be sent to, and connected with, any socket that has a name.
    {
      calls: ['socketpair'],
      permitted: unix ? [[family(AF_UNIX)]] : pairs,
      errno: 'EAFNOSUPPORT',
    },
  ]
}
