// Writes the generated pages of `docs/reference/`; with `--check`, only says which are stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { openApiDocument } from '../src/admin/openapi.ts'
import { schemaFile } from '../src/config/reference.ts'
import { policyDocumentJsonSchema } from '../src/policy/document/schema.ts'
import { policyTestJsonSchema } from '../src/policy/tests/test-schema.ts'
import { adminApiPage } from './admin-api-page.ts'
import { cliPage } from './cli-page.ts'
import { configurationPage } from './configuration-page.ts'
import { factsPage } from './facts-page.ts'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

interface Page {
  /** From the root of the checkout. */
  readonly path: string
  readonly render: () => string
}

const PAGES: readonly Page[] = [
  { path: 'docs/reference/config.schema.json', render: schemaFile },
  { path: 'docs/reference/configuration.md', render: configurationPage },
  { path: 'docs/reference/cli.md', render: cliPage },
  { path: 'docs/reference/admin-api.md', render: adminApiPage },
  { path: 'docs/reference/admin-api.json', render: () => schemaText(openApiDocument()) },
  { path: 'docs/reference/facts.md', render: factsPage },
  {
    path: 'docs/reference/policy-document.schema.json',
    render: () => schemaText(policyDocumentJsonSchema()),
  },
  {
    path: 'docs/reference/policy-test.schema.json',
    render: () => schemaText(policyTestJsonSchema()),
  },
]

/** A schema for editors, as a file. */
function schemaText(schema: object): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`
}

/** Generated pages whose committed text is not what the sources say. */
export function stalePages(): readonly string[] {
  return PAGES.filter(({ path, render }) => read(path) !== render()).map(({ path }) => path)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8')
  } catch {
    return undefined
  }
}

function main(args: readonly string[]): void {
  const stale = stalePages()
  if (args.includes('--check')) {
    for (const path of stale) console.error(`stale: ${path}; run \`npm run docs\``)
    process.exitCode = stale.length === 0 ? 0 : 1
    return
  }
  for (const { path, render } of PAGES) {
    if (!stale.includes(path)) continue
    writeFileSync(join(ROOT, path), render())
    console.error(`written: ${path}`)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2))
