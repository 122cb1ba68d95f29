import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OWNER } from '../../src/gateway/testing/fakes.ts'
import { ask, toolServer, world } from '../../src/gateway/testing/world.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import type { Response } from '../../src/mcp/message.ts'
import { decisionPoint, loadPolicies } from '../../src/policy/policy.ts'

const TOOLS = ['read_a', 'write_b', 'delete_c', 'send_d', 'pay_e', 'odd.name-f']
const SUBJECTS = ['alice', 'bob', 'carol'] as const
const ERAS = ['2026-07-28', '2025-11-25'] as const
const AMOUNTS = [1, 2, 3]

const about = (server: string): readonly string[] =>
  TOOLS.map((name) => `Tool::"${server}:${name}"`)
const principal = fc.constantFrom(
  'principal',
  'principal is User',
  'principal is Agent',
  ...SUBJECTS.map((name) => `principal == User::"${name}"`),
)
const resource = fc.constantFrom(
  'resource',
  'resource is Tool',
  'resource in Server::"one"',
  'resource in Server::"two"',
  ...['one', 'two'].flatMap(about).map((tool) => `resource == ${tool}`),
)
const plain = fc.constantFrom(
  'true',
  'resource.effects.contains("read")',
  'resource.effects == ["read"]',
  'resource.effects.containsAny(["send", "pay"])',
  'resource.reversible',
  'resource.risk == "high"',
  'resource.name like "*_*"',
  'context.client.name == "test"',
  'context.approval.granted',
)
const onArguments = fc.constantFrom(
  ...AMOUNTS.flatMap((amount) => [
    `context.args.amount == ${amount}`,
    `context.args.amount < ${amount}`,
    `!(context.args.amount == ${amount})`,
  ]),
)

function policies(condition: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const one = fc.record({
    effect: fc.constantFrom('permit', 'permit', 'forbid'),
    observed: fc.boolean(),
    principal,
    resource,
    clauses: fc.array(
      fc
        .tuple(fc.constantFrom('when', 'unless'), condition)
        .map(([word, text]) => `${word} { ${text} }`),
      { maxLength: 2 },
    ),
  })
  return fc.array(one, { minLength: 1, maxLength: 6 }).map((all) =>
    all
      .map(
        (each, index) =>
          `@id("p${index}")${each.observed && index % 3 === 0 ? ' @mode("observe")' : ''}
${each.effect} (${each.principal}, action, ${each.resource}) ${each.clauses.join(' ')};`,
      )
      .join('\n'),
  )
}

interface Seen {
  readonly listed: readonly string[]
  readonly callable: readonly string[]
}

/** What a subject sees, and what it can call with any of the amounts. */
async function look(
  text: string,
  subject: string,
  endpoint: string,
  [client, server]: readonly [(typeof ERAS)[number], (typeof ERAS)[number]],
): Promise<Seen> {
  const policy = decisionPoint(loadPolicies([{ file: 'random.cedar', text }]))
  const servers = { one: toolServer(server, TOOLS), two: toolServer(server, TOOLS) }
  const { gateway } = world({ servers, policy })
  const who = { subject: { ...OWNER, id: subject as typeof OWNER.id } }
  const send = async (method: string, params: JsonObject): Promise<JsonObject> =>
    resultOf(await gateway.handle(ask(client, endpoint, method, params, { who })))
  const { tools } = await send('tools/list', {})
  const listed = (tools as readonly { name: string }[]).map(({ name }) => name)
  const every = endpoint === 'all' ? TOOLS.flatMap((n) => [`one__${n}`, `two__${n}`]) : TOOLS
  const callable: string[] = []
  for (const name of every) {
    const answers = AMOUNTS.map((amount) => send('tools/call', { name, arguments: { amount } }))
    if ((await Promise.all(answers)).some(({ isError }) => isError !== true)) callable.push(name)
  }
  gateway.close()
  return { listed: listed.toSorted(), callable: callable.toSorted() }
}

function resultOf(response: Response): JsonObject {
  if (response.kind === 'error') throw new Error(JSON.stringify(response.error))
  return response.result
}

const places = fc.tuple(
  fc.constantFrom(...SUBJECTS),
  fc.constantFrom('one', 'all'),
  fc.tuple(fc.constantFrom(...ERAS), fc.constantFrom(...ERAS)),
)

describe('for any policies and any subject, through the whole data plane', () => {
  test('what is listed is exactly what can be called, where arguments do not matter', async () => {
    let shown = 0
    await fc.assert(
      fc.asyncProperty(policies(plain), places, async (text, [subject, endpoint, eras]) => {
        const { listed, callable } = await look(text, subject, endpoint, eras)
        shown += listed.length
        expect(listed).toEqual(callable)
      }),
      { numRuns: 150 },
    )
    expect(shown).toBeGreaterThan(50)
  })

  test('what can be called with some arguments is listed; what is not listed never can', async () => {
    const mixed = fc.oneof(plain, onArguments)
    await fc.assert(
      fc.asyncProperty(policies(mixed), places, async (text, [subject, endpoint, eras]) => {
        const { listed, callable } = await look(text, subject, endpoint, eras)
        expect(listed).toEqual(expect.arrayContaining([...callable]))
      }),
      { numRuns: 100 },
    )
  })
})
