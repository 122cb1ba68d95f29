import { describe, expect, test } from 'vitest'
import { openApiDocument } from '../openapi.ts'
import { OPERATIONS } from '../operations.ts'
import { witnessed } from '../testing/records.ts'
import { ask, done, logged, serveApi } from '../testing/served.ts'
import { atVault } from '../testing/vault.ts'

serveApi()

const VALUE = 'sk-"marked"-7f31c0'
const NEW = { name: 'new-one', value: VALUE, purpose: 'to look', servers: ['crm'] }
/** As it is, and as JSON writes it. */
const holds = (text: string) => text.includes(VALUE) || text.includes('marked')

/** Names of all members in a schema, wherever they stand. */
function members(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties } = schema as { readonly properties?: object }
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(members)]
}

const { paths, components } = openApiDocument() as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}
const described = Object.values(paths).flatMap((methods) => Object.values(methods))
const ofVault = (id: unknown) =>
  /^(?:secrets|connections)\.|^me\.\w*(?:[sS]ecret|onnect)/.test(String(id))
const SECRET_MEMBER =
  /^(?:value|lines|secret_?value|token|access|refresh|proof|sealed|wrapped|data_?key|verifier|password|plaintext)$/i

describe('a value that went in', () => {
  test('has no member to come out by', () => {
    const ours = described.filter(({ operationId }) => ofVault(operationId))
    expect(ours).toHaveLength(17)
    for (const { operationId, responses } of ours) {
      const shown = members(responses)
      expect(shown.length, String(operationId)).toBeGreaterThan(0)
      expect(
        shown.filter((name) => SECRET_MEMBER.test(name)),
        String(operationId),
      ).toEqual([])
    }
    const shared = Object.entries(components.schemas).filter(([name]) => ofVault(name))
    expect(shared.filter(([name]) => name.includes('.output')).flatMap(members)).toEqual([])
    // What is looked for is what goes in.
    const bodies = ours.flatMap(({ requestBody }) => members(requestBody))
    expect(bodies.filter((name) => SECRET_MEMBER.test(name))).toContain('value')
  })

  test('comes out of no answer, though the desk gave it', async () => {
    for (const path of ['/me/secrets', '/secrets']) {
      const { status, json } = await ask('POST', path, { body: NEW })
      expect(status).toBe(201)
      expect(holds(JSON.stringify(json))).toBe(false)
    }
    for (const at of ['/secrets/new-one', '/me/secrets/new-one'])
      await ask('POST', `${at}/rotate`, { body: { value: VALUE } })
    expect(holds(JSON.stringify([...atVault.secrets.values()]))).toBe(true)
    // Everything that can be looked at.
    for (const { id, method, path } of OPERATIONS.filter((one) => one.method === 'GET')) {
      const filled = path.replaceAll(/\{\w+\}/g, 'new-one')
      const { json } = await ask(method, filled)
      expect(holds(JSON.stringify(json)), id).toBe(false)
    }
    expect(holds(JSON.stringify([witnessed, done, logged]))).toBe(false)
  })

  test.each<readonly [string, (value: string) => unknown]>([
    ['in a message', (value) => new Error(`bad value ${value}`)],
    ['in a cause', (value) => new Error('bad', { cause: new Error(JSON.stringify({ value })) })],
    ['that is no error', (value) => `bad ${value}`],
    ['in many causes', (value) => deep(value, 12)],
  ])('is told by no failure: %s', async (_, broken) => {
    atVault.broken = broken
    for (const path of ['/secrets', '/me/secrets', '/secrets/crm/rotate']) {
      const body = path.endsWith('rotate') ? { value: VALUE } : NEW
      const { status, json } = await ask('POST', path, { body })
      expect([status, json.code]).toEqual([500, 'internal'])
      expect(holds(JSON.stringify(json))).toBe(false)
    }
    expect(logged).toHaveLength(3)
    expect(holds(logged.join())).toBe(false)
  })

  test('a failure that does not tell it is told as ever', async () => {
    atVault.broken = () => new Error('the disk is full')
    await ask('POST', '/secrets', { body: NEW })
    expect(logged.join()).toContain('the disk is full')
  })

  test.each<readonly [string, object]>([
    ['too long', { value: `marked${'x'.repeat(65_536)}` }],
    ['too long in bytes', { value: `marked${'é'.repeat(40_000)}` }],
    ['empty', { value: '' }],
    ['of several lines', { value: 'marked\nmore' }],
    ['with a carriage return', { value: 'marked\rX-Other: 1' }],
    ['with a zero', { value: 'marked\u0000' }],
    ['with a zero in lines', { value: 'marked\u0000', lines: true }],
    ['with half a character', { value: 'marked\ud800' }],
    ['no text', { value: { marked: 1 } }],
    ['in the purpose', { purpose: `the key is ${VALUE}` }],
    ['beside a name that is none', { name: 'New' }],
    ['beside a name that climbs', { name: '../x' }],
    ['beside a long name', { name: 'n'.repeat(65) }],
    ['for no server', { servers: [] }],
    ['beside a time that has passed', { expires: '2020-01-01T00:00:00Z' }],
  ])('is refused, without a word of it: %s', async (_, wrong) => {
    const { status, json } = await ask('POST', '/secrets', { body: { ...NEW, ...wrong } })
    expect([status, json.code]).toEqual([400, 'params_invalid'])
    expect(holds(JSON.stringify(json))).toBe(false)
    expect([atVault.asked, logged]).toEqual([[], []])
  })

  test('may be a key of several lines that says so, and as large as it may be', async () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n'
    const body = { ...NEW, value: pem, lines: true }
    expect((await ask('POST', '/secrets', { body })).status).toBe(201)
    const large = '\u00e9"'.repeat(20_000)
    const rotate = { body: { value: large } }
    expect((await ask('POST', '/secrets/crm/rotate', rotate)).status).toBe(200)
    expect(atVault.asked.map(([, one, two]) => [one, two])).toMatchObject([
      [{ value: pem }, {}],
      [{ name: 'crm' }, { value: large }],
    ])
  })
})

function deep(value: string, levels: number): Error {
  return new Error('bad', { cause: levels === 0 ? value : deep(value, levels - 1) })
}
