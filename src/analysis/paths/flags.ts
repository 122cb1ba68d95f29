/** What may be unusual about a path. */
export const PATH_FLAGS = {
  /** Another reading of the value than the literal one, which is a fact of its own. */
  alternate: 'alternate',
  /** Holds a backslash where that is a character like others; a server may split there. */
  backslash: 'backslash',
  /** Holds control characters. */
  control: 'control',
  /** Names a device, such as `/dev/sda`, `CON`, `\\.\PhysicalDrive0`. */
  device: 'device',
  /** Starts with the letter of a drive. */
  drive: 'drive',
  /** Percent encoded: a server may decode it. */
  encoded: 'encoded',
  /** Holds `*`, `?`, `[…]` or `{…,…}`: a server may expand it to many. */
  glob: 'glob',
  /** Starts with `~`: a server may put a home folder there. */
  home: 'home',
  /** Leads through a symbolic link, not counting those on the way to the folder that it counts from. */
  linked: 'linked',
  /** Leads somewhere else for each process that opens it, such as `/proc/self/root`. */
  magic: 'magic',
  /** Within quotes, which a server may take away. */
  quoted: 'quoted',
  /** Counts from a folder that is not known. */
  relative: 'relative',
  /** Holds a short name of Windows such as `PROGRA~1`, which is another name of something. */
  'short-name': 'short-name',
  /** Names an alternate data stream of NTFS. */
  stream: 'stream',
  /** Starts or ends with white space, or holds a name that ends with dots or spaces, which Windows drops. */
  trailing: 'trailing',
  /** Holds a `..`. */
  traversal: 'traversal',
  /** Leads to another machine, such as `\\server\share`. */
  unc: 'unc',
  /** Holds what is invisible, changes the direction of text, or becomes something else when normalised. */
  unicode: 'unicode',
  /** Nobody can say where it leads. Only found ones have this: declared ones are unparsable. */
  unclear: 'unclear',
  /** A `file:` URL. */
  url: 'url',
  /** Holds `$NAME`, `${…}`, `%NAME%` or a command: a server may expand it. */
  variable: 'variable',
} as const

export type PathFlag = keyof typeof PATH_FLAGS
