import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'

/** The requirement sets of the suite that apply: what a server of that revision has to do. */
export const REQUIREMENT_SETS = ['2026-07-28', '2025-11-25'] as const

export type RequirementSet = (typeof REQUIREMENT_SETS)[number]

/** What the suite found: for each scenario and check, how often which status came out. */
export interface Report {
  /** Names of the scenarios that count. */
  readonly required: readonly string[]
  /** `scenario / check: STATUS` with how often; observations (`INFO`) left out. */
  readonly outcomes: ReadonlyMap<string, number>
  readonly failedScenarios: ReadonlySet<string>
  /** The suite's own messages about what failed. */
  readonly messages: readonly string[]
}

interface Check {
  readonly id: string
  readonly status: string
  readonly errorMessage?: string
}

const require = createRequire(import.meta.url)
const PACKAGE = dirname(require.resolve('@modelcontextprotocol/conformance/package.json'))
/** The program of the suite. */
export const SUITE = join(PACKAGE, 'dist/index.js')

/** Runs one requirement set of the official suite against a server. */
export async function runSuite(url: string, set: RequirementSet): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  const args = ['server', '--url', url, '--requirements', set, '--output-dir', folder]
  try {
    // The suite exits with 1 when something required failed; the report says what.
    await promisify(execFile)(process.execPath, [SUITE, ...args], {
      maxBuffer: 64 * 1024 * 1024,
    }).catch(() => undefined)
    return readReport(folder, set)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readReport(folder: string, set: RequirementSet): Report {
  const outcomes = new Map<string, number>()
  const failedScenarios = new Set<string>()
  const messages: string[] = []
  for (const { scenario, id, status, errorMessage } of readChecks(folder)) {
    const key = `${scenario} / ${id}: ${status}`
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1)
    if (status === 'FAILURE') failedScenarios.add(scenario)
    if (errorMessage !== undefined) messages.push(`${key}: ${errorMessage}`)
  }
  const required: readonly string[] = parse(
    readFileSync(join(PACKAGE, 'requirements', `${set}.yaml`), 'utf8'),
  ).server
  const ran = new Set([...outcomes.keys()].map((key) => key.slice(0, key.indexOf(' / '))))
  for (const name of required) if (!ran.has(name)) failedScenarios.add(name)
  return { required, outcomes, failedScenarios, messages }
}

/** Of every scenario that ran to its end. */
function readChecks(folder: string): readonly (Check & { readonly scenario: string })[] {
  return readdirSync(folder)
    .sort()
    .filter((name) => existsSync(join(folder, name, 'checks.json')))
    .flatMap((name) => {
      const scenario = name.replace(/^server-/, '').replace(/-\d{4}-\d{2}-\d{2}T.*$/, '')
      const checks: readonly Check[] = JSON.parse(
        readFileSync(join(folder, name, 'checks.json'), 'utf8'),
      )
      return checks.map((check) => ({ ...check, scenario }))
    })
    .filter(({ status }) => status !== 'INFO')
}

/** Required scenarios that failed, or did not run. */
export function failures(report: Report): readonly string[] {
  return report.required.filter((name) => report.failedScenarios.has(name))
}

/** One line: `37/37 required scenarios, 164 checks passed, 30 failed`. */
export function totals(report: Report): string {
  const passed = report.required.length - failures(report).length
  return `${passed}/${report.required.length} required scenarios, ${count(report, 'SUCCESS')} checks passed, ${count(report, 'FAILURE')} failed`
}

function count(report: Report, status: string): number {
  let sum = 0
  for (const [key, times] of report.outcomes) if (key.endsWith(`: ${status}`)) sum += times
  return sum
}

/** What came out otherwise through the gateway; empty when nothing did. */
export function differences(direct: Report, through: Report): readonly string[] {
  const keys = [...new Set([...direct.outcomes.keys(), ...through.outcomes.keys()])].sort()
  const changed = keys.filter((key) => direct.outcomes.get(key) !== through.outcomes.get(key))
  const why = (key: string): string =>
    through.messages.find((message) => message.startsWith(`${key}: `))?.slice(key.length) ?? ''
  return changed.map((key) => {
    const [before = 0, after = 0] = [direct.outcomes.get(key), through.outcomes.get(key)]
    return `${key}: ${before} direct, ${after} through${why(key)}`
  })
}
