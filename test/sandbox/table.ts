/** What holds a row back: what the builder of a doctored launch takes out to see that the row changes. */
export type Wall =
  | 'files'
  | 'masks'
  | 'network'
  | 'egress'
  | 'syscalls'
  | 'identity'
  | 'processes'
  | 'environment'
  | 'limits'

/** One thing that a hostile server tries, and what may come of it. */
export interface Row {
  readonly wall: Wall
  /** Its name in `probes/`. */
  readonly name: string
  /** What comes of it where hosts are allowed, and where there is no network. */
  readonly allowlist: readonly string[]
  readonly none: readonly string[]
}

const UNSEEN = ['ENOENT']
const FIXED = ['EROFS', 'EPERM', 'EACCES', 'EBUSY']
const DENIED = ['EPERM', 'EACCES']
const NO_CALL = ['EPERM', 'ENOSYS']
const NO_FAMILY = ['EAFNOSUPPORT', 'EPERM']
const NO_WAY = ['ENETUNREACH', 'EHOSTUNREACH']
const NOBODY = ['ECONNREFUSED', 'ENETUNREACH', 'EADDRNOTAVAIL']
const REFUSED = ['403', '400', '421', 'closed']
const CUT = [
  'closed',
  'alert',
  'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
  'ECONNRESET',
  'EPIPE',
  '403',
  '400',
]
const NO_NAME = ['ENOTFOUND', 'ENODATA', 'EREFUSED']
const NO_NETWORK = [
  'ECONNREFUSED',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOTFOUND',
  'fetch failed',
  'EADDRNOTAVAIL',
]

/** Rows whose outcome is the same with and without hosts. */
function always(wall: Wall, holds: readonly string[], ...names: readonly string[]): readonly Row[] {
  return names.map((name) => ({ wall, name, allowlist: holds, none: holds }))
}

/** Rows that need the way out: without a network nothing of it is there. */
function outward(holds: readonly string[], ...names: readonly string[]): readonly Row[] {
  return names.map((name) => ({ wall: 'egress', name, allowlist: holds, none: NO_NETWORK }))
}

