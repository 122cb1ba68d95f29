import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { SUITE } from '../conformance/suite.ts'
import { startNode } from '../support/child.ts'
import { type Drive, drive } from './drive.ts'
import { stop } from './servers/heard.ts'

/** What the suite found in one scenario. */
export interface ScenarioResult {
  readonly passed: boolean
  /** Checks that did not succeed, with the suite's words. */
  readonly problems: readonly string[]
  /** What the driver said. */
  readonly told: string
}

/** Milliseconds for one scenario: all of a run begin at once. */
const PATIENCE = 280_000
/** The suite begins with all at once, which would take longer in the end. */
const AT_ONCE = 3
const DRIVER = resolve('test/vault/conformance-driver.ts')

const isCounted = (scenario: string): boolean => scenario.startsWith('auth/')

interface Check {
  readonly id: string
  readonly status: string
  readonly description: string
  readonly errorMessage?: string
}

/** Names of scenarios that failed. Prints what became of each, and what was said where one failed. */
export function failedOf(results: ReadonlyMap<string, ScenarioResult>): readonly string[] {
  const all = [...results].sort(([one], [other]) => (one < other ? -1 : 1))
  for (const [name, { passed, problems, told }] of all)
    process.stdout.write(
      passed
        ? `passed ${name}\n`
        : `failed ${name}\n  ${problems.join('\n  ')}\n${told.replace(/^/gm, '    ')}\n`,
    )
  return all.filter(([, { passed }]) => !passed).map(([name]) => name)
}

/**
 * Runs scenarios of the official suite for clients against gateways in this process. Those that are about
 * anything else than authorization are left out: they are no driver's business that just calls tools.
 */
export async function runClientSuite(
  ...args: readonly string[]
): Promise<ReadonlyMap<string, ScenarioResult>> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  const enter = atOnce(AT_ONCE)
  const server = createServer(async (request, response) => {
    const said: string[] = []
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const wish: Drive = JSON.parse(Buffer.concat(chunks).toString())
    if (!isCounted(wish.scenario)) return void response.writeHead(500).end()
    const done = await enter()
    const good = await drive(wish, (line) => said.push(line)).catch((error: unknown) => {
      said.push(`${error} ${(error as Error).stack}`)
      return false
    })
    done()
    response.writeHead(good ? 200 : 500).end(`${said.join('\n')}\n`)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // The suite takes the command apart at spaces, and has a shell run it.
  const command = `${process.execPath} --disable-warning=ExperimentalWarning ${DRIVER}`
  const child = startNode(
    [
      ...[SUITE, 'client', '--command', command, '--timeout', String(PATIENCE)],
      ...['--output-dir', folder, ...args],
    ],
    { env: { CONFORMANCE_HOST: host } },
  )
  try {
    await child.closed
    return resultsIn(folder)
  } finally {
    await child.stop()
    await stop(server)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A door that lets few in; what it gives is called on the way out. */
function atOnce(most: number): () => Promise<() => void> {
  const waiting: (() => void)[] = []
  let inside = 0
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) inside--
    else next()
  }
  return async () => {
    if (inside < most) inside++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    return leave
  }
}

function resultsIn(folder: string): ReadonlyMap<string, ScenarioResult> {
  const results = globSync('**/checks.json', { cwd: folder }).map((file) => {
    const place = join(folder, dirname(file))
    const checks: readonly Check[] = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    const bad = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
    const problems = bad.map(
      ({ id, status, description, errorMessage }) =>
        `${status} ${id}: ${description} ${errorMessage ?? ''}`,
    )
    const name = relative(folder, place).replace(/-\d{4}-\d{2}-\d{2}T.*$/, '')
    const told = readFileSync(join(place, 'stderr.txt'), 'utf8')
    const passed = problems.length === 0 && checks.length > 0
    return [name, { passed, problems, told }] as const
  })
  return new Map(results.filter(([name]) => isCounted(name)))
}
