/** What may be unusual about a path. */
export const PATH_FLAGS = {
  alternate: 'another reading of the value than the literal one, which is a fact of its own',
  backslash: 'holds a backslash where that is a character like others; a server may split there',
  control: 'holds control characters',
  device: 'names a device, such as `/dev/sda`, `CON`, `\\\\.\\PhysicalDrive0`',
  drive: 'starts with the letter of a drive',
  encoded: 'percent encoded: a server may decode it',
  glob: 'holds `*`, `?`, `[…]` or `{…,…}`: a server may expand it to many',
  home: 'starts with `~`: a server may put a home folder there',
  linked:
    'leads through a symbolic link, not counting those on the way to the folder that it counts from',
  magic: 'leads somewhere else for each process that opens it, such as `/proc/self/root`',
  quoted: 'within quotes, which a server may take away',
  relative: 'counts from a folder that is not known',
  'short-name':
    'holds a short name of Windows such as `PROGRA~1`, which is another name of something',
  stream: 'names an alternate data stream of NTFS',
  trailing:
    'starts or ends with white space, or holds a name that ends with dots or spaces, which Windows drops',
  traversal: 'holds a `..`',
  unc: 'leads to another machine, such as `\\\\server\\share`',
  unicode:
    'holds what is invisible, changes the direction of text, or becomes something else when normalised',
  unclear: 'nobody can say where it leads. Only found ones have this: declared ones are unparsable',
  url: 'a `file:` URL',
  variable: 'holds a variable such as `$NAME` or `%NAME%`, or a command: a server may expand it',
} as const

export type PathFlag = keyof typeof PATH_FLAGS
