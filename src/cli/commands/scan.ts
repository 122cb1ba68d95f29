import { sarifOf } from '../../analysis/definition/sarif.ts'
import type { Context } from '../context.ts'
import { coloured } from '../definition-text.ts'
import type { Exit } from '../exit-codes.ts'
import { readBaseline } from '../scan/baseline.ts'
import { findItems, type Missing } from '../scan/find-items.ts'
import { type FailOn, fails, type ScannedDefinition, scanItems } from '../scan/scan-items.ts'
import { json, line, paint, printable, talk } from '../terminal.ts'
import { packageVersion } from '../version.ts'

export interface ScanOptions {
  readonly format: 'text' | 'json' | 'sarif'
  readonly failOn: FailOn
  readonly baseline?: string
  readonly offline: boolean
  readonly server?: string
}

/** `bailiwick scan definitions TARGET`: what is wrong with definitions. Needs no gateway. */
export async function scanDefinitions(
  context: Context,
  target: string,
  options: ScanOptions,
): Promise<Exit> {
  const baseline = readBaseline(context, options.baseline, Date.now())
  const { items, missing } = await findItems(context, target, options)
  const definitions = scanItems(items, baseline)
  const failing = definitions.filter((one) => fails(one, options.failOn))
  await report(context, options, definitions, missing)
  for (const { what, why } of missing) talk(context, printable(`not analysed: ${what}: ${why}`))
  const [first] = missing
  // What was not looked at may hold anything: this says more than what was found elsewhere.
  if (first !== undefined) return first.exit
  return failing.length === 0 ? 'ok' : 'findings'
}

async function report(
  context: Context,
  { format }: ScanOptions,
  definitions: readonly ScannedDefinition[],
  missing: readonly Missing[],
): Promise<void> {
  const complete = missing.length === 0
  if (format === 'sarif') {
    const counting = definitions.map((definition) => ({
      ...definition,
      findings: definition.findings.filter(({ accepted }) => accepted === undefined),
    }))
    return json(context, sarifOf(counting, { version: packageVersion(), complete }))
  }
  if (format === 'json' || context.options.json)
    return json(context, {
      complete,
      definitions,
      missing: missing.map(({ what, why }) => ({ what, why })),
    })
  for (const text of definitions.flatMap((one) => definitionText(context, one)))
    await line(context, text)
  await line(context, summaryText(definitions, missing))
}

function definitionText(context: Context, definition: ScannedDefinition): readonly string[] {
  const { server, kind, name, verdict, findings } = definition
  if (findings.length === 0) return []
  const head = printable(`${server} ${kind}${name === '' ? '' : ` ${name}`}: ${verdict}`)
  return [
    verdict === 'clean' ? head : paint(context, verdict === 'poisoned' ? 'red' : 'yellow', head),
    ...findings.flatMap(({ severity, rule, certainty, at, why, shown, fingerprint, accepted }) => [
      `  ${coloured(context, severity)} ${printable(`${rule} (${certainty}) at ${at === '' ? '(whole)' : at}: ${why}`)}`,
      ...(shown === '' ? [] : [`      ${shown.split('\n').map(printable).join('\n      ')}`]),
      paint(
        context,
        'dim',
        printable(`      ${fingerprint}${accepted === undefined ? '' : ` accepted: ${accepted}`}`),
      ),
    ]),
  ]
}

function summaryText(
  definitions: readonly ScannedDefinition[],
  missing: readonly Missing[],
): string {
  const count = (verdict: string) => definitions.filter((one) => one.verdict === verdict).length
  const servers = new Set(definitions.map(({ server }) => server)).size
  const left = missing.length === 0 ? '' : `; ${missing.length} could not be analysed`
  return `${definitions.length} definitions of ${servers} servers: ${count('poisoned')} poisoned, ${count('review')} to review, ${count('clean')} clean${left}`
}
