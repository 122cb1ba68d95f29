import { readFileSync } from 'node:fs'

/** Where a server's home is, inside. */
export const HOME = '/home/mcp'
/** Who it is, inside. */
export const INNER_ID = 65_534

const FILES: Readonly<Record<string, string>> = {
  '/etc/passwd': `mcp:x:${INNER_ID}:${INNER_ID}:mcp:${HOME}:/usr/sbin/nologin\n`,
  '/etc/group': `mcp:x:${INNER_ID}:\n`,
  '/etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
}

/**
 * The files of `/etc` that are made up: they say nothing of the machine. With an empty `resolvConf`
 * every name is looked up at once and in vain.
 */
export function syntheticEtc(resolvConf: string): Readonly<Record<string, string>> {
  return { ...FILES, '/etc/resolv.conf': resolvConf }
}

/** How this machine looks names up, for a server that shares its network. */
export function resolvConfOfMachine(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8')
  } catch {
    return ''
  }
}
