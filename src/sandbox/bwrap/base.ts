import { lstatSync, readlinkSync } from 'node:fs'

/** One thing that every sandbox shows of the machine. */
export type BasePart =
  | { readonly kind: 'shown'; readonly path: string; readonly as: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }

// Roots of programs beside `/usr`: links into it on most machines, folders on some.
const ROOTS = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
// What programs need of `/etc` and that says nothing of users, services or networks.
const SETTINGS = [
  '/etc/ld.so.cache',
  '/etc/alternatives',
  '/etc/localtime',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
  '/etc/pki/tls/certs',
  '/etc/ca-certificates',
]

/** The system of this machine, read-only: its programs and what of its settings they need. */
export function systemBase(): readonly BasePart[] {
  const roots = ROOTS.flatMap((path): BasePart[] => {
    const is = lstatSync(path, { throwIfNoEntry: false })
    if (is === undefined) return []
    if (is.isSymbolicLink()) return [{ kind: 'link', path, target: readlinkSync(path) }]
    return [{ kind: 'shown', path, as: path }]
  })
  const settings = SETTINGS.filter(
    (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  )
  return [
    { kind: 'shown', path: '/usr', as: '/usr' },
    ...roots,
    ...settings.map((path): BasePart => ({ kind: 'shown', path, as: path })),
  ]
}
