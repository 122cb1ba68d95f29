import type { ConfiguredServer } from '../../kernel/inventory.ts'

/** A URL of an entry, and where it stands. */
export interface EntryAddress {
  readonly at: string
  readonly scheme: string
  /** In lower case; absent where variables are in it, or it cannot be read. */
  readonly host?: string
}

const START = /\b([A-Za-z][A-Za-z0-9+.-]{1,20}):\/\/([^\s"'<>/?#]{0,400})/g

/** Every URL in a command, its arguments and variables, in the order of the entry. */
export function addressesOf({ transport }: ConfiguredServer): readonly EntryAddress[] {
  if (transport.kind !== 'stdio') return addressesIn(transport.url, 'url')
  return [
    ...addressesIn(transport.command, 'command'),
    ...transport.args.flatMap((text, at) => addressesIn(text, `args/${at}`)),
    ...Object.entries(transport.env).flatMap(([name, text]) => addressesIn(text, `env/${name}`)),
  ]
}

function addressesIn(text: string, at: string): readonly EntryAddress[] {
  return [...text.slice(0, 65_536).matchAll(START)].map(([, scheme = '', authority = '']) => {
    const host = hostOf(authority)
    return { at, scheme: scheme.toLowerCase(), ...(host === undefined ? {} : { host }) }
  })
}

function hostOf(authority: string): string | undefined {
  const after = authority.slice(authority.lastIndexOf('@') + 1)
  if (after === '' || /[${}%]/.test(after)) return undefined
  const url = `http://${after}`
  return URL.canParse(url) ? new URL(url).hostname : undefined
}

/** Whether a host is this machine: RFC 6761 section 6.3, RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3. */
export function isThisMachine(host: string): boolean {
  return (
    /(?:^|\.)localhost$/.test(host) ||
    /^127(?:\.\d{1,3}){3}$/.test(host) ||
    ['0.0.0.0', '[::1]', '[::]', 'host.docker.internal', 'host.containers.internal'].includes(host)
  )
}
