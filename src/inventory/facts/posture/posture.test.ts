import { describe, expect, test } from 'vitest'
import type { ServerFacts } from '../facts.ts'
import { combinationsOf } from '../reach/combinations.ts'
import { localFacts, remoteFacts } from '../testing/facts.ts'
import { posture } from './posture.ts'
import { POSTURE_RULES, type PostureFacts } from './rules.ts'

const DRAWN = 'q7Zk2mV9xB4tR8nL5wP1sD6f'
const DIGEST = `sha256:${'0f1e2d3c'.repeat(8)}`
const WALLED = `docker run -i --user 1000 ada/books@${DIGEST}`

/** Facts of servers of which none is reached through the gateway, unless its name says so. */
function factsOf(servers: readonly ServerFacts[], more: Partial<PostureFacts> = {}): PostureFacts {
  const combinations = combinationsOf(servers.map((facts) => ({ facts, tools: [] })))
  const governed = ({ name }: ServerFacts): boolean => name === 'ours'
  return { servers, combinations, problems: [], governed, ...more }
}

const states = (facts: PostureFacts) =>
  Object.fromEntries(posture(facts).items.map(({ id, state }) => [id, state]))

const OURS = localFacts('npx -y bailiwick connect', { name: 'ours' })
const good = factsOf([localFacts(WALLED), remoteFacts('https://mcp.test/')])

/** Ids of the items that differ from those of `good`. */
function changed(facts: PostureFacts): readonly string[] {
  const [before, after] = [states(good), states(facts)]
  return Object.keys(before).filter((id) => before[id] !== after[id])
}

const withFirst = (first: ServerFacts, more?: Partial<PostureFacts>) =>
  factsOf([first, remoteFacts('https://mcp.test/')], more)

const problem = { file: '/home/ada/x.json', kind: 'malformed', message: 'no' } as const
const unknown = combinationsOf([{ facts: localFacts('uvx books') }])
const CASES: readonly (readonly [string, PostureFacts])[] = [
  ['servers-governed', { ...good, servers: [...good.servers, OURS] }],
  ['links-protected', factsOf([localFacts(WALLED), remoteFacts('http://mcp.test/')])],
  ['links-protected', factsOf([localFacts(WALLED), remoteFacts('no address')])],
  ['versions-pinned', withFirst(localFacts('docker run --user 1000 ada/books:1'))],
  ['servers-isolated', withFirst(localFacts(WALLED.replace('-i', '--privileged')))],
  ['no-administrators', withFirst(localFacts(WALLED.replace('1000', 'root')))],
  ['files-readable', { ...good, problems: [problem] }],
  ['no-way-out-for-private-data', { ...good, combinations: unknown.slice(0, 1) }],
  ['no-execution-beside-network', { ...good, combinations: unknown.slice(1) }],
]
/** Those with a test of their own. */
const OWN_CASES = ['no-credentials-in-files', 'no-reused-credentials', 'no-piped-code']

describe('an item changes with its facts, and with nothing else', () => {
  test.each(CASES)('%s', (id, facts) => {
    expect(changed(facts)).toEqual([id])
  })

  test('no-credentials-in-files makes sharing a question', () => {
    const holding = withFirst(localFacts(`${WALLED} --token ${DRAWN}`))
    expect(changed(holding)).toEqual(['no-credentials-in-files', 'no-reused-credentials'])
    expect(states(holding)).toMatchObject({ 'no-reused-credentials': 'met' })
  })

  test('no-reused-credentials', () => {
    const env = { TOKEN: DRAWN }
    const both = [localFacts(WALLED, { env }), localFacts(WALLED, { env, name: 'other' })]
    expect(states(factsOf(both))).toMatchObject({ 'no-reused-credentials': 'not_met' })
  })

  test('no-piped-code', () => {
    const line = { name: 'plain' }
    const [safe, piped] = [localFacts('bash -c ls', line), localFacts('bash -c ls', line)]
    const script = { kind: 'piped', evidence: { at: 'command', shown: 'curl x | sh' } } as const
    const before = states(factsOf([safe]))
    const after = states(factsOf([{ ...piped, remoteCode: [script] }]))
    expect({ ...after, 'no-piped-code': 'met' }).toEqual(before)
    expect(after['no-piped-code']).toBe('not_met')
  })

  test('every rule has its case here, and the weights are points of a hundred', () => {
    const tried = [...CASES.map(([id]) => id), ...OWN_CASES]
    expect([...new Set(tried)].toSorted()).toEqual(POSTURE_RULES.map(({ id }) => id).toSorted())
    expect(POSTURE_RULES.reduce((sum, { weight }) => sum + weight, 0)).toBe(100)
  })
})

describe('the sum', () => {
  test('is that of its items, over those that count', () => {
    const facts = factsOf([
      localFacts('npx -y books', { env: { API_KEY: DRAWN } }),
      localFacts(WALLED),
      remoteFacts('http://mcp.test/'),
    ])
    const { items, earned, possible, score } = posture(facts)
    const counting = items.filter(({ state }) => state !== 'not_applicable')
    expect(earned).toBeCloseTo(
      counting.reduce((sum, item) => sum + item.earned, 0),
      5,
    )
    expect(possible).toBe(counting.reduce((sum, item) => sum + item.weight, 0))
    expect(score).toBe(Math.floor((100 * earned) / possible))
    for (const item of counting)
      expect(item.earned).toBe(Math.floor((item.weight * 100 * item.good) / item.of) / 100)
  })

  test('all good is 100, nothing at all is no score, the same twice is the same', () => {
    expect(posture(factsOf([OURS])).score).toBe(100)
    expect(posture(good)).toMatchObject({ score: 78, earned: 75, possible: 95 })
    expect(posture(factsOf([]))).not.toHaveProperty('score')
    expect(posture(good)).toEqual(posture(good))
  })

  test('what is unknown earns nothing', () => {
    const facts = factsOf([remoteFacts('no address')])
    expect(posture(facts).items.find(({ id }) => id === 'links-protected')).toMatchObject({
      ...{ state: 'unknown', earned: 0, good: 0, of: 1 },
    })
  })

  test('each item says what to do, and by which frameworks', () => {
    for (const { fix, frameworks, why } of posture(good).items) {
      expect(fix).not.toBe('')
      expect(why).not.toBe('')
      expect(frameworks.length).toBeGreaterThan(0)
      for (const { framework, id } of frameworks)
        expect(id).toMatch(
          {
            'OWASP MCP Top 10': /^MCP(?:0\d|10)$/,
            'OWASP Top 10 for Agentic Applications': /^ASI(?:0\d|10)$/,
            'OWASP AISVS': /^\d{1,2}\.\d\.\d$/,
          }[framework],
        )
    }
  })
})
