import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

/** The layers, lowest first: a module may import itself, and what stands in its list. */
const LOW = ['kernel', 'config', 'store', 'mcp', 'http'] as const
const MAY_IMPORT: Record<string, readonly string[]> = {
  kernel: [],
  config: ['kernel'],
  store: ['kernel'],
  mcp: ['kernel'],
  http: ['kernel', 'mcp'],
  policy: ['kernel'],
  analysis: ['kernel'],
  catalog: ['kernel', 'store', 'mcp'],
  limits: ['kernel', 'store'],
  rollout: ['kernel', 'store'],
  audit: ['kernel', 'store'],
  directory: ['kernel', 'store'],
  identity: ['kernel', 'store'],
  oauth: ['kernel', 'store'],
  approval: ['kernel', 'store'],
  webhooks: ['kernel', 'store'],
  canaries: ['kernel', 'store'],
  flow: ['kernel', 'store'],
  sandbox: ['kernel'],
  packages: ['kernel', 'store'],
  vault: ['kernel', 'store'],
  inventory: ['kernel', 'store'],
  admin: ['kernel'],
  console: ['kernel', 'admin'],
  gateway: [...LOW, 'policy', 'analysis', 'catalog', 'limits', 'audit'],
  playground: ['kernel'],
  cli: [
    ...LOW,
    'policy',
    'analysis',
    'catalog',
    'limits',
    'rollout',
    'audit',
    'directory',
    'identity',
    'oauth',
    'approval',
    'webhooks',
    'canaries',
    'flow',
    'sandbox',
    'packages',
    'vault',
    'inventory',
    'admin',
    'gateway',
    'playground',
  ],
}

const files = globSync('src/**/*.{ts,tsx}')
const imports = files.flatMap((from) =>
  [...readFileSync(from, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
    ([, path]) => ({ from, to: normalize(join(dirname(from), String(path))) }),
  ),
)
const moduleOf = (file: string): string => file.split('/')[1] ?? ''

test('the scan sees the sources', () => {
  expect(files.length).toBeGreaterThan(10)
  expect(imports.length).toBeGreaterThan(10)
  for (const module of new Set(files.map(moduleOf)))
    expect(Object.keys(MAY_IMPORT)).toContain(module)
})

test('every import follows the layer graph', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [source, target] = [moduleOf(from), moduleOf(to)]
    return source !== target && !MAY_IMPORT[source]?.includes(target)
  })
  expect(wrong).toEqual([])
})

test('the console takes nothing but types from the admin API', () => {
  const taken = files
    .filter((file) => moduleOf(file) === 'console' && !file.includes('.test.'))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^(import(?: type)?)[^'"]*from '(\.[^']+)'/gm)]
        .map(([, how, path]) => ({ file, how, to: normalize(join(dirname(file), String(path))) }))
        .filter(({ how, to }) => how !== 'import type' && moduleOf(to) === 'admin'),
    )
  expect(taken).toEqual([])
})
