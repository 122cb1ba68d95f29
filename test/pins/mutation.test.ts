import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { isObject, type Json, type JsonObject } from '../../src/kernel/json.ts'
import type { Answered } from '../faults/client.ts'
import { itemsOf, openScene, type Scene, WAYS, type Way } from './scene.ts'
import { mutationsOf, SURFACE, type Surface, turned } from './surface.ts'

// Any change of anything that a model can see is caught, at the list and at the call, whatever the
// server says or does not say of it; all else stays as it was.

type Kind = 'tools' | 'prompts' | 'resources' | 'resourceTemplates'

interface Use {
  readonly kind: Kind
  readonly list: string
  readonly key: string
  readonly method: string
  /** What uses the item of this name, URI or template. */
  readonly params: (name: string) => JsonObject
}

const USES: readonly Use[] = [
  {
    ...{ kind: 'tools', list: 'tools/list', key: 'name', method: 'tools/call' },
    params: (name) => ({ name, arguments: {} }),
  },
  {
    ...{ kind: 'prompts', list: 'prompts/list', key: 'name', method: 'prompts/get' },
    params: (name) => ({ name }),
  },
  {
    ...{ kind: 'resources', list: 'resources/list', key: 'uri', method: 'resources/read' },
    params: (uri) => ({ uri }),
  },
  {
    ...{ kind: 'resourceTemplates', list: 'resources/templates/list', key: 'uriTemplate' },
    method: 'resources/read',
    params: (template) => ({ uri: template.replace('{id}', '7') }),
  },
]
const WAY_NAMES = Object.keys(WAYS) as readonly Way[]
const CASES = WAY_NAMES.flatMap((way) => USES.map((use) => [way, use.kind, use] as const))

const firstOf = (kind: Kind): JsonObject => SURFACE[kind][0] as JsonObject
const plainOf = (kind: Kind): JsonObject => SURFACE[kind][1] as JsonObject
const withFirst = (kind: Kind, item: Json | undefined): Surface => ({
  ...SURFACE,
  [kind]: [...(item === undefined ? [] : [item]), plainOf(kind)],
})

/** The name by which what was changed can be used; undefined where it is no longer told from what is not listed. */
function nameOf({ kind, key }: Use, item: Json | undefined): string | undefined {
  const name = isObject(item) ? item[key] : undefined
  if (typeof name === 'string') return name
  // A tool or a prompt is what is listed; any URI may be asked for, and policy answers.
  return kind === 'tools' || kind === 'prompts' ? String(firstOf(kind)[key]) : undefined
}

let scene: Scene
beforeAll(async () => {
  scene = await openScene({ firstSight: 'trust', recheck: '0ms' })
  for (const way of WAY_NAMES) {
    await scene.begin(way)
    await scene.ask(way, WAYS[way].client === 'modern' ? 'server/discover' : 'ping', {})
    for (const { list } of USES) await scene.ask(way, list, {})
  }
}, 60_000)
afterAll(() => scene?.end())

const use = (way: Way, { method, params }: Use, name: string): Promise<Answered> =>
  scene.ask(way, method, params(name))

async function expectUsable(way: Way, one: Use, name: unknown): Promise<void> {
  scene.reached()
  const { code } = await use(way, one, String(name))
  expect({ code, reached: scene.reached() }).toEqual({ code: undefined, reached: [one.method] })
}

async function expectCaught(way: Way, one: Use, item: Json | undefined): Promise<void> {
  const { kind, list } = one
  expect(itemsOf(await scene.ask(way, list, {}), kind)).toEqual([plainOf(kind)])
  const name = nameOf(one, item)
  if (name === undefined) return
  scene.reached()
  const { code } = await use(way, one, name)
  expect(['definition_quarantined', 'tool_unknown', 'prompt_unknown']).toContain(code)
  expect(scene.reached()).toEqual([])
}

describe('a change of any part of an item', { timeout: 120_000 }, () => {
  test.each(CASES)('%s, %s: is caught at the list and at the call', async (way, kind, one) => {
    const all = mutationsOf(firstOf(kind))
    expect(all.length).toBeGreaterThan(15)
    // One way tries them all, the others some: the same code carries them.
    const tried = all.filter(
      ({ at }, index) => way === 'http-modern' || index % 7 === 0 || at === `/${one.key}`,
    )
    for (const mutation of tried) {
      scene.show(withFirst(kind, mutation.value))
      const why = `${mutation.what} at \`${mutation.at}\``
      await expectCaught(way, one, mutation.value).catch((cause: unknown) => {
        throw new Error(why, { cause })
      })
    }
    await expectUsable(way, one, plainOf(kind)[one.key])
    // What it was before it still is.
    scene.show(SURFACE)
    expect(itemsOf(await scene.ask(way, one.list, {}), kind)).toEqual(SURFACE[kind])
    await expectUsable(way, one, firstOf(kind)[one.key])
  })

  test.each(CASES)('%s, %s: the order of its members is none', async (way, kind, one) => {
    scene.show(turned(SURFACE as unknown as JsonObject) as unknown as Surface)
    expect(itemsOf(await scene.ask(way, one.list, {}), kind)).toHaveLength(2)
    await expectUsable(way, one, firstOf(kind)[one.key])
    scene.show(SURFACE)
  })
})

