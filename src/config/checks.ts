import { checkIdentity } from './identity-checks.ts'
import { isLoopback } from './loopback.ts'
import { nearest } from './nearest.ts'
import { asList, asMap } from './plain-value.ts'
import { checkSandboxes } from './sandbox-checks.ts'
import { STARTER_POLICIES } from './schema.ts'
import { member } from './schema-tree.ts'
import { isReference, isSecretName, isSecretShape, literalSecret } from './secret.ts'
import { checkTelling } from './telling-checks.ts'
import { checkVirtual } from './virtual-checks.ts'

/** Something that the shape of a configuration alone does not show to be wrong. */
export interface Finding {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/**
 * Rules over the plain configuration. They read whatever shape it has, so that what they find is
 * reported together with what the schema finds.
 */
export function check(value: unknown): readonly Finding[] {
  const servers = Object.entries(asMap(member(value, 'servers')))
  return [
    ...checkListen(member(value, 'listen')),
    ...checkStore(member(value, 'store')),
    ...checkPolicies(member(value, 'policies')),
    ...servers.flatMap(([name, server]) => checkServer(['servers', name], server)),
    ...checkVirtual(value),
    ...checkSandboxes(value),
    ...checkIdentity(member(value, 'identity')),
    ...checkTelling(value),
  ]
}

function checkListen(listen: unknown): readonly Finding[] {
  return [...checkHost(listen), ...checkPublicUrl(listen)]
}

/** Tokens, cookies and passkeys belong to the public address: it must be there, and be encrypted. */
function checkPublicUrl(listen: unknown): readonly Finding[] {
  const path = ['listen', 'publicUrl']
  const url = member(listen, 'publicUrl')
  if (typeof url === 'string') {
    const parsed = URL.parse(url)
    if (parsed === null || parsed.protocol === 'https:' || parsed.hostname === 'localhost')
      return []
    return [{ path, message: 'expected an `https` origin, or `http://localhost` on one machine' }]
  }
  const host = member(listen, 'host')
  const named = asList(member(listen, 'allowedHosts')).length > 0
  if ((host !== '0.0.0.0' && host !== '::') || named) return []
  return [{ path: ['listen', 'host'], message: 'say with `listen.publicUrl` how others reach it' }]
}

function checkHost(listen: unknown): readonly Finding[] {
  const host = member(listen, 'host')
  if (typeof host !== 'string' || isLoopback(host)) return []
  if (member(listen, 'tls') !== undefined || member(listen, 'behindProxy') === true) return []
  return [
    {
      path: ['listen', 'host'],
      message:
        'tokens would cross the network in clear; add `listen.tls`, or `behindProxy: true` when a proxy terminates TLS',
    },
  ]
}

function checkStore(store: unknown): readonly Finding[] {
  const url = member(store, 'url')
  if (typeof url !== 'string' || isReference(url)) return []
  const path = ['store', 'url']
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol))
    return [
      {
        path,
        message: 'expected `postgres://…`, or a reference such as `secret://env/DATABASE_URL`',
      },
    ]
  const parsed = new URL(url)
  if (parsed.password === '' && !parsed.searchParams.has('password')) return []
  return [{ path, message: literalSecret('DATABASE_URL') }]
}

function checkPolicies(policies: unknown): readonly Finding[] {
  return asList(policies).flatMap((policy, index) => {
    if (typeof policy !== 'string' || /[/\\]/.test(policy)) return []
    if (STARTER_POLICIES.some((starter) => starter === policy)) return []
    const near = nearest(policy, STARTER_POLICIES)
    const starters = STARTER_POLICIES.map((name) => `\`${name}\``).join(', ')
    const hint = near === undefined ? 'a folder is written with a `/`' : `did you mean \`${near}\`?`
    return [{ path: ['policies', index], message: `no starter policy (${starters}); ${hint}` }]
  })
}

function checkServer(path: readonly PropertyKey[], server: unknown): readonly Finding[] {
  return [
    ...checkNamed([...path, 'env'], member(server, 'env')),
    ...checkNamed([...path, 'headers'], member(server, 'headers')),
    ...checkHeaders([...path, 'headers'], member(server, 'headers')),
    ...checkArguments([...path, 'args'], member(server, 'args')),
    ...checkUrl([...path, 'url'], member(server, 'url')),
  ]
}

/** Variables and headers: a name that promises a secret, or a value that looks like one. */
function checkNamed(path: readonly PropertyKey[], map: unknown): readonly Finding[] {
  return Object.entries(asMap(map)).flatMap(([name, value]) => {
    if (typeof value !== 'string' || isReference(value) || value === '') return []
    if (!isSecretShape(value) && (!isSecretName(name) || isPathOfCredentials(name, value)))
      return []
    return [{ path: [...path, name], message: literalSecret(name) }]
  })
}

/** `GOOGLE_APPLICATION_CREDENTIALS` and its kind name a file. */
function isPathOfCredentials(name: string, value: string): boolean {
  return /credentials$/i.test(name) && /^(~?\/|[A-Za-z]:\\)/.test(value)
}

const OWN_HEADERS =
  /^(host|connection|content-length|content-type|transfer-encoding|te|trailer|upgrade|keep-alive|expect|accept|accept-encoding|last-event-id|mcp-.*)$/i

function checkHeaders(path: readonly PropertyKey[], headers: unknown): readonly Finding[] {
  return Object.entries(asMap(headers)).flatMap(([name, value]) => {
    if (OWN_HEADERS.test(name))
      return [{ path: [...path, name], message: 'the gateway sets this header itself' }]
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    if (typeof value === 'string' && /[\0-\x1f\x7f]/.test(value))
      return [{ path: [...path, name], message: 'a header holds no control characters' }]
    return []
  })
}

function checkArguments(path: readonly PropertyKey[], args: unknown): readonly Finding[] {
  const list = asList(args)
  return list.flatMap((argument, index) => {
    if (typeof argument !== 'string') return []
    const before = list[index - 1]
    const [, option, value] = /^-{1,2}([\w-]+)=(.+)$/s.exec(argument) ?? []
    const [, name] = typeof before === 'string' ? (/^-{1,2}([\w-]+)$/.exec(before) ?? []) : []
    const named =
      (option !== undefined && isSecretName(option) && value !== '') ||
      (name !== undefined && isSecretName(name) && !argument.startsWith('-'))
    if (!named && !isSecretShape(argument) && !argument.includes('secret://')) return []
    return [
      {
        path: [...path, index],
        message:
          'arguments are visible to every user of the machine; pass the secret in `env` by reference, such as `secret://env/NAME`',
      },
    ]
  })
}

function checkUrl(path: readonly PropertyKey[], url: unknown): readonly Finding[] {
  if (typeof url !== 'string' || !URL.canParse(url)) return []
  const { username, password, searchParams } = new URL(url)
  const secretParameter = [...searchParams].some(
    ([name, value]) => isSecretName(name) && value !== '',
  )
  const secret = username !== '' || password !== '' || secretParameter || isSecretShape(url)
  if (!secret && !url.includes('secret://')) return []
  return [
    {
      path,
      message:
        'an address holds no secrets; put it into `headers` by reference, such as `Authorization: Bearer secret://env/NAME`',
    },
  ]
}
