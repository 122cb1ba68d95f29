import { nearest } from './nearest.ts'
import { asList, asMap } from './plain-value.ts'
import { PLACEHOLDER } from './sandbox-schema.ts'
import { member } from './schema-tree.ts'

interface Finding {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

type Path = readonly PropertyKey[]

/** The placeholder for the folder of a server's own. No place has such a name: it has an underscore. */
export const SERVER_DATA = 'server_data'

/** What the shape of sandboxes and packages does not show. */
export function checkSandboxes(value: unknown): readonly Finding[] {
  const places = Object.keys(asMap(member(value, 'places')))
  const unsandboxed = member(member(value, 'sandbox'), 'allowUnsandboxed') === true
  return Object.entries(asMap(member(value, 'servers'))).flatMap(([name, server]) => {
    if (member(server, 'transport') !== 'stdio') return []
    const path = ['servers', name]
    const sandbox = member(server, 'sandbox')
    return [
      ...checkProgram(path, server),
      ...checkPackage([...path, 'package'], member(server, 'package')),
      ...(unsandboxed ? [] : checkEscape([...path, 'sandbox'], sandbox)),
      ...checkNetwork([...path, 'sandbox', 'network'], member(sandbox, 'network')),
      ...checkIdentity([...path, 'sandbox'], sandbox),
      ...checkMounts([...path, 'sandbox', 'fs'], member(sandbox, 'fs'), places),
    ]
  })
}

/** A server is a command or a package: of both, nobody could say which one was approved. */
function checkProgram(path: Path, server: unknown): readonly Finding[] {
  const [command, its] = [member(server, 'command'), member(server, 'package')]
  if (command === undefined && its === undefined)
    return [{ path: [...path, 'command'], message: 'missing; expected text, or `package` beside' }]
  if (command === undefined || its === undefined) return []
  return [{ path: [...path, 'command'], message: 'the package is what runs; leave `command` out' }]
}

function checkPackage(path: Path, its: unknown): readonly Finding[] {
  const [ecosystem, name] = [member(its, 'ecosystem'), member(its, 'name')]
  if (ecosystem !== 'pypi' || typeof name !== 'string') return []
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && !/[._-]$/.test(name)) return []
  return [{ path: [...path, 'name'], message: 'expected the name of a Python package' }]
}

function checkEscape(path: Path, sandbox: unknown): readonly Finding[] {
  const message =
    'it would run with everything you have; `sandbox.allowUnsandboxed: true` allows it'
  const none = member(sandbox, 'backend') === 'none'
  const loose = member(sandbox, 'required') === false
  return [
    ...(none ? [{ path: [...path, 'backend'], message }] : []),
    ...(loose ? [{ path: [...path, 'required'], message }] : []),
  ]
}

function checkNetwork(path: Path, network: unknown): readonly Finding[] {
  const mode = member(network, 'mode')
  if (mode === undefined || mode === 'allowlist') return []
  if (asList(member(network, 'allow')).length === 0) return []
  return [
    { path: [...path, 'mode'], message: '`allow` names hosts; say `allowlist`, or leave it out' },
  ]
}

function checkIdentity(path: Path, sandbox: unknown): readonly Finding[] {
  if (member(sandbox, 'allowRoot') !== true || member(sandbox, 'runAs') === 'inherit') return []
  return [{ path: [...path, 'allowRoot'], message: 'means something with `runAs: inherit` only' }]
}

function checkMounts(path: Path, fs: unknown, places: readonly string[]): readonly Finding[] {
  return ['ro', 'rw'].flatMap((kind) =>
    asList(member(fs, kind)).flatMap((entry, index) => {
      const at = [...path, kind, index]
      if (typeof entry === 'string') return checkPlace(at, entry, places)
      const [from, to] = [member(entry, 'from'), member(entry, 'to')]
      return [
        ...(typeof from === 'string' ? checkPlace([...at, 'from'], from, places) : []),
        ...(typeof to === 'string' && !to.startsWith('/')
          ? [{ path: [...at, 'to'], message: 'expected an absolute path' }]
          : []),
      ]
    }),
  )
}

function checkPlace(path: Path, text: string, places: readonly string[]): readonly Finding[] {
  const [, name] = PLACEHOLDER.exec(text) ?? []
  if (name === undefined || name === SERVER_DATA || places.includes(name)) return []
  const near = nearest(name, [...places, SERVER_DATA])
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`
  return [{ path, message: `no place \`${name}\`${hint}` }]
}
