import { expect, test } from 'vitest'
import { z } from 'zod'
import { posture } from '../posture/posture.ts'
import { combinationsOf } from '../reach/combinations.ts'
import { localFacts, remoteFacts } from '../testing/facts.ts'
import { inventoryBom } from './cyclonedx.ts'
import { purlOf } from './purl.ts'
import { fileUri, postureSarif } from './sarif.ts'

const DRAWN = 'q7Zk2mV9xB4tR8nL5wP1sD6f'
const servers = [
  localFacts('npx -y @ada/books', { name: 'books', env: { API_KEY: DRAWN } }),
  localFacts('docker run ada/files:1.2', { name: 'files' }),
  remoteFacts(`http://mcp.test/${DRAWN}/mcp?token=${DRAWN}`),
  remoteFacts('no address', {}, 'odd'),
]
const worked = posture({
  servers,
  combinations: combinationsOf(servers.map((facts) => ({ facts }))),
  problems: [],
  governed: () => false,
})
const sarif = postureSarif(worked, { version: '1.2.3', complete: true })
const bom = (specVersion: '1.6' | '1.7' = '1.6') =>
  inventoryBom(servers, { version: '1.2.3', specVersion, at: 0 })

const text = z.strictObject({ text: z.string().min(1) })
const level = z.enum(['none', 'note', 'warning', 'error'])
/** The parts of the OASIS schema that are used here, closed: a misspelt member is found. */
const LOG = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string(),
          semanticVersion: z.string(),
          rules: z.array(
            z.strictObject({
              id: z.string(),
              name: z.string(),
              shortDescription: text,
              fullDescription: text,
              help: text,
              defaultConfiguration: z.strictObject({ level }),
              properties: z.looseObject({ tags: z.array(z.string()) }),
            }),
          ),
        }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      invocations: z.array(z.strictObject({ executionSuccessful: z.boolean() })),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          kind: z.enum(['fail', 'review']),
          level,
          message: text,
          locations: z.array(
            z.strictObject({
              physicalLocation: z
                .strictObject({ artifactLocation: z.strictObject({ uri: z.url() }) })
                .optional(),
              logicalLocations: z.array(
                z.strictObject({
                  name: z.string(),
                  kind: z.literal('member'),
                  fullyQualifiedName: z.string(),
                }),
              ),
            }),
          ),
          partialFingerprints: z.record(z.string(), z.string().length(64)),
        }),
      ),
    }),
  ),
})

test('SARIF: of the form, a result per thing that is open, rules that exist', () => {
  const [run] = LOG.parse(sarif).runs
  const open = worked.items.flatMap((item) => item.open)
  expect(run?.results.length).toBe(open.length)
  for (const { ruleId, ruleIndex, kind, level: how } of run?.results ?? []) {
    expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
    // SARIF 2.1.0 section 3.27.10: what is no failure has no level.
    if (kind !== 'fail') expect(how).toBe('none')
  }
  const prints = run?.results.map((one) => one.partialFingerprints['bailiwick/v1'])
  expect(new Set(prints).size).toBe(prints?.length)
})

test.each([
  ['/home/ada/.cursor/mcp.json', 'file:///home/ada/.cursor/mcp.json'],
  ['C:\\Users\\Ada B\\mcp.json', 'file:///C:/Users/Ada%20B/mcp.json'],
  ['/a#b?c', 'file:///a%23b%3Fc'],
])('a file as a URI: %s', (file, uri) => {
  expect(fileUri(file)).toBe(uri)
})

test('CycloneDX: a service per server, a component per package, and which needs which', () => {
  expect(bom()).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [
      { type: 'container', purl: 'pkg:docker/ada/files@1.2' },
      { type: 'application', purl: 'pkg:npm/%40ada/books' },
    ],
  })
  const { services, dependencies } = z
    .object({
      services: z.array(
        z.looseObject({
          'bom-ref': z.string(),
          name: z.string(),
          endpoints: z.array(z.url()).optional(),
          authenticated: z.boolean().optional(),
          'x-trust-boundary': z.boolean(),
        }),
      ),
      dependencies: z.array(
        z.strictObject({ ref: z.string(), dependsOn: z.array(z.string()).optional() }),
      ),
    })
    .parse(bom())
  const named = (name: string) => services.find((service) => service.name === name)
  expect(services.length).toBe(4)
  expect(named('remote')).toMatchObject({
    ...{ endpoints: ['http://mcp.test/withheld/mcp'], authenticated: true },
    'x-trust-boundary': true,
  })
  expect(named('odd')).not.toHaveProperty('endpoints')
  expect(named('odd')).not.toHaveProperty('authenticated')
  expect(named('books')).toMatchObject({ 'x-trust-boundary': false })
  expect(dependencies).toContainEqual({
    ref: named('books')?.['bom-ref'],
    dependsOn: ['pkg:npm/%40ada/books'],
  })
})

test('the same facts give the same bytes, in another order too', () => {
  const turned = inventoryBom(servers.toReversed(), {
    ...{ version: '1.2.3', specVersion: '1.7', at: 0 },
  })
  expect(JSON.stringify(turned)).toBe(JSON.stringify(bom('1.7')))
})

test('no report holds a value', () => {
  expect(JSON.stringify([sarif, bom(), worked])).not.toContain(DRAWN)
})

test.each([
  [
    { source: 'pypi', name: 'Ada_Books', version: '1.4', floating: false },
    'pkg:pypi/ada-books@1.4',
  ],
  [{ source: 'npm', name: 'books', version: '^1', floating: true }, 'pkg:npm/books'],
  [{ source: 'maven', name: 'a.b:c', version: '1', floating: false }, 'pkg:maven/a.b/c@1'],
  [{ source: 'git', name: 'git+https://a.test/b', floating: true }, undefined],
  [{ source: 'npm', name: 'a b"', floating: true }, undefined],
] as const)('%o', (found, purl) => {
  expect(purlOf(found)).toBe(purl)
})
