import type { Definitions } from '../../admin/definitions/ports.ts'
import { openFindings } from '../../catalog/findings/finding-desk.ts'
import { isObject } from '../../kernel/json.ts'
import type { ControlParts } from './administration.ts'
import { visibleDefinition } from './servers/visible-definition.ts'

type Parts = Pick<ControlParts, 'store' | 'witness' | 'pins'>

/** Fills in the port of definitions. */
export function definitionsPort({ store, witness, pins }: Parts): Definitions {
  return {
    pins,
    findings: openFindings({ store, witness, clock: Date.now, pins: () => pins }),
    // What is no object stands as the only member of one.
    visible: (value) => visibleDefinition(isObject(value) ? value : { value }),
  }
}
