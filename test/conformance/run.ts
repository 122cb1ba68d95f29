import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startNode, waitFor } from '../support/child.ts'
import { startGateway } from '../support/gateway.ts'
import { startTokenFront } from '../support/token-front.ts'
import {
  differences,
  failures,
  REQUIREMENT_SETS,
  type RequirementSet,
  runSuite,
  totals,
} from './suite.ts'

/** The program of the reference server. */
export const REFERENCE = fileURLToPath(new URL('./server.ts', import.meta.url))

/** What became of one requirement set. */
export interface SetResult {
  readonly set: RequirementSet
  readonly lines: readonly string[]
  /** Required scenarios that failed directly, and everything that differs through the gateway. */
  readonly problems: readonly string[]
}

/** Runs every requirement set against the reference server: directly, and through the gateway. */
export async function runConformance(through: boolean): Promise<readonly SetResult[]> {
  const server = startNode([REFERENCE])
  try {
    const url = await waitFor(server, () => /http:\S+/.exec(server.output())?.[0])
    if (!through) return await runSets(url, undefined)
    const gateway = await startGateway({ reference: { transport: 'http', url } })
    const front = await startTokenFront(gateway.origin, gateway.token('/mcp/reference'))
    try {
      const results = await runSets(url, `${front.origin}/mcp/reference`)
      // A process that died in the middle explains every difference better than the list of them.
      for (const child of [server, gateway.child])
        if (child.ended()) throw new Error(`a process ended early:\n${child.output()}`)
      return results
    } finally {
      await front.stop()
      await gateway.stop()
    }
  } finally {
    await server.stop()
  }
}

async function runSets(direct: string, through: string | undefined): Promise<SetResult[]> {
  const results: SetResult[] = []
  for (const set of REQUIREMENT_SETS) {
    const before = await runSuite(direct, set)
    const lines = [`${set} direct:  ${totals(before)}`]
    const problems = [...failures(before)]
    if (through !== undefined) {
      const after = await runSuite(through, set)
      lines.push(`${set} through: ${totals(after)}`)
      problems.push(...differences(before, after))
    }
    results.push({ set, lines, problems })
  }
  return results
}

// `node test/conformance/run.ts [--direct]` prints the totals; exits with 1 when something differs.
if (import.meta.main) {
  const { values } = parseArgs({ options: { direct: { type: 'boolean', default: false } } })
  const results = await runConformance(!values.direct)
  for (const { lines, problems } of results)
    process.stdout.write(`${[...lines, ...problems.map((text) => `  ${text}`)].join('\n')}\n`)
  if (results.some(({ problems }) => problems.length > 0)) process.exitCode = 1
}