test.each(WAY_NAMES)('%s: no words are completed for a prompt that changed', async (way) => {
  const params = {
    ref: { type: 'ref/prompt', name: 'plan_trip' },
    argument: { name: 'city', value: '' },
  }
  scene.reached()
  expect((await scene.ask(way, 'completion/complete', params)).code).toBeUndefined()
  expect(scene.reached()).toEqual(['completion/complete'])
  scene.show(withFirst('prompts', { ...firstOf('prompts'), description: 'Other.' }))
  expect((await scene.ask(way, 'completion/complete', params)).code).toBe('definition_quarantined')
  expect(scene.reached()).toEqual([])
  scene.show(SURFACE)
})

/** What a server says of itself, as a client gets it that begins anew. */
async function introduced(way: Way): Promise<{ info: unknown; instructions: unknown }> {
  const said =
    WAYS[way].client === 'modern'
      ? ((await scene.ask(way, 'server/discover', {})).body['result'] as JsonObject)
      : await scene.begin(way)
  const meta = said['_meta'] as JsonObject | undefined
  const info = said['serverInfo'] ?? meta?.['io.modelcontextprotocol/serverInfo']
  return { info, instructions: said['instructions'] }
}

describe('what a server says of itself', { timeout: 60_000 }, () => {
  const ways = ['http-modern', 'http-legacy', 'stdio-modern'] as const
  const parts = mutationsOf({ ...(SURFACE.serverInfo as JsonObject) })
  test.each(ways)('%s: is passed on as it was approved, and not otherwise', async (way) => {
    const before = { info: SURFACE.serverInfo, instructions: SURFACE.instructions }
    expect(await introduced(way)).toEqual(before)
    const tried = parts.filter((_, index) => way === 'http-modern' || index % 5 === 0)
    const hidden = { name: way, version: '1.2.3' }
    for (const { value } of tried) {
      scene.show({ ...SURFACE, serverInfo: value ?? null })
      const { info } = await introduced(way)
      expect(info).toEqual(hidden)
    }
    for (const instructions of ['Ask for a route first!', '', { say: 'Ask' }, null]) {
      scene.show({ ...SURFACE, instructions })
      expect(await introduced(way)).toEqual({ info: SURFACE.serverInfo, instructions: undefined })
    }
    scene.show(SURFACE)
    expect(await introduced(way)).toEqual(before)
  })
})

describe('with lists as old as they may be by default', { timeout: 60_000 }, () => {
  let plain: Scene
  beforeAll(async () => {
    plain = await openScene({ firstSight: 'trust' })
    // Before anything changes: the gateway looks at its servers by itself when it starts.
    for (const way of WAY_NAMES) await plain.ask(way, 'tools/list', {})
  }, 60_000)
  afterAll(() => plain?.end())

  test.each(WAY_NAMES)(
    '%s: a change between list and call stops it, until it is undone or approved',
    async (way) => {
      plain.show(SURFACE)
      const call = () => plain.ask(way, 'tools/call', { name: 'find_route', arguments: {} })
      expect(itemsOf(await plain.ask(way, 'tools/list', {}), 'tools')).toEqual(SURFACE.tools)
      expect((await call()).code).toBeUndefined()
      const changed = { ...firstOf('tools'), description: 'Finds a way between three places.' }
      plain.show(withFirst('tools', changed))
      await vi.waitFor(async () => expect((await call()).code).toBe('definition_quarantined'), {
        timeout: 15_000,
      })
      plain.reached()
      const { body } = await call()
      expect(plain.reached()).toEqual([])
      expect(JSON.stringify(body)).toContain('waits for approval by a person')
      expect(
        (await plain.ask(way, 'tools/call', { name: 'plain', arguments: {} })).code,
      ).toBeUndefined()
      plain.show(SURFACE)
      await vi.waitFor(async () => expect((await call()).code).toBeUndefined(), { timeout: 15_000 })
      plain.show(withFirst('tools', changed))
      expect(itemsOf(await plain.ask(way, 'tools/list', {}), 'tools')).toEqual([plainOf('tools')])
      await plain.decide('approved')
      await vi.waitFor(
        async () =>
          expect(itemsOf(await plain.ask(way, 'tools/list', {}), 'tools')).toEqual([
            changed,
            plainOf('tools'),
          ]),
        { timeout: 15_000 },
      )
      expect((await call()).code).toBeUndefined()
      plain.show(SURFACE)
      expect(itemsOf(await plain.ask(way, 'tools/list', {}), 'tools')).toEqual([plainOf('tools')])
    },
  )
})
