import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostileServer, TRICKS } from '../../src/playground/hostile/hostile.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { type Host, openHost, waitingOf } from './host.ts'

// Servers that are poisoned from the first, behind a gateway of which nothing is configured but its servers:
// no tool of theirs that is poisoned is listed or can be called, and none of its text reaches the client.

/** Tools, and the rule that says why. */
const POISONED = {
  'poisoned-adder': { get_sum: 'data/sensitive-source' },
  shadow: { get_tides: 'prompt/concealment' },
  'line-jumper': {
    get_weather: 'prompt/override',
    get_forecast: 'hidden/payload',
    get_wind: 'hidden/escape-sequence',
  },
  'deep-poison': {
    get_nested: 'data/exfiltration',
    get_enum: 'data/exfiltration',
    get_default: 'data/exfiltration',
    get_member: 'data/exfiltration',
    get_output: 'data/exfiltration',
    get_title: 'data/exfiltration',
    get_meta: 'data/exfiltration',
  },
  braggart: { get_best_tides: 'steering/self-praise', get_depth: 'data/sink-parameter' },
} as const
/** One tool of each has nothing wrong. */
const HONEST = {
  'poisoned-adder': 'get_half',
  shadow: 'get_harbours',
  'line-jumper': 'get_sunrise',
  'deep-poison': 'get_quays',
  braggart: 'get_ferries',
} as const
const NAMES = Object.keys(POISONED) as readonly (keyof typeof POISONED)[]
const TOOLS = NAMES.flatMap((server) =>
  Object.entries(POISONED[server]).map(([tool, rule]) => [server, tool, rule] as const),
)

interface Scene {
  readonly gateway: RunningGateway
  readonly host: Host
  readonly tools: readonly string[]
}

async function openScene(config: Readonly<Record<string, unknown>>): Promise<Scene> {
  const servers = Object.fromEntries(NAMES.map((name) => [name, hostileServer(name)]))
  // Without policies of its own a gateway has the ones that it comes with.
  const gateway = await startGateway(servers, { policies: undefined, ...config })
  const host = await openHost(gateway)
  return { gateway, host, tools: await host.tools() }
}

let scene: Scene
beforeAll(async () => {
  scene = await openScene({})
}, 90_000)
afterAll(async () => {
  await scene?.host.close()
  await scene?.gateway.stop()
})

/** A text as it stands in JSON. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

describe('in the default configuration', () => {
  test('exactly the honest tools are listed, and can be used', async () => {
    const honest = Object.entries(HONEST).map(([server, tool]) => `${server}__${tool}`)
    expect(scene.tools).toEqual(honest.toSorted())
    for (const name of honest) expect(await scene.host.call(name)).toBe('answered')
  })

  test.each(TOOLS)('%s: %s cannot be called', async (server, tool) => {
    expect(await scene.host.call(`${server}__${tool}`)).toMatch(/^refused/)
  })

  test('the honest prompts and resources of a poisoned server are listed, the others are not', async () => {
    const prompts = (await scene.host.client.listPrompts()).prompts.map(({ name }) => name)
    expect(prompts).toEqual(['deep-poison__plan'])
    const { resources } = await scene.host.client.listResources()
    expect(resources.map(({ name }) => name)).toEqual(['map'])
  })

  test('instructions are not passed on at the endpoint of the server itself', async () => {
    const host = await openHost(scene.gateway, '/mcp/deep-poison')
    expect(host.client.getInstructions() ?? '').not.toContain('id_rsa')
    expect(await host.tools()).toEqual(['get_quays'])
    expect(host.wire()).not.toContain('id_rsa')
    await host.close()
  })

  test('nothing of what is poisoned has reached the client', async () => {
    await scene.host.client.listPrompts()
    await scene.host.client.listResources()
    const poison = NAMES.flatMap((name) => TRICKS[name].poison)
    expect(poison.filter((text) => scene.host.wire().includes(inJson(text)))).toEqual([])
    expect(scene.host.wire()).toContain('Counts the quays.')
  })

  test('what waits is on record, with the rule that says why', async () => {
    const waits = await waitingOf(scene.gateway)
    const found = (server: string, tool: string): readonly string[] =>
      waits
        .filter((one) => one.server === server && one.name === tool)
        .flatMap(({ judgement }) => judgement.findings.map(({ rule }) => rule))
    for (const [server, tool, rule] of TOOLS)
      expect(found(server, tool), `${server}:${tool}`).toContain(`definition/${rule}`)
    const others = waits.filter(({ kind }) => kind !== 'tools').map(({ kind }) => kind)
    expect(others.sort()).toEqual(['instructions', 'prompts', 'resources'])
  })
})

test('with first sight trusted all of them are listed, so it is the analysis that stops them', async () => {
  const { gateway, host, tools } = await openScene({ definitions: { firstSight: 'trust' } })
  try {
    for (const [server, tool] of TOOLS) {
      expect(tools).toContain(`${server}__${tool}`)
      expect(await host.call(`${server}__${tool}`)).toBe('answered')
    }
    expect(host.wire()).toContain('northgate-verify.example')
  } finally {
    await host.close()
    await gateway.stop()
  }
}, 90_000)