/** Everything that a hostile server tries (`probes/`), with all that may come of it. */
export const TABLE: readonly Row[] = [
  ...always(
    'files',
    UNSEEN,
    'key of the user',
    'credentials of the user',
    'shadow file',
    'folder beside the workspace',
    'way up from the workspace',
    'way up through a folder of processes',
    'root of the first process',
    'link to the shadow file',
    'link to the key',
    'socket of docker',
    'devices of the kernel',
  ),
  ...always('files', ['1 lines'], 'names of users'),
  ...always('files', ['only its own'], 'homes'),
  ...always('files', ['not told'], 'what is mounted'),
  ...always('files', ['nothing'], 'what runs', 'secrets in the folder of processes'),
  ...always('files', ['none'], 'disks'),
  ...always(
    'files',
    FIXED,
    'write to programs',
    'write to settings',
    'write to the root',
    'write to devices',
    'write to its code',
    'change of its code',
  ),
  ...always('files', ['EXDEV', ...DENIED], 'second name for a program', 'second name for its code'),
  ...always('files', ['own 750'], 'write to the workspace'),
  ...always('files', ['written'], 'write to its home', 'write to the folder for temporary files'),
  ...always(
    'masks',
    FIXED,
    'hook of git',
    'settings of git',
    'settings of git replaced',
    'hooks moved away',
    'folder of git moved away',
    'folder of an editor moved away',
    'hidden file deleted',
  ),
  ...always(
    'masks',
    [...FIXED, 'EXDEV', 'read 0 characters'],
    'hidden file',
    'hidden file below',
    'hidden key',
    'second name for a hidden file',
    'hidden file moved',
    'folder of a hidden file moved',
  ),
  ...always(
    'identity',
    [...DENIED, 'ENOENT', 'EROFS', 'ETXTBSY'],
    'program for crashes',
    'keys of the kernel',
    'program of the first process',
  ),
  ...always('identity', ['plain'], 'identity'),
  ...always('identity', ['none', 'mapped away'], 'other groups'),
  ...always('identity', ['none'], 'capabilities'),
  ...always('identity', ['nothing'], 'program of root'),
  ...always('identity', ['never'], 'new privileges'),
  ...always(
    'identity',
    DENIED,
    'higher priority',
    'real-time priority',
    'more processes than allowed',
    'more descriptors than allowed',
  ),
  ...always('network', NO_WAY, 'another machine', 'another machine, version 6'),
  ...always('network', NO_WAY, 'another machine by datagram', 'metadata service', 'broadcast'),
  ...always(
    'network',
    [...NO_WAY, ...NOBODY],
    'the machine by its address',
    'loopback of the machine',
    'loopback of the machine, version 6',
    'loopback of the machine, mapped',
    'any address of the machine',
  ),
  ...always(
    'syscalls',
    NO_FAMILY,
    'socket without a path',
    'socket that appeared in the workspace',
    'local socket',
    'local socket, high bits',
    'socket to the hypervisor',
    'socket to the hypervisor, high bits',
    'socket for packets',
    'socket for ciphers',
    'socket for bluetooth',
    'socket for a bus',
    'socket of tipc',
    'socket of rds',
    'socket of xdp',
    'socket of qrtr',
  ),
  ...always('identity', [...DENIED, ...NO_FAMILY], 'raw socket'),
  ...always('syscalls', ['ok'], 'pair of sockets'),
  ...always(
    'syscalls',
    NO_CALL,
    'trace of a process',
    'memory of a process',
    'ring of keys',
    'new key',
    'key asked for',
    'program in the kernel',
    'counters of the processor',
    'faults in its hands',
    'ring of requests',
    'new user namespace',
    'new network namespace',
    'new user namespace by clone',
    'new user namespace by clone3',
    'mount',
    'umount',
    'umount of a mask',
    'mount made writable',
    'other root',
    'chroot',
    'file system opened',
    'copy of a mount',
    'attribute of a mount',
    'file by handle',
    'descriptor of another',
    'watch over a file system',
    'accounting',
    'name of the machine',
    'module of the kernel',
    'other kernel',
    'clock',
    'log of the kernel',
    'personality',
    'memory that nobody sees',
    'call that is too new',
    'keys of a terminal',
    'keys of a terminal, high bits',
    'selection of a terminal',
  ),
  ...always('syscalls', [...NO_CALL, 'EACCES'], 'namespace of another'),
  ...(process.arch === 'x64' ? always('syscalls', NO_CALL, 'call of another kind') : []),
  ...always('syscalls', ['in force'], 'filter of calls'),
  ...always(
    'syscalls',
    NO_CALL.map((code) => `not set, ${code}`),
    'bit by chmod',
    'bit by fchmodat2',
    'bit of the group',
    'bit by descriptor',
    'bit at creation',
    'bit at creation by openat2',
    'bit by mknod',
  ),
  ...always('syscalls', ['not made, EPERM'], 'device'),
  ...always('processes', ['few'], 'processes seen'),
  ...always('processes', ['ESRCH'], 'signal to a process of the machine'),
  ...always('environment', ['only its own'], 'environment'),
  ...always('environment', ['none'], 'inherited descriptors'),
  ...always('limits', ['ENOSPC', 'EFBIG'], 'disk in memory', 'shared memory', 'home'),
  ...always('limits', ['EFBIG'], 'file of a terabyte', 'memory as a file'),
  ...always('limits', ['EMFILE'], 'descriptors'),
  ...always('limits', ['EAGAIN'], 'processes'),
  ...always('limits', ['ended'], 'watches', 'processor'),
  ...outward(
    ['200'],
    'listed host by fetch',
    'listed host without a proxy',
    'listed host, TLS without a proxy',
    'listed host by tunnel',
    'many idle connections',
  ),
  ...outward(
    REFUSED,
    'host that is not listed',
    'page of a host that is not listed',
    'port that is not listed',
    'port of SSH',
    'listed name as a prefix',
    'listed name as a suffix',
    'name below a listed one',
    'metadata service by tunnel',
    'loopback by tunnel',
    'loopback by name',
    'loopback, mapped',
    'loopback in hexadecimal',
    'loopback as one number',
    'loopback, short',
    'name that turned to the loopback',
    'name that turned to the metadata service',
    'header of another host',
    'two headers of a host',
    'header with a space before its colon',
    'folded header',
    'length and chunks',
    'chunks by another spelling',
    'host behind a name of a user',
    'target with a line feed',
    'target without a host',
    'other protocol in the target',
    'tunnel with a path',
    'tunnel with two hosts',
    'tunnel with a zero in its name',
  ),
  ...outward([...REFUSED, '431'], 'header without an end'),
  ...outward([...REFUSED, '200'], 'change of protocol'),
  ...outward(['0 answers', '1 answers'], 'second request in one piece'),
  ...outward(
    CUT,
    'number that no name stands for',
    'own loopback, direct',
    'another name in the tunnel',
    'no name in the tunnel',
    'no TLS in the tunnel',
    'clear text in the tunnel',
    'hidden name behind another',
    'half a greeting in the tunnel',
    'another name without a proxy',
    'no name without a proxy',
  ),
  ...outward(
    NO_NAME,
    'name that is not listed',
    'name that carries data',
    'data below a listed name',
    'text of a name',
  ),
  ...outward(['still answers'], 'noise to the name service'),
]
