import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../../src/store/store.ts'
import { ENGINES, freshOptions } from '../../../src/store/testing/fresh-store.ts'
import { startRecordingUpstream } from '../../attacks/recording-upstream.ts'
import { startGateway } from '../../support/gateway.ts'
import { operatorOn } from '../../support/operator.ts'
import { tap } from '../../support/tap.ts'
import { dump, files, type Places } from './dump.ts'
import { live, type SecretKind } from './life.ts'
import { type Answer, type Recorder, startRecorder } from './recorder.ts'
import { searchIn } from './search.ts'

type Kind = SecretKind | 'cookie'

/** What answers are there to hand out, once, to whom it is for. */
const HANDED_OUT: readonly Kind[] = [
  'access token',
  'refresh token',
  'code',
  'cookie',
  'recovery code',
  'password in place of a name',
]

const TOOL = {
  name: 'list_notes',
  annotations: { readOnlyHint: true },
  inputSchema: { type: 'object', properties: {} },
}

describe.each(ENGINES)('on %s', (engine) => {
  test('no secret is where it does not belong', async () => {
    const root = mkdtempSync(join(tmpdir(), 'bailiwick-secrets-'))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    const options = await freshOptions(engine, root)
    const upstream = await startRecordingUpstream([TOOL])
    onTestFinished(upstream.stop)
    const wire = await tap(upstream.url)
    onTestFinished(wire.stop)
    const recorder = await startRecorder()
    onTestFinished(recorder.stop)
    const gateway = await startGateway(
      { target: { transport: 'http', url: wire.url } },
      {
        listen: { port: 0, publicUrl: recorder.origin },
        store: options,
        identity: { tokens: { refreshGrace: '0s' } },
      },
      { dataDir: root },
    )
    onTestFinished(gateway.stop)
    recorder.lead(Number(new URL(gateway.origin).port))
    const store = await openStore(options)
    onTestFinished(store.close)
    const seal = readFileSync(join(root, 'seal.key'), 'utf8').trim()
    const issuer = recorder.origin
    const opened = await operatorOn(store, Buffer.from(seal, 'base64url'), issuer)
    onTestFinished(opened.close)

    const secrets = new Map<string, Kind>()
    const note = (kind: Kind, ...values: readonly string[]): void => {
      for (const value of values) for (const part of partsOf(value)) secrets.set(part, kind)
    }
    await live({ issuer, operator: opened.operator, gateway }, note)
    note('key', seal, JSON.parse(readFileSync(join(root, 'operator.key'), 'utf8')).d)
    note('access token', gateway.token('/mcp'), gateway.token('/mcp/target'))
    note('recovery code', ...recoveryCodes(recorder))
    note('cookie', ...cookies(recorder))
    const kinds = new Set(secrets.values())
    expect(kinds.size).toBe(11)

    const tables = await dump(store)
    expect(Object.keys(tables)).toEqual(
      expect.arrayContaining(['table oauth_object', 'table record']),
    )
    await gateway.child.stop()
    const places: Places = {
      ...tables,
      ...files(root),
      'the server behind': wire.seen(),
      'the output': Buffer.from(withoutLink(gateway.child.output())),
    }
    expect(wire.seen().toString()).toContain('list_notes')
    expect(findIn(places, secrets)).toEqual([])
    expect(findInAnswers(recorder.answers, secrets)).toEqual([])

    // What is there is found: what was handed out, and what is put there.
    const handed = recorder.answers.flatMap((answer) => {
      const found = searchIn(besides(answer))
      return [...secrets].filter(([secret]) => found(secret)).map(([, kind]) => kind)
    })
    expect(new Set(handed)).toEqual(new Set(HANDED_OUT))
    const planted = [...secrets.keys()][0] ?? ''
    await store.db
      .insertInto('once')
      .values({ key: `a ${Buffer.from(planted).toString('base64')}`, expires: 0 })
      .execute()
    expect(findIn(await dump(store), secrets)).toEqual([`${secrets.get(planted)} in table once`])
  }, 120_000)
})

/** A secret, and what of it opens as much: the signature of a token, each part of a refresh token. */
function partsOf(secret: string): readonly string[] {
  const parts = secret.split('.')
  if (parts.length !== 3) return [secret]
  const secretParts = secret.startsWith('eyJ') ? parts.slice(2) : parts
  return [secret, ...secretParts.filter((part) => part.length >= 16)]
}

function findIn(places: Places, secrets: ReadonlyMap<string, string>): readonly string[] {
  return Object.entries(places).flatMap(([name, bytes]) => {
    const found = searchIn(bytes)
    return [...secrets].flatMap(([secret, kind]) => (found(secret) ? [`${kind} in ${name}`] : []))
  })
}

function findInAnswers(
  answers: readonly Answer[],
  secrets: ReadonlyMap<string, Kind>,
): readonly string[] {
  return answers.flatMap((answer) => {
    const { method, path, status } = answer
    const all = searchIn(besides(answer))
    return [...secrets].flatMap(([secret, kind]) => {
      if (!all(secret) || !searchIn(besides(answer, kind))(secret)) return []
      return [`${kind} in ${method} ${path.slice(0, 60)}, ${status}`]
    })
  })
}

/** An answer without the place in which a secret of the kind is handed out. */
function besides({ method, path, status, headers, body }: Answer, kind?: Kind): Buffer {
  const giving = method === 'POST' && status === 200
  const handed =
    (/ token$/.test(kind ?? '') && giving && path === '/oauth/token') ||
    (kind === 'recovery code' && giving && path === '/setup') ||
    // A redirect says in its body where it leads, too.
    (kind === 'code' && status === 303) ||
    (kind === 'password in place of a name' && path === '/oauth/account/login')
  const header = kind === 'cookie' ? 'set-cookie' : kind === 'code' ? 'location' : ''
  const rest = headers.filter((_, index) => headers[index - (index % 2)]?.toLowerCase() !== header)
  return Buffer.concat([Buffer.from(rest.join('\n')), handed ? Buffer.alloc(0) : body])
}

function recoveryCodes({ answers }: Recorder): readonly string[] {
  const page = answers.find(({ method, path }) => method === 'POST' && path === '/setup')
  const codes = page?.body.toString().match(/\b[0-9a-z]{5}(-[0-9a-z]{5,6}){4}\b/g) ?? []
  expect(codes).toHaveLength(10)
  return codes.flatMap((code) => [code, code.replaceAll('-', '')])
}

/** The values of all cookies, but for those that name what an address names, too. */
function cookies({ answers }: Recorder): readonly string[] {
  const values = answers.flatMap(({ headers }) =>
    headers.flatMap((value, index) => {
      if (headers[index - 1]?.toLowerCase() !== 'set-cookie' || index % 2 === 0) return []
      return /^[^=]+=([^;]{16,})/.exec(value)?.slice(1) ?? []
    }),
  )
  const named = (value: string): boolean => answers.some(({ path }) => path.includes(value))
  return [...new Set(values)].filter((value) => !named(value))
}

/** The link by which the owner sets up is printed for them, once. */
function withoutLink(output: string): string {
  return output.replace(/\/setup\?code=[\w-]+/, '')
}
