import type { Explanations } from '../../admin/admin.ts'
import type { KeptInput } from '../../audit/audit.ts'
import type { Config } from '../../config/config.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { ruleOfCall } from '../../policy/explain/rule-of-call.ts'
import { loadPolicies } from '../../policy/policy.ts'
import type { LivePolicies } from '../live-policies.ts'
import { managedSources } from '../managed-policies.ts'
import { policySources } from '../policy-files.ts'
import { explained, keptOf } from './explained.ts'
import type { DraftThread } from './policies/draft-thread.ts'

interface ExplanationParts {
  readonly config: Config
  readonly policies: Pick<LivePolicies, 'set' | 'sources'>
  readonly thread: DraftThread
}

/** Recorded calls, put to the policies in force or to a draft. */
export function explanationsOf({ config, policies, thread }: ExplanationParts): Explanations {
  return {
    explain: (call) => explained(call, { set: policies.set(), sources: policies.sources() }),
    replay(call, files) {
      const sources = [...policySources(config), ...managedSources(files, 'enforce')]
      return thread.ask('replay', { places: config.places, sources, call })
    },
    rule(call, wish) {
      const kept = keptOf(call)
      if (kept === undefined) return undefined
      const gone = wish.arguments.find((name) => isRedacted(kept, name))
      if (gone !== undefined)
        throw new GatewayError(
          'params_invalid',
          `the value of \`${gone.slice(0, 100)}\` was taken out of the record`,
        )
      const text = ruleOfCall(kept.request, wish)
      try {
        loadPolicies([{ file: 'rule.cedar', text }])
      } catch (error) {
        throw unfit(wish.id, error)
      }
      return text
    },
  }
}

function unfit(id: string, cause: unknown): GatewayError {
  return new GatewayError('params_invalid', `no rule can have the id \`${id}\``, { cause })
}

function isRedacted({ redacted }: KeptInput, name: string): boolean {
  const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return redacted.some((one) => one === pointer || one.startsWith(`${pointer}/`))
}
