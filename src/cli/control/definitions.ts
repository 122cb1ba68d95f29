import type { Definitions } from '../../admin/definitions/ports.ts'
import { sarifOf } from '../../analysis/definition/sarif.ts'
import { openFindings } from '../../catalog/findings/finding-desk.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import { packageVersion } from '../version.ts'
import type { ControlParts } from './administration.ts'
import { visibleDefinition } from './servers/visible-definition.ts'

type Parts = Pick<ControlParts, 'store' | 'witness' | 'pins'>

/** Fills in the port of definitions. */
export function definitionsPort({ store, witness, pins }: Parts): Definitions {
  const findings = openFindings({ store, witness, clock: Date.now, pins: () => pins })
  return {
    pins,
    findings,
    sarif: (server) => sarif({ pins, findings }, server),
    // What is no object stands as the only member of one.
    visible: (value) => visibleDefinition(isObject(value) ? value : { value }),
  }
}

async function sarif(
  { pins, findings }: Pick<Definitions, 'pins' | 'findings'>,
  server: string | undefined,
): Promise<JsonObject> {
  const filter = server === undefined ? {} : { server }
  const [versions, triaged] = await Promise.all([pins.list(filter), findings.list(filter)])
  const counting = triaged.filter(({ state }) => state !== 'accepted')
  const reported = counting.map(({ finding, ...item }) => ({ ...item, findings: [finding] }))
  // What could not be read has no findings, and yet is not clean.
  const complete = versions.every(
    ({ judgement }) => judgement.verdict === 'clean' || judgement.findings.length > 0,
  )
  return sarifOf(reported, { version: packageVersion(), complete })
}
