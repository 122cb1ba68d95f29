import type { Reach } from '../../admin/me/ports.ts'
import type { Target } from '../../kernel/access.ts'
import { accessMatrix } from '../../policy/matrix/access-matrix.ts'
import type { ControlParts } from './administration.ts'

/** What policies let people do with the tools that are known at the moment. */
export function reachOf({
  config,
  catalog,
  policies,
}: Pick<ControlParts, 'config' | 'catalog' | 'policies'>): Reach {
  const servers = [...Object.keys(config.servers), ...Object.keys(config.virtual)].sort()
  const targets = (): readonly Target[] =>
    servers.flatMap((server) =>
      catalog.toolsOf(server).map(({ name, classification, of: origin }): Target => {
        const target = { kind: 'tool', server, name, classification } as const
        return origin === undefined ? target : { ...target, of: origin }
      }),
    )
  return {
    of: (subject) =>
      accessMatrix(policies.set(), [subject], targets(), { time: Date.now() }).map(
        ({ target: { server, name, classification }, access }) => ({
          ...{ server, name, access },
          ...{ effects: classification.effects, risk: classification.risk },
        }),
      ),
  }
}
